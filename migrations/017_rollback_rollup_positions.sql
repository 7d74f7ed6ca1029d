DROP TABLE IF EXISTS rollup_seals;
DROP TABLE IF EXISTS rollup_progress;
