-- One row a workflow, from its start to its end.

-- Nothing of ours needs these extensions (gen_random_uuid() is built in), so a role that may not create them,
-- or a server that does not have them, gets a NOTICE. One that we create is marked by its comment: the rollback
-- takes back only that, and leaves alone an extension that was here before.
DO $$
DECLARE
    wanted TEXT;
BEGIN
    FOREACH wanted IN ARRAY ARRAY['uuid-ossp', 'pg_stat_statements'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = wanted);
        BEGIN
            EXECUTE format('CREATE EXTENSION %I', wanted);
            EXECUTE format('COMMENT ON EXTENSION %I IS %L', wanted, 'Created by migration 001');
        EXCEPTION WHEN OTHERS THEN
            RAISE NOTICE 'extension "%" is not created: %', wanted, SQLERRM;
        END;
    END LOOP;
END
$$;

CREATE TABLE IF NOT EXISTS workflow_executions (
    id                UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    correlation_id    UUID NOT NULL UNIQUE,
    workflow_type     VARCHAR(100) NOT NULL,
    current_state     VARCHAR(50) NOT NULL,
    namespace         VARCHAR(255) NOT NULL,
    started_at        TIMESTAMPTZ NOT NULL,
    completed_at      TIMESTAMPTZ,
    execution_time_ms INTEGER
        CONSTRAINT workflow_executions_execution_time_ms_check CHECK (execution_time_ms >= 0),
    error_message     TEXT,
    metadata          JSONB DEFAULT '{}',
    created_at        TIMESTAMPTZ DEFAULT now(),
    updated_at        TIMESTAMPTZ DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_workflow_executions_correlation_id ON workflow_executions (correlation_id);
CREATE INDEX IF NOT EXISTS idx_workflow_executions_namespace ON workflow_executions (namespace);
CREATE INDEX IF NOT EXISTS idx_workflow_executions_state ON workflow_executions (current_state);
CREATE INDEX IF NOT EXISTS idx_workflow_executions_started_at ON workflow_executions (started_at DESC);

COMMENT ON TABLE workflow_executions IS 'Workflows, one row each, from start to end';
COMMENT ON COLUMN workflow_executions.id IS
    'Identifier that steps and stamps refer to; the correlation id where ingest made the row';
COMMENT ON COLUMN workflow_executions.correlation_id IS 'What the events of one workflow have in common';
COMMENT ON COLUMN workflow_executions.workflow_type IS 'Kind of workflow, as metadata_stamping';
COMMENT ON COLUMN workflow_executions.current_state IS
    'State, upper-case: PENDING, PROCESSING, COMPLETED, FAILED or one of the application''s own';
COMMENT ON COLUMN workflow_executions.namespace IS 'Tenant the workflow belongs to';
COMMENT ON COLUMN workflow_executions.started_at IS 'Earliest time seen for the workflow';
COMMENT ON COLUMN workflow_executions.completed_at IS 'When it completed or failed; NULL while it has done neither';
COMMENT ON COLUMN workflow_executions.execution_time_ms IS
    'Milliseconds from start to end, as reported, else completed_at less started_at';
COMMENT ON COLUMN workflow_executions.error_message IS 'Why it failed';
COMMENT ON COLUMN workflow_executions.metadata IS 'Configuration and context of the workflow';
COMMENT ON COLUMN workflow_executions.created_at IS 'When the row was made';
COMMENT ON COLUMN workflow_executions.updated_at IS 'When the row last changed';
