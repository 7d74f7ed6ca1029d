-- Workflow orchestration with an event log: definitions (workflows, nodes, edges, triggers) and what became of them
-- (executions, node_executions, events).
--
-- What is known of an execution comes from its events, and they can come before, or without, its definition. So an
-- execution's workflow may be unknown, and a node's execution names its node without a foreign key.

CREATE TABLE IF NOT EXISTS workflows (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    name        VARCHAR(255) NOT NULL,
    description TEXT,
    version     INTEGER NOT NULL DEFAULT 1
        CONSTRAINT workflows_version_check CHECK (version >= 1),
    status      VARCHAR(20) NOT NULL DEFAULT 'draft'
        CONSTRAINT workflows_status_check CHECK (status::TEXT IN ('draft', 'active', 'archived')),
    metadata    JSONB NOT NULL DEFAULT '{}',
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    deleted_at  TIMESTAMPTZ,
    CONSTRAINT workflows_name_version_key UNIQUE (name, version)
);

CREATE INDEX IF NOT EXISTS idx_workflows_status ON workflows (status);
CREATE INDEX IF NOT EXISTS idx_workflows_created_at ON workflows (created_at DESC);
CREATE INDEX IF NOT EXISTS idx_workflows_name ON workflows (name);
CREATE INDEX IF NOT EXISTS idx_workflows_metadata ON workflows USING GIN (metadata);

COMMENT ON TABLE workflows IS 'Definitions of workflows, one row a version';
COMMENT ON COLUMN workflows.id IS 'Identifier';
COMMENT ON COLUMN workflows.name IS 'Name, the same for all versions';
COMMENT ON COLUMN workflows.description IS 'What the workflow is for';
COMMENT ON COLUMN workflows.version IS 'Version, from 1';
COMMENT ON COLUMN workflows.status IS 'draft, active or archived';
COMMENT ON COLUMN workflows.metadata IS 'Anything else';
COMMENT ON COLUMN workflows.created_at IS 'When the row was made';
COMMENT ON COLUMN workflows.updated_at IS 'When the row last changed';
COMMENT ON COLUMN workflows.deleted_at IS 'When it was deleted; NULL while it is not (the row stays)';

CREATE TABLE IF NOT EXISTS nodes (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow_id UUID NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    name        VARCHAR(255) NOT NULL,
    type        VARCHAR(50) NOT NULL
        CONSTRAINT nodes_type_check CHECK (type::TEXT IN ('http', 'transform', 'llm', 'conditional', 'merge', 'split',
                                                          'delay', 'webhook')),
    config      JSONB NOT NULL DEFAULT '{}',
    position    JSONB NOT NULL DEFAULT '{}',
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_nodes_workflow_id ON nodes (workflow_id);
CREATE INDEX IF NOT EXISTS idx_nodes_type ON nodes (type);
CREATE INDEX IF NOT EXISTS idx_nodes_config ON nodes USING GIN (config);

COMMENT ON TABLE nodes IS 'Tasks of workflows';
COMMENT ON COLUMN nodes.id IS 'Identifier';
COMMENT ON COLUMN nodes.workflow_id IS 'Workflow the node belongs to';
COMMENT ON COLUMN nodes.name IS 'Name of the node';
COMMENT ON COLUMN nodes.type IS 'http, transform, llm, conditional, merge, split, delay or webhook';
COMMENT ON COLUMN nodes.config IS 'Configuration, as its type has it';
COMMENT ON COLUMN nodes.position IS 'Where it is drawn: {x, y}';
COMMENT ON COLUMN nodes.created_at IS 'When the row was made';
COMMENT ON COLUMN nodes.updated_at IS 'When the row last changed';

CREATE TABLE IF NOT EXISTS edges (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow_id    UUID NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    source_node_id UUID NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
    target_node_id UUID NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
    condition      JSONB,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT edges_no_self_reference_check CHECK (source_node_id <> target_node_id)
);

CREATE INDEX IF NOT EXISTS idx_edges_workflow_id ON edges (workflow_id);
CREATE INDEX IF NOT EXISTS idx_edges_source_node_id ON edges (source_node_id);
CREATE INDEX IF NOT EXISTS idx_edges_target_node_id ON edges (target_node_id);
CREATE UNIQUE INDEX IF NOT EXISTS idx_edges_source_target ON edges (source_node_id, target_node_id);

COMMENT ON TABLE edges IS 'Connections between the nodes of a workflow';
COMMENT ON COLUMN edges.id IS 'Identifier';
COMMENT ON COLUMN edges.workflow_id IS 'Workflow the edge belongs to';
COMMENT ON COLUMN edges.source_node_id IS 'Node it leads from';
COMMENT ON COLUMN edges.target_node_id IS 'Node it leads to, never the same';
COMMENT ON COLUMN edges.condition IS 'When it is taken; NULL: always';
COMMENT ON COLUMN edges.created_at IS 'When the row was made';

CREATE TABLE IF NOT EXISTS executions (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow_id  UUID REFERENCES workflows (id) ON DELETE RESTRICT,
    status       VARCHAR(20) NOT NULL DEFAULT 'pending'
        CONSTRAINT executions_status_check CHECK (status::TEXT IN ('pending', 'running', 'completed', 'failed',
                                                                   'cancelled', 'paused')),
    input_data   JSONB,
    output_data  JSONB,
    error        TEXT,
    started_at   TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_executions_workflow_id_created_at ON executions (workflow_id, created_at DESC);
CREATE INDEX IF NOT EXISTS idx_executions_status_created_at ON executions (status, created_at DESC);

COMMENT ON TABLE executions IS 'Executions of workflows';
COMMENT ON COLUMN executions.id IS 'Identifier';
COMMENT ON COLUMN executions.workflow_id IS 'Workflow that is executed; NULL while no event has named it';
COMMENT ON COLUMN executions.status IS 'pending, running, completed, failed, cancelled or paused';
COMMENT ON COLUMN executions.input_data IS 'What it was given';
COMMENT ON COLUMN executions.output_data IS 'What came of it';
COMMENT ON COLUMN executions.error IS 'Why it failed';
COMMENT ON COLUMN executions.started_at IS 'When it started';
COMMENT ON COLUMN executions.completed_at IS 'When it ended, however it did';
COMMENT ON COLUMN executions.created_at IS 'When it was created';
COMMENT ON COLUMN executions.updated_at IS 'When the row last changed';

CREATE TABLE IF NOT EXISTS node_executions (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    execution_id UUID NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    node_id      UUID NOT NULL,
    status       VARCHAR(20) NOT NULL DEFAULT 'pending'
        CONSTRAINT node_executions_status_check CHECK (status::TEXT IN ('pending', 'running', 'completed', 'failed',
                                                                        'skipped', 'retrying')),
    wave         INTEGER NOT NULL DEFAULT 0
        CONSTRAINT node_executions_wave_check CHECK (wave >= 0),
    retry_count  INTEGER NOT NULL DEFAULT 0
        CONSTRAINT node_executions_retry_count_check CHECK (retry_count >= 0),
    input_data   JSONB,
    output_data  JSONB,
    error        TEXT,
    started_at   TIMESTAMPTZ,
    completed_at TIMESTAMPTZ,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_node_executions_execution_id ON node_executions (execution_id);
CREATE INDEX IF NOT EXISTS idx_node_executions_wave ON node_executions (wave);
CREATE UNIQUE INDEX IF NOT EXISTS idx_node_executions_execution_node ON node_executions (execution_id, node_id);

COMMENT ON TABLE node_executions IS 'What became of each node in an execution';
COMMENT ON COLUMN node_executions.id IS 'Identifier';
COMMENT ON COLUMN node_executions.execution_id IS 'Execution it belongs to';
COMMENT ON COLUMN node_executions.node_id IS 'Node that is executed (nodes.id), once an execution';
COMMENT ON COLUMN node_executions.status IS 'pending, running, completed, failed, skipped or retrying';
COMMENT ON COLUMN node_executions.wave IS 'Wave it belongs to; the nodes of a wave run in parallel';
COMMENT ON COLUMN node_executions.retry_count IS 'How often it was tried again';
COMMENT ON COLUMN node_executions.input_data IS 'What it was given';
COMMENT ON COLUMN node_executions.output_data IS 'What came of it';
COMMENT ON COLUMN node_executions.error IS 'Why it failed';
COMMENT ON COLUMN node_executions.started_at IS 'When it started';
COMMENT ON COLUMN node_executions.completed_at IS 'When it ended, however it did';
COMMENT ON COLUMN node_executions.created_at IS 'When the row was made';
COMMENT ON COLUMN node_executions.updated_at IS 'When the row last changed';

CREATE TABLE IF NOT EXISTS events (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    execution_id UUID NOT NULL REFERENCES executions (id) ON DELETE CASCADE,
    event_type   VARCHAR(100) NOT NULL,
    sequence     BIGINT NOT NULL
        CONSTRAINT events_sequence_check CHECK (sequence >= 0),
    payload      JSONB NOT NULL DEFAULT '{}',
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_events_execution_sequence ON events (execution_id, sequence);
CREATE INDEX IF NOT EXISTS idx_events_type_created_at ON events (event_type, created_at DESC);

COMMENT ON TABLE events IS 'Events of executions: appended, never changed';
COMMENT ON COLUMN events.id IS 'Identifier';
COMMENT ON COLUMN events.execution_id IS 'Execution it belongs to';
COMMENT ON COLUMN events.event_type IS 'What happened, as workflow_started or node_completed';
COMMENT ON COLUMN events.sequence IS 'Place among the execution''s events, without gaps where none is missing';
COMMENT ON COLUMN events.payload IS 'What the event says';
COMMENT ON COLUMN events.created_at IS 'Time of the event';

CREATE TABLE IF NOT EXISTS triggers (
    id                UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    workflow_id       UUID NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
    type              VARCHAR(20) NOT NULL
        CONSTRAINT triggers_type_check CHECK (type::TEXT IN ('manual', 'cron', 'webhook', 'event', 'interval')),
    config            JSONB NOT NULL DEFAULT '{}',
    enabled           BOOLEAN NOT NULL DEFAULT true,
    last_triggered_at TIMESTAMPTZ,
    created_at        TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at        TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_triggers_workflow_id_enabled ON triggers (workflow_id, enabled);
CREATE INDEX IF NOT EXISTS idx_triggers_type ON triggers (type);
CREATE INDEX IF NOT EXISTS idx_triggers_config ON triggers USING GIN (config);

COMMENT ON TABLE triggers IS 'What starts a workflow';
COMMENT ON COLUMN triggers.id IS 'Identifier';
COMMENT ON COLUMN triggers.workflow_id IS 'Workflow it starts';
COMMENT ON COLUMN triggers.type IS 'manual, cron, webhook, event or interval';
COMMENT ON COLUMN triggers.config IS 'Configuration, as its type has it: a cron expression, a URL';
COMMENT ON COLUMN triggers.enabled IS 'Whether it starts anything';
COMMENT ON COLUMN triggers.last_triggered_at IS 'When it last did; NULL: never';
COMMENT ON COLUMN triggers.created_at IS 'When the row was made';
COMMENT ON COLUMN triggers.updated_at IS 'When the row last changed';
