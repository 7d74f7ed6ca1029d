bridgejob help wal status
