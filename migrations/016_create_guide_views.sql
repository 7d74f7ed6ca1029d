-- The shapes the database guide prints, over the tables as they are: with search_path = guide, public every SELECT
-- of the guide runs as it stands. event_logs needs no view, the table has the guide's shape.
--
-- The views are for reading: joined with a row of nothing, no view can be written through, and the planner takes
-- the join away again, so that a lookup by key uses the table's index.

-- Marked by its comment, so that the rollback takes back only a schema that was made here.
DO $$
BEGIN
    IF to_regnamespace('guide') IS NULL THEN
        CREATE SCHEMA guide;
        COMMENT ON SCHEMA guide IS 'Created by migration 016: the tables in the shapes of the database guide';
    END IF;
END
$$;

CREATE OR REPLACE VIEW guide.workflow_executions AS
SELECT w.id,
       w.id AS workflow_id,
       w.correlation_id,
       w.current_state AS state,
       coalesce(w.metadata->'input_data', '{}') AS input_data,
       coalesce(w.metadata->'output_data',
                jsonb_strip_nulls(jsonb_build_object('stamp_id', w.stamp_id, 'file_hash', w.file_hash))) AS output_data,
       CASE WHEN w.error_message IS NULL THEN '{}'
            ELSE jsonb_build_object('message', w.error_message)
       END AS error_info,
       w.started_at,
       w.completed_at,
       w.metadata
  FROM public.workflow_executions w
 CROSS JOIN (SELECT) AS read_only;

COMMENT ON VIEW guide.workflow_executions IS 'Workflows in the shape of the database guide';
COMMENT ON COLUMN guide.workflow_executions.id IS 'workflow_executions.id';
COMMENT ON COLUMN guide.workflow_executions.workflow_id IS 'workflow_executions.id, which steps and stamps refer to';
COMMENT ON COLUMN guide.workflow_executions.correlation_id IS 'workflow_executions.correlation_id';
COMMENT ON COLUMN guide.workflow_executions.state IS 'workflow_executions.current_state';
COMMENT ON COLUMN guide.workflow_executions.input_data IS 'input_data of the metadata, else {}';
COMMENT ON COLUMN guide.workflow_executions.output_data IS 'output_data of the metadata, else stamp_id and file_hash';
COMMENT ON COLUMN guide.workflow_executions.error_info IS 'error_message as {"message": ...}, else {}';
COMMENT ON COLUMN guide.workflow_executions.started_at IS 'workflow_executions.started_at';
COMMENT ON COLUMN guide.workflow_executions.completed_at IS 'workflow_executions.completed_at';
COMMENT ON COLUMN guide.workflow_executions.metadata IS 'workflow_executions.metadata';

CREATE OR REPLACE VIEW guide.workflow_steps AS
SELECT s.id,
       s.workflow_id,
       s.step_name,
       s.step_data->>'step_type' AS step_type,
       s.step_order,
       coalesce(s.step_data->'input_data', '{}') AS input_data,
       coalesce(s.step_data->'output_data', '{}') AS output_data,
       s.status,
       s.created_at - coalesce(s.execution_time_ms, 0) * INTERVAL '1 millisecond' AS started_at,
       CASE WHEN s.status::TEXT IN ('COMPLETED', 'FAILED') THEN s.created_at END AS completed_at,
       s.execution_time_ms
  FROM public.workflow_steps s
 CROSS JOIN (SELECT) AS read_only;

COMMENT ON VIEW guide.workflow_steps IS 'Steps in the shape of the database guide';
COMMENT ON COLUMN guide.workflow_steps.id IS 'workflow_steps.id';
COMMENT ON COLUMN guide.workflow_steps.workflow_id IS 'workflow_steps.workflow_id';
COMMENT ON COLUMN guide.workflow_steps.step_name IS 'workflow_steps.step_name';
COMMENT ON COLUMN guide.workflow_steps.step_type IS 'step_type of the step''s data; NULL where it does not say';
COMMENT ON COLUMN guide.workflow_steps.step_order IS 'workflow_steps.step_order';
COMMENT ON COLUMN guide.workflow_steps.input_data IS 'input_data of the step''s data, else {}';
COMMENT ON COLUMN guide.workflow_steps.output_data IS 'output_data of the step''s data, else {}';
COMMENT ON COLUMN guide.workflow_steps.status IS 'workflow_steps.status';
COMMENT ON COLUMN guide.workflow_steps.started_at IS 'Time of the step''s event, less the time the step took';
COMMENT ON COLUMN guide.workflow_steps.completed_at IS 'Time of the event of a step that completed or failed';
COMMENT ON COLUMN guide.workflow_steps.execution_time_ms IS 'workflow_steps.execution_time_ms';

CREATE OR REPLACE VIEW guide.fsm_transitions AS
SELECT t.id,
       t.entity_id AS workflow_id,
       t.from_state,
       t.to_state,
       t.created_at AS transition_at,
       t.transition_event AS triggered_by,
       t.transition_data AS metadata
  FROM public.fsm_transitions t
 CROSS JOIN (SELECT) AS read_only;

COMMENT ON VIEW guide.fsm_transitions IS 'Transitions in the shape of the database guide';
COMMENT ON COLUMN guide.fsm_transitions.id IS 'fsm_transitions.id';
COMMENT ON COLUMN guide.fsm_transitions.workflow_id IS 'fsm_transitions.entity_id, of whatever type the entity is';
COMMENT ON COLUMN guide.fsm_transitions.from_state IS 'fsm_transitions.from_state; NULL for the initial state';
COMMENT ON COLUMN guide.fsm_transitions.to_state IS 'fsm_transitions.to_state';
COMMENT ON COLUMN guide.fsm_transitions.transition_at IS 'fsm_transitions.created_at';
COMMENT ON COLUMN guide.fsm_transitions.triggered_by IS 'fsm_transitions.transition_event';
COMMENT ON COLUMN guide.fsm_transitions.metadata IS 'fsm_transitions.transition_data';

CREATE OR REPLACE VIEW guide.bridge_states AS
SELECT b.bridge_id AS id,
       'REDUCER'::VARCHAR(50) AS node_type,
       b.bridge_id AS correlation_id,
       b.current_fsm_state AS state,
       jsonb_build_object('namespace', b.namespace,
                          'aggregation_type', b.aggregation_type,
                          'window_start', b.window_start,
                          'window_end', b.window_end,
                          'total_workflows_processed', b.total_workflows_processed,
                          'total_items_aggregated', b.total_items_aggregated,
                          'total_size_bytes', b.total_size_bytes,
                          'unique_file_types', b.unique_file_types,
                          'version', b.version) AS state_data,
       b.aggregation_metadata AS metadata,
       b.created_at,
       b.updated_at
  FROM public.bridge_states b
 CROSS JOIN (SELECT) AS read_only;

COMMENT ON VIEW guide.bridge_states IS 'Aggregates in the shape of the database guide';
COMMENT ON COLUMN guide.bridge_states.id IS 'bridge_states.bridge_id';
COMMENT ON COLUMN guide.bridge_states.node_type IS 'REDUCER: only reducers keep aggregates';
COMMENT ON COLUMN guide.bridge_states.correlation_id IS
    'bridge_states.bridge_id: an aggregate belongs to no single workflow';
COMMENT ON COLUMN guide.bridge_states.state IS 'bridge_states.current_fsm_state';
COMMENT ON COLUMN guide.bridge_states.state_data IS 'The totals, and what they are of';
COMMENT ON COLUMN guide.bridge_states.metadata IS 'bridge_states.aggregation_metadata';
COMMENT ON COLUMN guide.bridge_states.created_at IS 'bridge_states.created_at';
COMMENT ON COLUMN guide.bridge_states.updated_at IS 'bridge_states.updated_at';

CREATE OR REPLACE VIEW guide.node_registrations AS
SELECT md5(n.node_id)::UUID AS id,
       n.node_id,
       n.node_type,
       n.node_version,
       coalesce(n.endpoints->>'endpoint_url',
                n.endpoints->>'url',
                n.endpoints->>'api',
                jsonb_path_query_first(n.endpoints, '$.** ? (@.type() == "string")') #>> '{}',
                '') AS endpoint_url,
       n.health_status,
       n.last_heartbeat,
       n.registered_at,
       n.metadata
  FROM public.node_registrations n
 CROSS JOIN (SELECT) AS read_only;

COMMENT ON VIEW guide.node_registrations IS 'Nodes in the shape of the database guide';
COMMENT ON COLUMN guide.node_registrations.id IS 'A UUID made of node_id';
COMMENT ON COLUMN guide.node_registrations.node_id IS 'node_registrations.node_id, which need not be a UUID';
COMMENT ON COLUMN guide.node_registrations.node_type IS 'node_registrations.node_type';
COMMENT ON COLUMN guide.node_registrations.node_version IS 'node_registrations.node_version';
COMMENT ON COLUMN guide.node_registrations.endpoint_url IS
    'endpoint_url, url or api of the endpoints, else the first text among them, else empty';
COMMENT ON COLUMN guide.node_registrations.health_status IS 'node_registrations.health_status';
COMMENT ON COLUMN guide.node_registrations.last_heartbeat IS 'node_registrations.last_heartbeat';
COMMENT ON COLUMN guide.node_registrations.registered_at IS 'node_registrations.registered_at';
COMMENT ON COLUMN guide.node_registrations.metadata IS 'node_registrations.metadata';

CREATE OR REPLACE VIEW guide.metadata_stamps AS
SELECT m.id,
       coalesce(m.stamp_data->>'stamp_id', m.id::TEXT) AS stamp_id,
       m.file_hash,
       m.namespace,
       m.stamp_data,
       coalesce(m.stamp_data->'file_metadata',
                jsonb_strip_nulls(jsonb_build_object('file_size', m.stamp_data->'file_size',
                                                     'content_type', m.stamp_data->'content_type'))) AS file_metadata,
       coalesce(m.stamp_data->'intelligence_data', '{}') AS intelligence_data,
       m.created_at,
       coalesce(m.stamp_data->>'metadata_version', '0.1') AS metadata_version
  FROM public.metadata_stamps m
 CROSS JOIN (SELECT) AS read_only;

COMMENT ON VIEW guide.metadata_stamps IS 'Stamps in the shape of the database guide';
COMMENT ON COLUMN guide.metadata_stamps.id IS 'metadata_stamps.id';
COMMENT ON COLUMN guide.metadata_stamps.stamp_id IS 'stamp_id of the stamp''s data, else its id';
COMMENT ON COLUMN guide.metadata_stamps.file_hash IS 'metadata_stamps.file_hash';
COMMENT ON COLUMN guide.metadata_stamps.namespace IS 'metadata_stamps.namespace';
COMMENT ON COLUMN guide.metadata_stamps.stamp_data IS 'metadata_stamps.stamp_data';
COMMENT ON COLUMN guide.metadata_stamps.file_metadata IS
    'file_metadata of the stamp''s data, else its file_size and content_type';
COMMENT ON COLUMN guide.metadata_stamps.intelligence_data IS 'intelligence_data of the stamp''s data, else {}';
COMMENT ON COLUMN guide.metadata_stamps.created_at IS 'metadata_stamps.created_at';
COMMENT ON COLUMN guide.metadata_stamps.metadata_version IS 'metadata_version of the stamp''s data, else 0.1';

-- The guide divides by this for every table it finds in pg_tables, and the server's own gives 0 for a partitioned
-- table. An exact match of types wins, so the guide's pg_total_relation_size(schemaname||'.'||tablename) ends here.
CREATE OR REPLACE FUNCTION guide.pg_total_relation_size(relation TEXT)
RETURNS BIGINT
LANGUAGE SQL STABLE STRICT
RETURN nullif(coalesce((SELECT sum(pg_catalog.pg_total_relation_size(relid))
                          FROM pg_partition_tree(relation::REGCLASS)),
                       pg_catalog.pg_total_relation_size(relation::REGCLASS)), 0)::BIGINT;

COMMENT ON FUNCTION guide.pg_total_relation_size(TEXT) IS
    'Size of a table with its indexes, of a partitioned one with its partitions; NULL where that is nothing';
