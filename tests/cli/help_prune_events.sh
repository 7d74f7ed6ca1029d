bridgejob help prune events
