bridgejob help restore
