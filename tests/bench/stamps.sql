-- Stamps without an ingest: -v stamps=N of them, 240 ms apart as genevents deals them, five namespaces, five types, sizes
-- from some bytes to 20 MB, ten stamps a workflow, every hundredth workflow failed. The same N gives the same rows.
-- What an ingest would have left is there as well: a mark for each minute and namespace.
SET client_min_messages = warning;
CREATE TEMPORARY TABLE dropped AS
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made
      FROM pg_index
     WHERE indrelid IN ('metadata_stamps'::regclass, 'workflow_executions'::regclass)
       AND NOT indisunique;
SELECT format('DROP INDEX %s', name) FROM dropped \gexec
BEGIN;
INSERT INTO workflow_executions (id, correlation_id, workflow_type, current_state, namespace, started_at)
SELECT id, id, 'metadata_stamping', CASE WHEN i % 100 = 0 THEN 'FAILED' ELSE 'COMPLETED' END, 'bench',
       TIMESTAMPTZ '2025-10-01 00:00Z' + i * INTERVAL '2.4 s'
  FROM (SELECT i, md5('workflow ' || i)::uuid AS id
          FROM generate_series(0, (:stamps - 1) / 10) AS i) AS w;
ALTER TABLE metadata_stamps DISABLE TRIGGER ALL;
INSERT INTO metadata_stamps (id, workflow_id, file_hash, stamp_data, namespace, created_at)
SELECT md5('stamp ' || i)::uuid, md5('workflow ' || i / 10)::uuid, md5('hash ' || i) || md5('more ' || i),
       jsonb_build_object('file_path', '/data/reports/file-' || i, 'stamp_id', 'stamp_' || i,
                          'file_size', (i::numeric * 7919 * 7919 % 20971520)::bigint,
                          'content_type', (ARRAY['text/plain', 'application/pdf', 'text/markdown', 'application/json',
                                                 'image/png'])[i % 7 % 5 + 1]),
       (ARRAY['omninode.services.metadata', 'omninode.bridge', 'omniclaude.docs', 'omnicode.builds', 'acme.archive'])
           [i % 5 + 1],
       TIMESTAMPTZ '2025-10-01 00:00Z' + i * INTERVAL '240 ms'
  FROM generate_series(0, :stamps - 1) AS i;
ALTER TABLE metadata_stamps ENABLE TRIGGER ALL;
INSERT INTO rollup_changes (namespace, bucket)
SELECT DISTINCT namespace, date_trunc('minute', created_at)
  FROM metadata_stamps;
COMMIT;
SELECT made FROM dropped \gexec
VACUUM ANALYZE metadata_stamps, workflow_executions, rollup_changes;
CREATE TABLE plain_states (LIKE bridge_states INCLUDING ALL);
