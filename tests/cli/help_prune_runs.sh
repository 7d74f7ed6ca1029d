bridgejob help prune runs
