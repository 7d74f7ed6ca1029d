-- What a run left behind, in words: the file's entry in the ledger, its events in the tables, the row of the run.
-- 'half done' when tables that are written together do not belong together.
--   psql -XAtq -v all=EVENTS -f tests/fault/lib/left.sql
SET search_path = public;
SELECT concat_ws(', ',
    coalesce((SELECT 'file ' || state FROM ingest_files ORDER BY file_id DESC LIMIT 1), 'file not begun'),
    (SELECT CASE count(*) WHEN 0 THEN 'no events' WHEN :all THEN 'all events' ELSE 'some events' END FROM event_logs),
    (SELECT CASE WHEN ended_at IS NULL THEN 'run open' ELSE 'run closed' END
       FROM job_runs WHERE job = 'ingest' ORDER BY run_id DESC LIMIT 1),
    (SELECT 'half done'
      WHERE (SELECT count(*) FROM event_logs WHERE event_type ~ '^STEP') <> (SELECT count(*) FROM workflow_steps)
         OR (SELECT count(*) FROM workflow_executions) <> (SELECT count(*) FROM ingest_workflow_facts)
         OR (SELECT count(*) FROM event_logs WHERE event_type = 'STAMP_CREATED')
            <> (SELECT count(*) FROM (SELECT id FROM metadata_stamps UNION SELECT id FROM ingest_hashless_stamps) AS s)
         OR EXISTS (SELECT FROM workflow_executions AS w
                     WHERE workflow_steps_executed
                           <> (SELECT count(*) FROM workflow_steps AS s WHERE s.workflow_id = w.id))
         OR (SELECT count(*) FROM event_logs)
            <> (SELECT coalesce(sum(inserted), 0)
                  FROM (SELECT inserted FROM ingest_batches
                        UNION ALL SELECT inserted FROM ingest_files WHERE state <> 'loading') AS batch)));
