DROP TABLE IF EXISTS workflow_executions;

-- Only an extension that 001 created itself goes. One that was here before has another comment and stays, and
-- so does one that something else has come to depend on.
DO $$
DECLARE
    ours TEXT;
BEGIN
    FOR ours IN
        SELECT extname
          FROM pg_extension
         WHERE extname IN ('uuid-ossp', 'pg_stat_statements')
           AND obj_description(oid, 'pg_extension') = 'Created by migration 001'
         ORDER BY extname
    LOOP
        BEGIN
            EXECUTE format('DROP EXTENSION %I', ours);
        EXCEPTION WHEN OTHERS THEN
            RAISE NOTICE 'extension "%" stays: %', ours, SQLERRM;
        END;
    END LOOP;
END
$$;
