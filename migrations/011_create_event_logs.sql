-- Every event, whole. By month: ingest makes event_logs_yYYYYmMM as it needs them, prune drops them. There is no
-- default partition, which would have to be searched each time a month is added.
CREATE TABLE IF NOT EXISTS event_logs (
    id             UUID NOT NULL DEFAULT gen_random_uuid(),
    event_type     VARCHAR(100) NOT NULL,
    correlation_id UUID,
    session_id     UUID,
    namespace      VARCHAR(255) NOT NULL,
    payload        JSONB NOT NULL,
    metadata       JSONB DEFAULT '{}',
    created_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);

CREATE INDEX IF NOT EXISTS idx_event_logs_correlation ON event_logs (correlation_id);
CREATE INDEX IF NOT EXISTS idx_event_logs_session ON event_logs (session_id);
CREATE INDEX IF NOT EXISTS idx_event_logs_type ON event_logs (event_type);
CREATE INDEX IF NOT EXISTS idx_event_logs_created ON event_logs (created_at);
-- jsonb_ops, not the smaller jsonb_path_ops: "has this key" (?) needs it.
CREATE INDEX IF NOT EXISTS idx_event_logs_payload_gin ON event_logs USING GIN (payload);

COMMENT ON TABLE event_logs IS 'Events as they came, partitioned by month of created_at';
COMMENT ON COLUMN event_logs.id IS 'The event''s own id, else one made of its bytes';
COMMENT ON COLUMN event_logs.event_type IS 'Canonical name of a known event, else the name it came under';
COMMENT ON COLUMN event_logs.correlation_id IS 'Workflow the event belongs to (workflow_executions.correlation_id)';
COMMENT ON COLUMN event_logs.session_id IS 'Session the event belongs to';
COMMENT ON COLUMN event_logs.namespace IS 'Tenant the event belongs to';
COMMENT ON COLUMN event_logs.payload IS 'What the event says';
COMMENT ON COLUMN event_logs.metadata IS 'The rest of the envelope, nothing dropped';
COMMENT ON COLUMN event_logs.created_at IS 'Time of the event';
