CREATE INDEX IF NOT EXISTS idx_workflow_executions_workflow_type ON workflow_executions (workflow_type);
CREATE INDEX IF NOT EXISTS idx_workflow_executions_namespace_state ON workflow_executions (namespace, current_state);
CREATE INDEX IF NOT EXISTS idx_workflow_executions_created_at ON workflow_executions (created_at DESC);
