-- The trail of stamps. It outlives the workflows that made it.
CREATE TABLE IF NOT EXISTS metadata_stamps (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow_id UUID REFERENCES workflow_executions (id) ON DELETE SET NULL,
    file_hash   VARCHAR(128) NOT NULL,
    stamp_data  JSONB NOT NULL,
    namespace   VARCHAR(255) NOT NULL,
    created_at  TIMESTAMPTZ DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_metadata_stamps_workflow_id ON metadata_stamps (workflow_id);
CREATE INDEX IF NOT EXISTS idx_metadata_stamps_file_hash ON metadata_stamps (file_hash);
CREATE INDEX IF NOT EXISTS idx_metadata_stamps_namespace ON metadata_stamps (namespace);
CREATE INDEX IF NOT EXISTS idx_metadata_stamps_created_at ON metadata_stamps (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_metadata_stamps_namespace_created_at ON metadata_stamps (namespace, created_at DESC);

COMMENT ON TABLE metadata_stamps IS 'Stamps put on files';
COMMENT ON COLUMN metadata_stamps.id IS 'Identifier; the event''s id where ingest made the row';
COMMENT ON COLUMN metadata_stamps.workflow_id IS
    'Workflow that made the stamp (workflow_executions.id); NULL once it is gone';
COMMENT ON COLUMN metadata_stamps.file_hash IS 'BLAKE3 hash of the file''s content';
COMMENT ON COLUMN metadata_stamps.stamp_data IS 'Payload of the stamp''s event, whole';
COMMENT ON COLUMN metadata_stamps.namespace IS 'Tenant the stamp belongs to';
COMMENT ON COLUMN metadata_stamps.created_at IS 'Time of the stamp''s event';
