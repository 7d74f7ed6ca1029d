DROP TABLE IF EXISTS ingest_batches;
DROP TABLE IF EXISTS ingest_files;
