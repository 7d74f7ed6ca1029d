-- The steps of a workflow. They go with it.
CREATE TABLE IF NOT EXISTS workflow_steps (
    id                UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow_id       UUID NOT NULL REFERENCES workflow_executions (id) ON DELETE CASCADE,
    step_name         VARCHAR(100) NOT NULL,
    step_order        INTEGER NOT NULL
        CONSTRAINT workflow_steps_step_order_check CHECK (step_order >= 0),
    status            VARCHAR(50) NOT NULL,
    execution_time_ms INTEGER
        CONSTRAINT workflow_steps_execution_time_ms_check CHECK (execution_time_ms >= 0),
    step_data         JSONB DEFAULT '{}',
    error_message     TEXT,
    created_at        TIMESTAMPTZ DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_workflow_steps_workflow_id ON workflow_steps (workflow_id);
CREATE INDEX IF NOT EXISTS idx_workflow_steps_status ON workflow_steps (status);
CREATE INDEX IF NOT EXISTS idx_workflow_steps_created_at ON workflow_steps (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_workflow_steps_workflow_id_order ON workflow_steps (workflow_id, step_order);

COMMENT ON TABLE workflow_steps IS 'Steps of workflows, one row a step event';
COMMENT ON COLUMN workflow_steps.id IS 'Identifier; the event''s id where ingest made the row';
COMMENT ON COLUMN workflow_steps.workflow_id IS 'Workflow the step belongs to (workflow_executions.id)';
COMMENT ON COLUMN workflow_steps.step_name IS 'Name of the step, as generate_hash';
COMMENT ON COLUMN workflow_steps.step_order IS 'Place of the step within its workflow';
COMMENT ON COLUMN workflow_steps.status IS 'State of the step, upper-case';
COMMENT ON COLUMN workflow_steps.execution_time_ms IS 'Milliseconds the step took';
COMMENT ON COLUMN workflow_steps.step_data IS 'Payload of the step''s event, whole';
COMMENT ON COLUMN workflow_steps.error_message IS 'Why the step failed';
COMMENT ON COLUMN workflow_steps.created_at IS 'Time of the step''s event';
