-- The rows that oracle.pl foretells, as it spells them.
SET search_path = public;
CREATE FUNCTION pg_temp.microseconds(t timestamptz) RETURNS bigint LANGUAGE sql AS 'SELECT (extract(epoch FROM t) * 1000000)::bigint';
SELECT jsonb_build_object('table', 'workflows', 'id', correlation_id, 'started', pg_temp.microseconds(started_at),
           'state', current_state, 'completed', pg_temp.microseconds(completed_at), 'ms', execution_time_ms,
           'error', error_message, 'updated', pg_temp.microseconds(updated_at), 'namespace', namespace,
           'type', workflow_type, 'session', session_id, 'stamp', stamp_id, 'hash', file_hash,
           'hash_ms', hash_generation_time_ms, 'intelligence', intelligence_data, 'metadata', metadata,
           'n_steps', workflow_steps_executed, 'steps', workflow_steps)
  FROM workflow_executions
UNION ALL
SELECT jsonb_build_object('table', 'steps', 'id', id, 'workflow', workflow_id, 'name', step_name, 'order', step_order,
           'status', status, 'ms', execution_time_ms, 'error', error_message, 'data', step_data,
           'at', pg_temp.microseconds(created_at))
  FROM workflow_steps
UNION ALL
SELECT jsonb_build_object('table', 'stamps', 'id', id, 'workflow', workflow_id, 'hash', file_hash, 'data', stamp_data,
           'namespace', namespace, 'at', pg_temp.microseconds(created_at))
  FROM metadata_stamps;
