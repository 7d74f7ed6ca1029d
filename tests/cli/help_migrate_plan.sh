bridgejob help migrate plan
