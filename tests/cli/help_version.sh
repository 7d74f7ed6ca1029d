bridgejob help version
