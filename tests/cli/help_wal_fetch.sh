bridgejob help wal-fetch
