bridgejob help backup list
