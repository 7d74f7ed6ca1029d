bridgejob help help
