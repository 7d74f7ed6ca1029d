bridgejob help backup verify
