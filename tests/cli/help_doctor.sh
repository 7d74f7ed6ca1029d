bridgejob help doctor
