-- What the orchestrator knows of a stamping workflow.
ALTER TABLE workflow_executions
    ADD COLUMN IF NOT EXISTS stamp_id                VARCHAR(255),
    ADD COLUMN IF NOT EXISTS file_hash               VARCHAR(64),
    ADD COLUMN IF NOT EXISTS workflow_steps          JSONB DEFAULT '[]',
    ADD COLUMN IF NOT EXISTS intelligence_data       JSONB,
    ADD COLUMN IF NOT EXISTS hash_generation_time_ms INTEGER
        CONSTRAINT workflow_executions_hash_generation_ms_check CHECK (hash_generation_time_ms >= 0),
    ADD COLUMN IF NOT EXISTS workflow_steps_executed INTEGER DEFAULT 0
        CONSTRAINT workflow_executions_steps_executed_check CHECK (workflow_steps_executed >= 0),
    ADD COLUMN IF NOT EXISTS session_id              UUID;

CREATE INDEX IF NOT EXISTS idx_workflow_executions_stamp_id
    ON workflow_executions (stamp_id) WHERE stamp_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_workflow_executions_file_hash
    ON workflow_executions (file_hash) WHERE file_hash IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_workflow_executions_session_id
    ON workflow_executions (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_workflow_executions_workflow_steps
    ON workflow_executions USING GIN (workflow_steps);
CREATE INDEX IF NOT EXISTS idx_workflow_executions_intelligence_data
    ON workflow_executions USING GIN (intelligence_data);

COMMENT ON COLUMN workflow_executions.stamp_id IS 'Stamp the workflow ended in';
COMMENT ON COLUMN workflow_executions.file_hash IS 'BLAKE3 hash of the file''s content';
COMMENT ON COLUMN workflow_executions.workflow_steps IS
    'The workflow''s steps as an array of {step_name, step_order, status, execution_time_ms}';
COMMENT ON COLUMN workflow_executions.intelligence_data IS 'OnexTree''s analysis; NULL where there was none';
COMMENT ON COLUMN workflow_executions.hash_generation_time_ms IS 'Milliseconds the hash took';
COMMENT ON COLUMN workflow_executions.workflow_steps_executed IS 'Number of the workflow''s steps';
COMMENT ON COLUMN workflow_executions.session_id IS 'Session the workflow belongs to';
