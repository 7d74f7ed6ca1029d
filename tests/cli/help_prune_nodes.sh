bridgejob help prune nodes
