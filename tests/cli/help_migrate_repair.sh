bridgejob help migrate repair
