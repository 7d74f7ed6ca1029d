DROP TABLE IF EXISTS sequence_gaps;
