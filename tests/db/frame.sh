#!/bin/sh
# What the frame gives a job and takes back: session, schema check, deadline, run history.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
last="SELECT concat_ws(' ', job, exit_code, ended_at IS NOT NULL, tally, message) FROM job_runs ORDER BY run_id DESC LIMIT 1"
idle="SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/%' AND datname = current_database()"

# Before the first migration.
echo '{}' >"$work/events.ndjson"
run ingest "$work/events.ndjson" --rejects "$work"
same 'schema not migrated: exit code' "$code" 78
has 'schema not migrated: message' "$err" 'error: the schema is not migrated: '
has 'schema not migrated: hint' "$err" 'hint: bridgejob migrate up'
PGHOST=$work run ingest --dry-run "$work/events.ndjson"
same 'a dry run of ingest needs no server' "$code" 3

run migrate up
same 'the run that makes the history is in it' "$(sql "$last" | cut -d' ' -f1-4)" 'migrate up 0 t'
run migrate up
same 'one row a run' "$(sql 'SELECT count(*) FROM job_runs')" 2
same 'a row tells host, process and version' "$(sql "SELECT bool_and(host <> '' AND pid > 0 AND version <> ''
    AND started_at <= ended_at) FROM job_runs")" t
run migrate status
run migrate up --dry-run
same 'reading and dry runs keep no row' "$(sql 'SELECT count(*) FROM job_runs')" 2

put 900_create_bad.sql 'SELECT 1/0;'
run migrate up --dir "$m"
same 'failed: exit code' "$code" 78
same 'failed: the row is closed and says why' "$(sql "$last")" \
    "migrate up 78 t {\"applied\": 0, \"planned\": 1, \"reversed\": 0} '900_create_bad.sql': line 1: division by zero"

# A read-only session: the server itself refuses what a dry run must not do.
put 900_create_bad.sql 'CREATE TABLE slow (id int); SELECT pg_sleep(60);'
run migrate up --dir "$m" --dry-run
same 'dry run: nothing runs' "$code $(sql "SELECT to_regclass('slow') IS NULL")" '0 t'

# stopped WHAT SIGNAL EXIT MESSAGE ARGUMENT…
stopped() {
    what=$1 signal=$2 wanted=$3 message=$4
    shift 4
    "$BRIDGEJOB" migrate up --dir "$m" "$@" >"$work/out" 2>"$work/err" &
    pid=$!
    check "$what: it runs" await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name ~ '^bridgejob/migrate up#[0-9]+\$'
        AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid())"
    [ -z "$signal" ] || kill "-$signal" $pid
    wait $pid
    same "$what: exit code" $? "$wanted"
    same "$what: message" "$(cat "$work/err")" "bridgejob migrate up: error: $message"
    same "$what: rolled back" "$(sql "SELECT to_regclass('slow') IS NULL")" t
    same "$what: the row is closed" "$(sql "$last" | sed 's/{[^}]*} //')" "migrate up $wanted t $message"
    check "$what: the session is closed" await "$idle"
}
stopped SIGTERM TERM 143 'terminated; run the same command again to go on'
stopped --timeout '' 75 "time is up ('--timeout'); run the same command again to go on" --timeout 1s
# A shell starts background jobs with SIGINT ignored, which the program overrides.
stopped SIGINT INT 130 'interrupted; run the same command again to go on'

# The connection goes away under a job.
put 900_create_bad.sql 'CREATE TABLE slow (id int);
SELECT pg_terminate_backend(pg_backend_pid());'
run migrate up --dir "$m"
same 'backend terminated: exit code' "$code" 75
has 'backend terminated: message' "$err" "error: '900_create_bad.sql': line 2: terminating connection due to administrator command"
same 'backend terminated: rolled back' "$(sql "SELECT to_regclass('slow') IS NULL")" t
same 'backend terminated: the row is closed all the same' "$(sql "$last" | cut -d' ' -f1-4)" 'migrate up 75 t'

# Killed outright: the next run is not kept out.
put 900_create_bad.sql 'CREATE TABLE slow (id int); SELECT pg_sleep(60);'
"$BRIDGEJOB" migrate up --dir "$m" >/dev/null 2>&1 &
pid=$!
check 'kill -9: it runs' await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid())"
kill -9 $pid
wait $pid 2>/dev/null
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/migrate up%'" >/dev/null
check 'kill -9: the session ends' await "$idle"
put 900_create_bad.sql 'CREATE TABLE slow (id int);'
run migrate up --dir "$m"
same 'kill -9: the rerun does it' "$code $(sql "SELECT to_regclass('slow') IS NOT NULL")" '0 t'

tap_done
