bridgejob help
