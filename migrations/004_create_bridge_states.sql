-- What the reducers aggregated, one row a bridge (for a rollup: a window of a namespace).
CREATE TABLE IF NOT EXISTS bridge_states (
    bridge_id                  UUID PRIMARY KEY,
    namespace                  VARCHAR(255) NOT NULL,
    total_workflows_processed  INTEGER NOT NULL DEFAULT 0
        CONSTRAINT bridge_states_total_workflows_processed_check CHECK (total_workflows_processed >= 0),
    total_items_aggregated     INTEGER NOT NULL DEFAULT 0
        CONSTRAINT bridge_states_total_items_aggregated_check CHECK (total_items_aggregated >= 0),
    aggregation_metadata       JSONB DEFAULT '{}',
    current_fsm_state          VARCHAR(50) NOT NULL,
    last_aggregation_timestamp TIMESTAMPTZ,
    created_at                 TIMESTAMPTZ DEFAULT now(),
    updated_at                 TIMESTAMPTZ DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_bridge_states_namespace ON bridge_states (namespace);
CREATE INDEX IF NOT EXISTS idx_bridge_states_fsm_state ON bridge_states (current_fsm_state);
CREATE INDEX IF NOT EXISTS idx_bridge_states_last_aggregation ON bridge_states (last_aggregation_timestamp DESC);
CREATE INDEX IF NOT EXISTS idx_bridge_states_namespace_state ON bridge_states (namespace, current_fsm_state);

COMMENT ON TABLE bridge_states IS 'Aggregates of the reducers, one row a bridge';
COMMENT ON COLUMN bridge_states.bridge_id IS 'Identifier; of a rollup: made of namespace, aggregation type and window';
COMMENT ON COLUMN bridge_states.namespace IS 'Tenant that was aggregated';
COMMENT ON COLUMN bridge_states.total_workflows_processed IS 'Distinct workflows behind the aggregate';
COMMENT ON COLUMN bridge_states.total_items_aggregated IS 'Items behind the aggregate; of a rollup: stamps';
COMMENT ON COLUMN bridge_states.aggregation_metadata IS 'Further statistics of the aggregate';
COMMENT ON COLUMN bridge_states.current_fsm_state IS
    'State of the bridge: IDLE, AGGREGATING, PERSISTING or one of its own';
COMMENT ON COLUMN bridge_states.last_aggregation_timestamp IS 'When it was last aggregated';
COMMENT ON COLUMN bridge_states.created_at IS 'When the row was made';
COMMENT ON COLUMN bridge_states.updated_at IS 'When the row last changed';
