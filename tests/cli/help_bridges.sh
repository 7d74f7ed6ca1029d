bridgejob help bridges
