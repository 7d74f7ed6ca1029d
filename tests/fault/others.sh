#!/bin/bash
# Others on the server are in the way: sessions ended, statements cancelled, locks, deadlocks, what a trigger raises.
. tests/fault/lib/fault.sh
section "Others on the server"

good events.ndjson
undisturbed events.ndjson

fault "every session is terminated (pg_terminate_backend)"
hold "LOCK TABLE workflow_executions"
start events.ndjson
check "$fault: it waits there" waiting
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $ours AND pid <> pg_backend_pid()" >/dev/null
let_go
finish
ends 0 - "file done, all events, run closed"
again 0

fault "a statement is cancelled (pg_cancel_backend)"
hold "LOCK TABLE workflow_executions"
start --workers 1 events.ndjson
check "$fault: it waits there" waiting
sql "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND $ours" >/dev/null
finish
let_go
ends 75 "cannot load a batch: canceling statement due to user request" "file loading, no events, run closed"
again 0

if long; then
fault "the role has statement_timeout, lock_timeout and serializable set, and a table is locked for longer"
for setting in "statement_timeout = '100ms'" "lock_timeout = '50ms'" "default_transaction_isolation = serializable"; do
    sql "ALTER ROLE $PGUSER IN DATABASE $PGDATABASE SET $setting"
done
hold "LOCK TABLE event_logs"
start events.ndjson
check "$fault: it waits there" waiting
until_sql "SELECT max(clock_timestamp() - query_start) > '300ms' FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND $ours"
let_go
finish
ends 0 - "file done, all events, run closed"
again 0

fi
fault "a deadlock"
deadlocks() { grep -c 'deadlock detected' "$PGHOST/server.log"; }
before=$(deadlocks)
hold "SET LOCAL deadlock_timeout TO '1min'; LOCK TABLE workflow_executions"
start --workers 1 events.ndjson
check "$fault: it waits there" waiting
also "LOCK TABLE event_logs"
until_sql "SELECT count(*) = 1 FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE l.mode = 'AccessExclusiveLock'
    AND l.relation = 'event_logs'::regclass AND l.granted AND a.datname = current_database()"
let_go
finish
check "$fault: it was ours that gave way" test "$(deadlocks)" -gt "$before"
ends 0 - "file done, all events, run closed"
again 0

# A trigger raises what the server would, twice or always: a sequence counts, for no rollback sets it back.
raises() { # SQLSTATE TIMES MESSAGE
    sql "CREATE SEQUENCE trouble;
         CREATE FUNCTION trouble() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN
             IF nextval('trouble') <= $2 THEN RAISE EXCEPTION '$3' USING ERRCODE = '$1'; END IF;
             RETURN NULL; END \$\$;
         CREATE TRIGGER trouble BEFORE INSERT ON ingest_batches EXECUTE FUNCTION trouble()"
}
calm() { sql "DROP TRIGGER trouble ON ingest_batches; DROP FUNCTION trouble; DROP SEQUENCE trouble"; }
while IFS='|' read -r sqlstate name raised exit said; do
    long || [ "$sqlstate" = 40001 ] || [ "$sqlstate" = 53100 ] || continue
    if [ "$exit" = 75 ] && [ "$sqlstate" != 57014 ]; then
        fault "$name, twice"
        raises "$sqlstate" 2 "$raised"
        ingest events.ndjson
        ends 0 - "file done, all events, run closed"
        calm
        again 0
    fi
    fault "$name, every time"
    raises "$sqlstate" 1000000 "$raised"
    ingest --workers 1 events.ndjson
    ends "$exit" "$said" "file loading, no events, run closed"
    calm
    again 0
done <<'FAULTS'
40001|a serialization failure|could not serialize access|75|cannot load: could not serialize access (N failures in a row since TIME)
55P03|a lock timeout|canceling statement due to lock timeout|75|cannot load: canceling statement due to lock timeout (N failures in a row since TIME)
53200|the server is out of memory|out of memory|75|cannot load: out of memory (N failures in a row since TIME)
57014|a statement timeout|canceling statement due to statement timeout|75|cannot load a batch: canceling statement due to statement timeout
53100|the server's disk is full|could not extend file: No space left on device|74|cannot load a batch: could not extend file: No space left on device
42501|a grant is missing|permission denied for table ingest_batches|77|cannot load a batch: permission denied for table ingest_batches
FAULTS
tap_done
