bridgejob help migrate prove
