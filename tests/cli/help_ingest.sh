bridgejob help ingest
