-- One digest over everything ingest writes, all columns, in the order of the keys: two databases with one digest
-- hold the same rows. With -v rows=1 the rows themselves, to find the difference with diff(1).
--   psql -XAtqf tests/lib/digest.sql
SET search_path = public;
SET timezone = 'UTC';
CREATE TEMPORARY VIEW digested AS
    SELECT 'workflow_executions' AS of, id::text AS key, t::text AS content FROM workflow_executions AS t
    UNION ALL SELECT 'workflow_steps', id::text, t::text FROM workflow_steps AS t
    UNION ALL SELECT 'fsm_transitions', id::text, t::text FROM fsm_transitions AS t
    UNION ALL SELECT 'metadata_stamps', id::text, t::text FROM metadata_stamps AS t
    UNION ALL SELECT 'node_registrations', node_id, t::text FROM node_registrations AS t
    UNION ALL SELECT 'bridge_states', bridge_id::text, t::text FROM bridge_states AS t
    UNION ALL SELECT 'event_logs', id::text || ' ' || created_at, t::text FROM event_logs AS t
    UNION ALL SELECT 'ingest_workflow_facts', correlation_id::text, t::text FROM ingest_workflow_facts AS t
    UNION ALL SELECT 'ingest_node_facts', node_id, t::text FROM ingest_node_facts AS t
    UNION ALL SELECT 'ingest_hashless_stamps', id::text, t::text FROM ingest_hashless_stamps AS t;
\if :{?rows}
SELECT of, content FROM digested ORDER BY of, key COLLATE "C", content COLLATE "C";
\else
-- A digest of the rows' digests: the rows themselves would not fit one value.
SELECT md5(coalesce(string_agg(md5(content), '' ORDER BY of, key COLLATE "C", md5(content)), ''))
  FROM digested;
\endif
