bridgejob help backup drill
