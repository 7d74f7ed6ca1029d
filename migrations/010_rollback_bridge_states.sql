-- The indexes and checks of a column go with it.
ALTER TABLE IF EXISTS bridge_states
    DROP COLUMN IF EXISTS configuration,
    DROP COLUMN IF EXISTS version,
    DROP COLUMN IF EXISTS items_per_second,
    DROP COLUMN IF EXISTS aggregation_duration_ms,
    DROP COLUMN IF EXISTS window_end,
    DROP COLUMN IF EXISTS window_start,
    DROP COLUMN IF EXISTS aggregation_type,
    DROP COLUMN IF EXISTS unique_workflows,
    DROP COLUMN IF EXISTS unique_file_types,
    DROP COLUMN IF EXISTS total_size_bytes;
