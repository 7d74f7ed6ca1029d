bridgejob help migrate status
