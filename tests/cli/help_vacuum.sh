bridgejob help vacuum
