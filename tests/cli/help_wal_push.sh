bridgejob help wal-push
