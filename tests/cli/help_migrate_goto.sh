bridgejob help migrate goto
