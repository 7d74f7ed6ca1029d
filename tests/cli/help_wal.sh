bridgejob help wal
