DROP TABLE IF EXISTS rollup_changes;
