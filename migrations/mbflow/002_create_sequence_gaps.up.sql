-- What bridgejob ingest finds missing: executions of which events with lower sequence numbers never came.

CREATE TABLE IF NOT EXISTS sequence_gaps (
    execution_id UUID PRIMARY KEY REFERENCES executions (id) ON DELETE CASCADE,
    missing      BIGINT NOT NULL
        CONSTRAINT sequence_gaps_missing_check CHECK (missing > 0),
    run_id       BIGINT NOT NULL
);

CREATE INDEX IF NOT EXISTS idx_sequence_gaps_run_id ON sequence_gaps (run_id);

COMMENT ON TABLE sequence_gaps IS 'Executions whose events are not all there';
COMMENT ON COLUMN sequence_gaps.execution_id IS 'Execution the events belong to';
COMMENT ON COLUMN sequence_gaps.missing IS 'How many sequence numbers below the highest have no event';
COMMENT ON COLUMN sequence_gaps.run_id IS 'Run that last loaded events of the execution';
