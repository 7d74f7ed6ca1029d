bridgejob help migrate baseline
