bridgejob help reindex
