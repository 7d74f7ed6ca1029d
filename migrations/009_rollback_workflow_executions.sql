-- The indexes and checks of a column go with it.
ALTER TABLE IF EXISTS workflow_executions
    DROP COLUMN IF EXISTS session_id,
    DROP COLUMN IF EXISTS workflow_steps_executed,
    DROP COLUMN IF EXISTS hash_generation_time_ms,
    DROP COLUMN IF EXISTS intelligence_data,
    DROP COLUMN IF EXISTS workflow_steps,
    DROP COLUMN IF EXISTS file_hash,
    DROP COLUMN IF EXISTS stamp_id;
