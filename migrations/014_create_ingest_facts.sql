-- What the merge must remember so that the order of events does not matter: when each value that now stands in a
-- table was said, and details of an end that the present state hides. 'infinity' stands with a default that no event
-- said, which the first event that says something replaces.
CREATE TABLE IF NOT EXISTS ingest_workflow_facts (
    correlation_id   UUID PRIMARY KEY,
    type_at          TIMESTAMPTZ NOT NULL,
    namespace_at     TIMESTAMPTZ NOT NULL,
    session_at       TIMESTAMPTZ NOT NULL,
    metadata_at      TIMESTAMPTZ,
    metadata_by      UUID,
    state_at         TIMESTAMPTZ NOT NULL,
    error_message    TEXT,
    error_at         TIMESTAMPTZ,
    completed_ms     INTEGER,
    completed_ms_at  TIMESTAMPTZ,
    failed_ms        INTEGER,
    failed_ms_at     TIMESTAMPTZ,
    stamp_at         TIMESTAMPTZ,
    file_hash_at     TIMESTAMPTZ,
    event_hash       VARCHAR(64),
    event_hash_at    TIMESTAMPTZ,
    generation_at    TIMESTAMPTZ,
    intelligence_at  TIMESTAMPTZ,
    intelligence_by  UUID
);

COMMENT ON TABLE ingest_workflow_facts IS
    'When each value that won in workflow_executions was said, and what its state hides';
COMMENT ON COLUMN ingest_workflow_facts.correlation_id IS 'Workflow (workflow_executions.correlation_id)';
COMMENT ON COLUMN ingest_workflow_facts.type_at IS 'When workflow_type was said; infinity: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.namespace_at IS 'When namespace was said; infinity: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.session_at IS 'When session_id was said; infinity: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.metadata_at IS 'When metadata was said; NULL: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.metadata_by IS
    'What ties go by: id of the event that said it, its second half mixed with a hash of the value';
COMMENT ON COLUMN ingest_workflow_facts.state_at IS 'When current_state was said; -infinity: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.error_message IS
    'Error said last by an event that made the workflow FAILED; shown while it is';
COMMENT ON COLUMN ingest_workflow_facts.error_at IS
    'When error_message was said; NULL: nobody said it, or another program';
COMMENT ON COLUMN ingest_workflow_facts.completed_ms IS
    'Milliseconds said last by an event that made the workflow COMPLETED; its execution_time_ms while it is';
COMMENT ON COLUMN ingest_workflow_facts.completed_ms_at IS
    'When completed_ms was said; NULL: nobody said it, or another program';
COMMENT ON COLUMN ingest_workflow_facts.failed_ms IS
    'Milliseconds said last by an event that made the workflow FAILED; its execution_time_ms while it is';
COMMENT ON COLUMN ingest_workflow_facts.failed_ms_at IS
    'When failed_ms was said; NULL: nobody said it, or another program';
COMMENT ON COLUMN ingest_workflow_facts.stamp_at IS 'When stamp_id was said; NULL: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.file_hash_at IS 'When file_hash was said; NULL: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.event_hash IS
    'Hash that the workflow''s hash event gave, for its stamps that name none';
COMMENT ON COLUMN ingest_workflow_facts.event_hash_at IS 'When event_hash was said; NULL: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.generation_at IS 'When hash_generation_time_ms was said; NULL: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.intelligence_at IS 'When intelligence_data was said; NULL: nobody said it';
COMMENT ON COLUMN ingest_workflow_facts.intelligence_by IS
    'What ties go by: id of the event that said it, its second half mixed with a hash of the value';

CREATE TABLE IF NOT EXISTS ingest_node_facts (
    node_id      VARCHAR(255) PRIMARY KEY,
    registered   BOOLEAN NOT NULL,
    described_at TIMESTAMPTZ NOT NULL,
    described_by UUID,
    health_at    TIMESTAMPTZ
);

COMMENT ON TABLE ingest_node_facts IS 'When each value that won in node_registrations was said';
COMMENT ON COLUMN ingest_node_facts.node_id IS 'Node (node_registrations.node_id)';
COMMENT ON COLUMN ingest_node_facts.registered IS 'Whether a registration described it, not only a heartbeat';
COMMENT ON COLUMN ingest_node_facts.described_at IS 'When its type, version and description were said';
COMMENT ON COLUMN ingest_node_facts.described_by IS 'Event that said them; NULL: another program';
COMMENT ON COLUMN ingest_node_facts.health_at IS 'When health_status was said; NULL: nobody said it';

CREATE TABLE IF NOT EXISTS ingest_hashless_stamps (
    id             UUID PRIMARY KEY,
    correlation_id UUID NOT NULL,
    namespace      VARCHAR(255) NOT NULL,
    created_at     TIMESTAMPTZ NOT NULL,
    stamp_data     JSONB NOT NULL
);

CREATE INDEX IF NOT EXISTS idx_ingest_hashless_stamps_correlation ON ingest_hashless_stamps (correlation_id);

COMMENT ON TABLE ingest_hashless_stamps IS
    'Stamps whose event names no file_hash: they take their workflow''s when it comes, and again when a later one wins';
COMMENT ON COLUMN ingest_hashless_stamps.id IS 'The stamp''s id (metadata_stamps.id, once it has a hash)';
COMMENT ON COLUMN ingest_hashless_stamps.correlation_id IS
    'Workflow whose hash it takes (workflow_executions.correlation_id)';
COMMENT ON COLUMN ingest_hashless_stamps.namespace IS 'Tenant the stamp belongs to';
COMMENT ON COLUMN ingest_hashless_stamps.created_at IS 'Time of the stamp''s event';
COMMENT ON COLUMN ingest_hashless_stamps.stamp_data IS 'Payload of the stamp''s event, whole';
