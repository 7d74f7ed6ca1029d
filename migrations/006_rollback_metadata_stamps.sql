DROP TABLE IF EXISTS metadata_stamps;
