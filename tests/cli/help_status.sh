bridgejob help status
