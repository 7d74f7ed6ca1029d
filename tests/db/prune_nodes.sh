#!/bin/bash
# 'prune nodes' and 'prune runs': who is marked, who goes, who comes back; what of the history stays.
. "$(dirname "$0")/../lib/scratch.sh"

json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
ingest() { "$BRIDGEJOB" ingest --quiet --rejects "$work" -; }
at() { date -u -d "$1 ago" +%Y-%m-%dT%H:%M:%SZ; }
heartbeat() { printf '{"event_type":"NODE_HEARTBEAT","timestamp":"%s","payload":{"node_id":"%s","node_type":"reducer","health_status":"HEALTHY"}}\n' "$(at "$2")" "$1"; }
register() { printf '{"event_type":"NODE_REGISTERED","timestamp":"%s","payload":{"node_id":"%s","node_type":"reducer","capabilities":{"node_version":"2.1"}}}\n' "$(at "$2")" "$1"; }
nodes() { sql "SELECT coalesce(string_agg(concat_ws(' ', node_id, health_status), ', ' ORDER BY node_id COLLATE \"C\"), '') FROM node_registrations"; }
row() { sql "SELECT row(n.*, f.*)::text FROM node_registrations n LEFT JOIN ingest_node_facts f USING (node_id) WHERE node_id = '$1'"; }

"$BRIDGEJOB" migrate up --quiet
{ heartbeat fresh '1 minute'; heartbeat stale '10 minutes'; heartbeat gone '25 hours'; register new '2 minutes'
  register silent '2 hours'; register "o'ld \\\"%s\\n; DROP" '30 hours'; } | ingest
same 'six nodes' "$(sql 'SELECT count(*) FROM node_registrations')" 6
all=$(nodes)

run prune nodes --dry-run --format json
same 'a dry run says what would be done' "$code $(json marked) $(json deleted) $(json run_id) $(json nodes,0,node_id)" '0 2 2 0 gone'
same 'and does none of it' "$(nodes)" "$all"
before=$(row fresh)
run prune nodes --format json
same 'silent for 5 minutes: marked; for 24 hours: deleted; without a heartbeat, since the registration' \
    "$code $(json marked) $(json deleted) $(nodes)" '0 2 2 fresh HEALTHY, new UNKNOWN, silent UNHEALTHY, stale UNHEALTHY'
same 'the others are as they were' "$(row fresh)" "$before"
same 'what ingest knew of them is gone too' "$(sql 'SELECT count(*) FROM ingest_node_facts')" 4
same 'the listing: before' "$(json nodes,0,action) $(json nodes,0,health_status)" 'delete HEALTHY'
run prune nodes --quiet
same 'again: nothing' "$code $out$err" '0 '
same 'the history says it' "$(sql "SELECT tally ->> 'marked' FROM job_runs WHERE job = 'prune nodes' ORDER BY run_id LIMIT 1")" 2

# Marked, and back: the row is that of a database that was never pruned.
heartbeat stale '1 minute' >"$work/beat"
sql "CREATE TABLE kept AS SELECT * FROM node_registrations; CREATE TABLE kept_facts AS SELECT * FROM ingest_node_facts"
ingest <"$work/beat"
same 'a heartbeat brings a marked node back' "$(nodes)" 'fresh HEALTHY, new UNKNOWN, silent UNHEALTHY, stale HEALTHY'
back=$(row stale)
sql "TRUNCATE node_registrations, ingest_node_facts; INSERT INTO node_registrations SELECT * FROM kept; INSERT INTO ingest_node_facts SELECT * FROM kept_facts;
     UPDATE node_registrations SET health_status = 'HEALTHY' WHERE node_id = 'stale'; DELETE FROM event_logs WHERE created_at > now() - interval '90 s'"
ingest <"$work/beat"
same 'as if it had never been marked' "$(row stale)" "$back"
{ heartbeat stale '8 minutes'; } | ingest
same 'an older one changes nothing' "$(row stale)" "$back"

# Deleted, and back.
heartbeat gone '1 minute' | ingest
same 'a heartbeat brings a deleted node back' "$(sql "SELECT node_type || ' ' || node_version || ' ' || health_status FROM node_registrations WHERE node_id = 'gone'")" 'reducer unknown HEALTHY'
register gone '30 seconds' | ingest
same 'its next registration describes it' "$(sql "SELECT node_version || ' ' || health_status FROM node_registrations WHERE node_id = 'gone'")" '2.1 HEALTHY'
heartbeat late '26 hours' | ingest
same 'a heartbeat that comes late makes the node' "$(sql "SELECT health_status FROM node_registrations WHERE node_id = 'late'")" HEALTHY
run prune nodes --format json
same 'which is pruned again' "$(json deleted) $(json nodes,0,node_id)" '1 late'

# Boundaries, and more nodes than go in one transaction.
sql "INSERT INTO node_registrations (node_id, node_type, node_version, health_status, registered_at, last_heartbeat)
     SELECT 'many ' || n, 't', '1', 'HEALTHY', now(), now() - interval '1 h' - n * interval '1 s' FROM generate_series(1, 250) AS n"
run prune nodes --dry-run --stale-after 59m --format json
same 'a dry run of many' "$(json marked)" 250
run prune nodes --older-than 1h --format json
same 'many nodes' "$(json marked) $(json deleted)" '0 251'
sql "INSERT INTO node_registrations (node_id, node_type, node_version, health_status, registered_at) VALUES ('future', 't', '1', 'HEALTHY', now() + interval '1 day')"
run prune nodes --older-than 1s --stale-after 1s --format json
same 'a clock that is ahead' "$(nodes)" 'future HEALTHY'

# A node that another session has in hand.
heartbeat stale '10 minutes' | ingest
psql -Xqc "BEGIN; SELECT FROM node_registrations WHERE node_id = 'stale' FOR UPDATE; SELECT pg_sleep(30)" >/dev/null 2>&1 &
check 'held' await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"
run prune nodes --format json
same 'a node in hand is passed over' "$code $(json marked)" '0 0'
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
wait
run prune nodes --format json
same 'and marked by the next run' "$code $(json marked)" '0 1'

# --- prune runs -----------------------------------------------------------------------------------------------------------
sql "DELETE FROM job_runs;
     INSERT INTO job_runs (job, started_at, ended_at, exit_code)
     SELECT 'ingest', now() - n * interval '10 days', now(), CASE WHEN n = 30 THEN 65 WHEN n > 25 THEN 70 ELSE 0 END FROM generate_series(1, 40) AS n ORDER BY n DESC;
     INSERT INTO job_runs (job, started_at, ended_at, exit_code) VALUES ('never again', now() - interval '1000 days', now(), 3), ('never again', now() - interval '700 days', now(), 3);
     INSERT INTO job_runs (job, started_at) VALUES ('killed', now() - interval '100 days')"
files=$(sql 'SELECT count(*) FROM ingest_files')
run prune runs --dry-run --format json
same 'a dry run' "$code $(json rows_deleted) $(json partitions_dropped) $(json blocked_by) $(sql 'SELECT count(*) FROM job_runs')" '0 33 0 [] 43'
run prune runs --format json
same 'old runs go' "$code $(json rows_deleted)" '0 33'
same 'but not the last success and the last failure of a job' \
    "$(sql "SELECT string_agg(job || ' ' || exit_code || ' ' || (now()::date - started_at::date), ', ' ORDER BY job, started_at) FROM job_runs WHERE started_at < now() - interval '85 days'")" \
    'ingest 70 260, never again 3 700'
same 'the ledger stays' "$(sql 'SELECT count(*) FROM ingest_files')" "$files"
run prune runs --format csv --older-than 50d
same 'as CSV, of each job' "$(echo "$out" | cut -d, -f1,2)" 'job,runs
ingest,4'
PGAPPNAME='bridgejob/vacuum#9999' psql -Xqc 'SELECT pg_sleep(30)' >/dev/null 2>&1 &
sql "INSERT INTO job_runs (run_id, job, started_at) VALUES (9999, 'vacuum', now() - interval '100 days')"
await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"
run prune runs --format json
same 'a run that is still there stays' "$(json rows_deleted)" 0
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
wait
tap_done
