-- The nodes of the system, what they can do and when they were last heard of.
CREATE TABLE IF NOT EXISTS node_registrations (
    node_id        VARCHAR(255) PRIMARY KEY,
    node_type      VARCHAR(100) NOT NULL,
    node_version   VARCHAR(50) NOT NULL,
    capabilities   JSONB DEFAULT '{}',
    endpoints      JSONB DEFAULT '{}',
    metadata       JSONB DEFAULT '{}',
    health_status  VARCHAR(50) NOT NULL DEFAULT 'UNKNOWN',
    last_heartbeat TIMESTAMPTZ,
    registered_at  TIMESTAMPTZ DEFAULT now(),
    updated_at     TIMESTAMPTZ DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_node_registrations_health ON node_registrations (health_status);
CREATE INDEX IF NOT EXISTS idx_node_registrations_type ON node_registrations (node_type);
CREATE INDEX IF NOT EXISTS idx_node_registrations_last_heartbeat ON node_registrations (last_heartbeat DESC);
CREATE INDEX IF NOT EXISTS idx_node_registrations_type_health ON node_registrations (node_type, health_status);

COMMENT ON TABLE node_registrations IS 'Nodes of the system and their health';
COMMENT ON COLUMN node_registrations.node_id IS 'Name the node goes by, as orchestrator-001';
COMMENT ON COLUMN node_registrations.node_type IS 'Kind of node, as orchestrator, reducer or registry';
COMMENT ON COLUMN node_registrations.node_version IS 'Version the node runs; unknown where it did not say';
COMMENT ON COLUMN node_registrations.capabilities IS 'What the node can do';
COMMENT ON COLUMN node_registrations.endpoints IS 'Where the node is reached';
COMMENT ON COLUMN node_registrations.metadata IS 'What else the node said of itself';
COMMENT ON COLUMN node_registrations.health_status IS 'Health as last reported: HEALTHY, DEGRADED, UNHEALTHY, UNKNOWN';
COMMENT ON COLUMN node_registrations.last_heartbeat IS 'Time of its latest heartbeat; NULL before the first';
COMMENT ON COLUMN node_registrations.registered_at IS 'When the node registered';
COMMENT ON COLUMN node_registrations.updated_at IS 'When the row last changed';
