-- Which buckets of time changed, for whom: append only. A rollup takes the marks of transactions that are surely
-- over, which is told by the transaction's number and not by any clock.
CREATE TABLE IF NOT EXISTS rollup_changes (
    changed_in XID8 NOT NULL DEFAULT pg_current_xact_id(),
    namespace  VARCHAR(255) NOT NULL,
    bucket     TIMESTAMPTZ NOT NULL
);

CREATE INDEX IF NOT EXISTS idx_rollup_changes_changed_in ON rollup_changes (changed_in);

COMMENT ON TABLE rollup_changes IS 'Marks of changed data that the rollups have to look at again';
COMMENT ON COLUMN rollup_changes.changed_in IS 'Transaction that made the change (pg_current_xact_id())';
COMMENT ON COLUMN rollup_changes.namespace IS 'Tenant whose data changed';
COMMENT ON COLUMN rollup_changes.bucket IS 'Start of the bucket of event time that the change lies in';
