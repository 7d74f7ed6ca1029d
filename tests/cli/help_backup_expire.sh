bridgejob help backup expire
