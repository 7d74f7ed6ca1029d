-- Recent failures of a namespace.
CREATE INDEX IF NOT EXISTS idx_workflow_executions_namespace_state_started
    ON workflow_executions (namespace, current_state, started_at DESC);

-- The failed or unfinished steps of a workflow.
CREATE INDEX IF NOT EXISTS idx_workflow_steps_workflow_id_status ON workflow_steps (workflow_id, status);

-- The latest activity of a namespace.
CREATE INDEX IF NOT EXISTS idx_bridge_states_namespace_last_aggregation
    ON bridge_states (namespace, last_aggregation_timestamp DESC);
