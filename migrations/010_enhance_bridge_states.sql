-- What the reducer knows of an aggregate.
ALTER TABLE bridge_states
    ADD COLUMN IF NOT EXISTS total_size_bytes        BIGINT DEFAULT 0
        CONSTRAINT bridge_states_total_size_bytes_check CHECK (total_size_bytes >= 0),
    ADD COLUMN IF NOT EXISTS unique_file_types       TEXT[] DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS unique_workflows        UUID[] DEFAULT '{}',
    ADD COLUMN IF NOT EXISTS aggregation_type        VARCHAR(50) DEFAULT 'namespace_grouping',
    ADD COLUMN IF NOT EXISTS window_start            TIMESTAMPTZ,
    ADD COLUMN IF NOT EXISTS window_end              TIMESTAMPTZ,
    ADD COLUMN IF NOT EXISTS aggregation_duration_ms INTEGER
        CONSTRAINT bridge_states_aggregation_duration_ms_check CHECK (aggregation_duration_ms >= 0),
    ADD COLUMN IF NOT EXISTS items_per_second        NUMERIC(10,2)
        CONSTRAINT bridge_states_items_per_second_check CHECK (items_per_second >= 0),
    ADD COLUMN IF NOT EXISTS version                 INTEGER DEFAULT 1
        CONSTRAINT bridge_states_version_check CHECK (version >= 1),
    ADD COLUMN IF NOT EXISTS configuration           JSONB DEFAULT '{}';

CREATE INDEX IF NOT EXISTS idx_bridge_states_aggregation_type ON bridge_states (aggregation_type);
CREATE INDEX IF NOT EXISTS idx_bridge_states_window_start
    ON bridge_states (window_start DESC) WHERE window_start IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_bridge_states_window_end
    ON bridge_states (window_end DESC) WHERE window_end IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_bridge_states_total_size_bytes ON bridge_states (total_size_bytes DESC);
CREATE INDEX IF NOT EXISTS idx_bridge_states_unique_file_types ON bridge_states USING GIN (unique_file_types);
CREATE INDEX IF NOT EXISTS idx_bridge_states_unique_workflows ON bridge_states USING GIN (unique_workflows);
CREATE INDEX IF NOT EXISTS idx_bridge_states_configuration ON bridge_states USING GIN (configuration);
CREATE INDEX IF NOT EXISTS idx_bridge_states_namespace_aggregation_type ON bridge_states (namespace, aggregation_type);
CREATE INDEX IF NOT EXISTS idx_bridge_states_namespace_window
    ON bridge_states (namespace, window_start DESC, window_end DESC);

COMMENT ON COLUMN bridge_states.total_size_bytes IS 'Bytes of all stamped files behind the aggregate';
COMMENT ON COLUMN bridge_states.unique_file_types IS 'Content types that occur, sorted, each once';
COMMENT ON COLUMN bridge_states.unique_workflows IS 'Workflows behind the aggregate, sorted, each once';
COMMENT ON COLUMN bridge_states.aggregation_type IS
    'How it is grouped: namespace_grouping, time_window, file_type_grouping, size_buckets, workflow_grouping';
COMMENT ON COLUMN bridge_states.window_start IS 'Start of the window, itself within';
COMMENT ON COLUMN bridge_states.window_end IS 'End of the window, itself without';
COMMENT ON COLUMN bridge_states.aggregation_duration_ms IS 'Milliseconds the aggregation took';
COMMENT ON COLUMN bridge_states.items_per_second IS 'Items a second of the aggregation; NULL where that is no number';
COMMENT ON COLUMN bridge_states.version IS 'One more each time the content changes; for optimistic locking';
COMMENT ON COLUMN bridge_states.configuration IS 'What the aggregation was asked for: window, zone, type, cap';
