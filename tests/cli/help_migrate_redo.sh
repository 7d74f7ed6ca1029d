bridgejob help migrate redo
