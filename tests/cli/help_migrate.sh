bridgejob help migrate
