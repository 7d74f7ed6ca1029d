bridgejob help backup create
