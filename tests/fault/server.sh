#!/bin/bash
# The server breaks, or others on it are in the way.
. tests/fault/lib/fault.sh

good events.ndjson
undisturbed events.ndjson
counts() { sql "SELECT concat_ws(' ', lines, inserted, duplicates) FROM ingest_files"; }
counted=$(counts)

# --- the connection at a COMMIT ----------------------------------------------------------------------------------
for nth in 0 3; do
    fault "the connection breaks before a COMMIT is sent"
    with commit-lost NAME=ingest_batches IN=child SKIP=$nth ONCE="$work/once" --
    ingest events.ndjson
    check "$fault: it broke" test -e once
    ends 0 - "file done, all events, run closed"
    again 0

    fault "the connection breaks between a COMMIT and its answer"
    with answer-lost NAME=ingest_batches IN=child SKIP=$nth ONCE="$work/once" --
    ingest events.ndjson
    check "$fault: it broke" test -e once
    ends 0 - "file done, all events, run closed"
    same "$fault: counted once" "$(counts)" "$counted"
    again 0
done
for what in commit-lost answer-lost; do
    fault "the same at the COMMIT that ends the file ($what)"
    with $what NAME=ingest_batches IN=parent ONCE="$work/once" --
    ingest events.ndjson
    check "$fault: it broke" test -e once
    ends 0 - "file done, all events, run closed"
    again 0
done
fault "the connection breaks at every COMMIT"
with commit-lost NAME=ingest_batches IN=child --
ingest events.ndjson
ends 75 "cannot load: server closed the connection unexpectedly (N failures in a row since TIME)" "file loading, no events, run closed"
again 0
fault "--atomic: the connection breaks between the COMMIT and its answer"
with answer-lost NAME=ingest_batches IN=child ONCE="$work/once" --
ingest --atomic events.ndjson
check "$fault: it broke" test -e once
ends 75 "cannot commit: server closed the connection unexpectedly" "file loading, all events, run closed"
again 0

# --- the server stops --------------------------------------------------------------------------------------------
fault "the server crashes in the middle of a COPY, and comes back"
with copy-stop IN=child SKIP=2 ONCE="$work/once" --
start events.ndjson
until writer=$(pgrep -P $pid -r T); do sleep 0.02; done
check "$fault: it stops" server stop
check "$fault: it starts" server start
kill -CONT $writer
finish
ends 0 - "file done, all events, run closed"
again 0

fault "the server crashes in the middle of a merge, and comes back"
hold "LOCK TABLE workflow_executions"
start events.ndjson
check "$fault: it waits there" waiting
check "$fault: it stops" server stop
check "$fault: it starts" server start
finish
exec 3>&-; wait $holder
ends 0 - "file done, all events, run closed"
again 0

fault "the server stops and stays away"
hold "LOCK TABLE workflow_steps"
start events.ndjson
check "$fault: it waits there" waiting
check "$fault: it stops" server stop
finish
exec 3>&-; wait $holder
cp err err.away
check "$fault: it starts" server start
cp err.away err
ends 75 'connection to server on socket "SERVER/.s.PGSQL.N" failed: No such file or directory (unreachable since TIME, tried N times)' "file loading, no events, run open"
again 0

# Batches are committed without waiting for the disk. Nobody writes to it here: what was committed since is lost.
fault "the server crashes and loses batches it had called committed"
walwriter=$(sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
with copy-stop IN=child SKIP=8 --
kill -STOP "$walwriter"
start --workers 1 events.ndjson
until writer=$(pgrep -P $pid -r T); do sleep 0.02; done
before=$(sql "SELECT count(*) FROM event_logs")
server stop &
stopping=$!
sleep 0.2
kill -CONT "$walwriter" 2>/dev/null
wait $stopping
check "$fault: it starts" server start
after=$(sql "SELECT count(*) FROM event_logs")
check "$fault: $before events became $after" test "$after" -lt "$before"
while kill -CONT $writer 2>/dev/null; do sleep 0.05; done
finish
ends 75 "'events.ndjson': the server crashed and lost batches it had called committed" "file loading, some events, run closed"
again 0

# --- others ------------------------------------------------------------------------------------------------------
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
start events.ndjson
check "$fault: it waits there" waiting
sql "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND $ours" >/dev/null
finish
let_go
ends 75 "cannot load a batch: canceling statement due to user request" "file loading, no events, run closed"
again 0

fault "the role has statement_timeout, lock_timeout and serializable set, and a table is locked for longer"
for setting in "statement_timeout = '100ms'" "lock_timeout = '50ms'" "default_transaction_isolation = serializable"; do
    sql "ALTER ROLE $PGUSER IN DATABASE $PGDATABASE SET $setting"
done
hold "LOCK TABLE event_logs"
start events.ndjson
check "$fault: it waits there" waiting
sleep 0.3
let_go
finish
ends 0 - "file done, all events, run closed"
again 0

fault "a deadlock"
hold "SET LOCAL deadlock_timeout TO '1min'; LOCK TABLE workflow_executions"
start --workers 1 events.ndjson
check "$fault: it waits there" waiting
also "LOCK TABLE event_logs"
until_sql "SELECT count(*) = 1 FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) WHERE l.mode = 'AccessExclusiveLock'
    AND l.relation = 'event_logs'::regclass AND l.granted AND a.datname = current_database()"
let_go
finish
check "$fault: it was ours that gave way" test "$(grep -c 'deadlock detected' "$PGHOST/server.log")" -gt 0
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
    if [ "$exit" = 75 ]; then
        fault "$name, twice"
        raises "$sqlstate" 2 "$raised"
        ingest events.ndjson
        ends 0 - "file done, all events, run closed"
        calm
        again 0
        fault "$name, every time"
    else
        fault "$name"
    fi
    raises "$sqlstate" 1000000 "$raised"
    ingest events.ndjson
    ends "$exit" "$said" "file loading, no events, run closed"
    calm
    again 0
done <<'FAULTS'
40001|a serialization failure|could not serialize access|75|cannot load: could not serialize access (N failures in a row since TIME)
55P03|a lock timeout|canceling statement due to lock timeout|75|cannot load: canceling statement due to lock timeout (N failures in a row since TIME)
53200|the server is out of memory|out of memory|75|cannot load: out of memory (N failures in a row since TIME)
53100|the server's disk is full|could not extend file: No space left on device|74|cannot load a batch: could not extend file: No space left on device
42501|a grant is missing|permission denied for table ingest_batches|77|cannot load a batch: permission denied for table ingest_batches
FAULTS

# --- the run is stopped ------------------------------------------------------------------------------------------
stopped() { # NAME EXIT MESSAGE OPTION… -- COMMAND…
    local options=()
    fault "$1"
    local exit=$2 said=$3
    shift 3
    while [ "$1" != -- ]; do options+=("$1"); shift; done
    shift
    hold "LOCK TABLE ingest_workflow_facts"
    start "${options[@]}" events.ndjson
    check "$fault: it waits there" waiting
    "$@"
    finish
    check "$fault: nobody waits any more" gone
    let_go
    ends "$exit" "$said" "file loading, no events, run closed"
    same "$fault: with its exit code" "$(sql "SELECT exit_code FROM job_runs WHERE job = 'ingest'")" "$exit"
    again 0 events.ndjson
}
signal() { kill "-$1" $pid; }
stopped SIGTERM 143 "terminated; run the same command again to go on" -- signal TERM
stopped SIGINT 130 "interrupted; run the same command again to go on" -- signal INT
stopped --timeout 75 "time is up ('--timeout'); run the same command again to go on" --timeout 1s -- true
tap_done
