bridgejob help migrate up
