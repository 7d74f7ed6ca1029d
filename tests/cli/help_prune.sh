bridgejob help prune
