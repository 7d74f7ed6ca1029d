-- Its partitions go with it.
DROP TABLE IF EXISTS event_logs;
