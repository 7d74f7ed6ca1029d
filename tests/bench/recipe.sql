-- The recipe bridgejob is measured against: raw lines into an unlogged jsonb table, then one set-based
-- INSERT … SELECT … ON CONFLICT per table. It takes good lines only: one bad line and COPY loads nothing.
-- psql -f recipe.sql < events.ndjson
\set ON_ERROR_STOP on

CREATE UNLOGGED TABLE raw (line jsonb NOT NULL);
-- Quote and delimiter that no JSON text holds, so that a line is one column whatever it says.
\copy raw FROM pstdin WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')
ANALYZE raw;

INSERT INTO event_logs (id, event_type, correlation_id, session_id, namespace, payload, metadata, created_at)
SELECT (line->>'event_id')::uuid, line->>'event_type', (line->>'correlation_id')::uuid, (line->>'session_id')::uuid,
       line->>'namespace', line->'payload',
       line - '{event_id,event_type,correlation_id,session_id,namespace,payload,event_timestamp,metadata}'::text[]
            || (line->'metadata'),
       (line->>'event_timestamp')::timestamptz
FROM raw
ON CONFLICT (id, created_at) DO NOTHING;

INSERT INTO workflow_executions AS w
       (id, correlation_id, workflow_type, current_state, namespace, started_at, completed_at, execution_time_ms,
        session_id, stamp_id, file_hash, metadata, workflow_steps, workflow_steps_executed)
SELECT id, id, coalesce(max(payload->>'workflow_type'), 'metadata_stamping'),
       CASE WHEN bool_or(type = 'WORKFLOW_COMPLETED') THEN 'COMPLETED'
            WHEN bool_or(type = 'WORKFLOW_STARTED') THEN 'PROCESSING' ELSE 'PENDING' END,
       min(namespace), min(at), max(at) FILTER (WHERE type = 'WORKFLOW_COMPLETED'),
       max((payload->>'execution_time_ms')::integer) FILTER (WHERE type = 'WORKFLOW_COMPLETED'),
       min(session)::uuid, max(payload->>'stamp_id'), max(payload->>'file_hash'),
       coalesce(jsonb_agg(jsonb_build_object('input_data', payload->'input_data'))
                    FILTER (WHERE type = 'WORKFLOW_STARTED')->0, '{}'),
       coalesce(jsonb_agg(jsonb_build_object('step_name', payload->'step_name', 'step_order', payload->'step_order',
                                             'status', payload->'status',
                                             'execution_time_ms', payload->'execution_time_ms')
                          ORDER BY (payload->>'step_order')::integer, at) FILTER (WHERE type = 'STEP_COMPLETED'), '[]'),
       count(*) FILTER (WHERE type = 'STEP_COMPLETED')
FROM (SELECT (line->>'correlation_id')::uuid AS id, line->>'event_type' AS type, line->'payload' AS payload,
             line->>'namespace' AS namespace, line->>'session_id' AS session,
             (line->>'event_timestamp')::timestamptz AS at
      FROM raw) AS event
GROUP BY id
ON CONFLICT (correlation_id) DO UPDATE
SET current_state = EXCLUDED.current_state,
    started_at = least(w.started_at, EXCLUDED.started_at),
    completed_at = greatest(w.completed_at, EXCLUDED.completed_at),
    execution_time_ms = coalesce(EXCLUDED.execution_time_ms, w.execution_time_ms);

INSERT INTO workflow_steps (id, workflow_id, step_name, step_order, status, execution_time_ms, step_data, created_at)
SELECT (line->>'event_id')::uuid, (line->>'correlation_id')::uuid, line->'payload'->>'step_name',
       (line->'payload'->>'step_order')::integer, line->'payload'->>'status',
       (line->'payload'->>'execution_time_ms')::integer, line->'payload', (line->>'event_timestamp')::timestamptz
FROM raw
WHERE line->>'event_type' = 'STEP_COMPLETED'
ON CONFLICT (id) DO NOTHING;

INSERT INTO metadata_stamps (id, workflow_id, file_hash, stamp_data, namespace, created_at)
SELECT (line->>'event_id')::uuid, (line->>'correlation_id')::uuid, line->'payload'->>'file_hash', line->'payload',
       line->>'namespace', (line->>'event_timestamp')::timestamptz
FROM raw
WHERE line->>'event_type' = 'STAMP_CREATED'
ON CONFLICT (id) DO NOTHING;

DROP TABLE raw;
