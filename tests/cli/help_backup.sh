bridgejob help backup
