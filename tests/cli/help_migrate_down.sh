bridgejob help migrate down
