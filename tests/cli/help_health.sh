bridgejob help health
