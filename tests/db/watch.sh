#!/bin/sh
# What others are told of a run: --metrics-file, --ping; --splay; and that the run history has an end.
. "$(dirname "$0")/../lib/scratch.sh"

trap 'kill $servers 2>/dev/null; scratch_end' EXIT
servers=
events=$work/events.ndjson
echo '{"event_type":"WORKFLOW_STARTED","correlation_id":"550e8400-e29b-41d4-a716-446655440000","timestamp":"2025-10-15T12:00:00Z","payload":{"workflow_type":"x"}}' >"$events"
echo 'no json' >"$work/bad.ndjson"
load() { run ingest -q --rejects "$work/rejects" "$@"; }
metric() { sed -n "s/^bridgejob_$1{job=\"ingest\"$2} //p" "$work/m.prom"; }

# --- metrics -------------------------------------------------------------------------------------------------
load --metrics-file "$work/m.prom" "$events"
same 'metrics: a run that cannot start: exit code' "$code" 78
same 'metrics: it is told all the same' "$(metric last_exit_code '')" 78
same 'metrics: no success yet, none is told' "$(metric last_success_timestamp_seconds '')" ''
run migrate up -q

before=$(date +%s)
load --metrics-file "$work/m.prom" "$events"
after=$(date +%s)
same 'metrics: exit code' "$code $(metric last_exit_code '')" '0 0'
same 'metrics: the tally' "$(metric run_lines '') $(metric run_inserted '') $(metric run_rejected '')" '1 1 0'
same 'metrics: the run' "$(metric last_run_id '')" "$(sql "SELECT max(run_id) FROM job_runs WHERE job = 'ingest'")"
for name in start end success; do
    check "metrics: time of the last $name" awk -v t="$(metric last_${name}_timestamp_seconds '')" -v a="$before" \
        -v b="$after" 'BEGIN { exit !(t >= a - 1 && t <= b + 1) }'
done
same 'metrics: for all to read' "$(stat -c %a "$work/m.prom")" 644
same 'metrics: no temporary file is left' "$(ls "$work" | grep -c tmp)" 0
same 'metrics: no sample bears a time' "$(grep -v '^#' "$work/m.prom" | awk 'NF != 2' | wc -l)" 0
same 'metrics: every name is declared once' "$(grep '^# TYPE' "$work/m.prom" | sort | uniq -d)" ''
success=$(metric last_success_timestamp_seconds '')

sleep 1
load --metrics-file "$work/m.prom" "$work/bad.ndjson" --max-rejects 0
same 'metrics: a failure is told' "$code $(metric last_exit_code '')" '65 65'
same 'metrics: it keeps the time of the last success' "$(metric last_success_timestamp_seconds '')" "$success"
PGHOST=$work/nowhere load --metrics-file "$work/m.prom" "$events"
same 'metrics: also without a server' "$code $(metric last_exit_code '')" '69 69'
same 'metrics: the last success is still there' "$(metric last_success_timestamp_seconds '')" "$success"
load --metrics-file "$work/m.prom"
same 'metrics: also when the options are wrong' "$code $(metric last_exit_code '')" '64 64'
load --metrics-file "$work/m.prom" "$work/bad.ndjson"
same 'metrics: refused lines by reason' "$code $(metric run_rejects_by_reason ',key="invalid_json"')" '3 1'
check 'metrics: with refused lines the job was done' test "$(metric last_success_timestamp_seconds '')" != "$success"

cp "$work/m.prom" "$work/before.prom"
load --dry-run --metrics-file "$work/m.prom" "$events"
check 'metrics: a dry run is no run' cmp -s "$work/m.prom" "$work/before.prom"
mkdir "$work/dir"
load --metrics-file "$work/dir" "$events"
run migrate status -q --metrics-file "$work/dir"
same 'metrics: a directory has a file for each job' "$(ls "$work/dir" | tr '\n' ' ')" \
    'bridgejob-ingest.prom bridgejob-migrate-status.prom '
load --metrics-file "$work/nowhere/m.prom" "$events"
same 'metrics: a file that cannot be made is an error' "$code" 73
has 'metrics: and is named' "$err" "error: cannot create '$work/nowhere/m.prom': No such file or directory"
PGPASSWORD=geheim load --metrics-file "$work/m.prom" -d "password=geheim dbname=$PGDATABASE" "$events"
same 'metrics: no secret' "$(grep -c geheim "$work/m.prom")" 0

# --- ping ----------------------------------------------------------------------------------------------------
# serve STATUS: a web server; its requests are in $work/requests, its address in $url.
serve() {
    rm -f "$work/port" "$work/requests"
    perl tests/lib/httpd.pl "$work/port" "$work/requests" "$1" &
    server=$!
    servers="$servers $server"
    for _ in $(seq 100); do [ -s "$work/port" ] && break; sleep 0.1; done
    url=http://127.0.0.1:$(cat "$work/port")/SECRET-UUID
}
requests() { sed 's/rid=[0-9a-f-]*/rid=#/' "$work/requests"; }

serve 200
load --ping "$url" "$events"
same 'ping: a good run' "$code $(requests)" '0 POST /SECRET-UUID/start?rid=# 
POST /SECRET-UUID?rid=# '
same 'ping: silent when well' "$out$err" ''
same 'ping: both requests have one id, a UUID' "$(grep -c -E 'rid=[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} ' "$work/requests") $(sed 's/.*rid=//' "$work/requests" | sort -u | wc -l)" '2 1'
: >"$work/requests"
load --ping "$url/?create=1#x" "$work/nowhere.ndjson"
same 'ping: a failure has its exit code and the first error' "$code $(requests)" "66 POST /SECRET-UUID/start?create=1&rid=# 
POST /SECRET-UUID/66?create=1&rid=# cannot open '$work/nowhere.ndjson': No such file or directory"
: >"$work/requests"
load --ping "$url" "$work/bad.ndjson" --again
same 'ping: findings are told as such' "$code $(requests | tail -n 1)" \
    '3 POST /SECRET-UUID/3?rid=# '
: >"$work/requests"
BRIDGEJOB_PING=$url load "$events" --dry-run
same 'ping: a dry run tells nobody' "$code $(requests)" '0 '
BRIDGEJOB_PING=$url PGHOST=$work/nowhere load "$events"
same 'ping: without a server' "$code $(requests | tail -n 1 | cut -c 1-57)" \
    "69 POST /SECRET-UUID/69?rid=# connection to server on socket"
kill "$server"

serve 404
load -v --ping "$url" "$events"
same 'ping: an answer that is none changes nothing' "$code" 0
has 'ping: it is a warning' "$err" 'warning: the watchdog of --ping was not told: the answer was HTTP status 404'
kill "$server"
load -v --ping "$url" "$events"
same 'ping: nobody there changes nothing' "$code" 0
has 'ping: nobody there is a warning' "$err" "warning: the watchdog of --ping was not told: Couldn't connect to server"
same 'ping: the address is a secret' "$(printf '%s' "$out$err" | grep -c SECRET)" 0
load -v --ping 'file:///etc/passwd#SECRET' "$events"
same 'ping: only http and https' "$code $(printf '%s' "$err" | grep -c 'Unsupported protocol') $(printf '%s' "$err" | grep -c SECRET)" '0 2 0'
load -v --ping 'SECRET://%00:99999/ "' "$events"
same 'ping: no address at all' "$code $(printf '%s' "$err" | grep -c 'was not told') $(printf '%s' "$err" | grep -c SECRET)" '0 2 0'
same 'ping: nor in the run history' "$(sql "SELECT count(*) FROM job_runs r WHERE r::text LIKE '%SECRET%'")" 0

serve hang
start=$(date +%s)
load --ping "$url" "$events"
took=$(($(date +%s) - start))
has 'ping: one that never answers is given up' "$err" 'was not told: Timeout was reached'
same 'ping: and changes nothing' "$code" 0
check "ping: it costs 5 s at the start and 5 s at the end ($took)" test "$took" -ge 9 -a "$took" -le 20
kill "$server"

# --- splay ---------------------------------------------------------------------------------------------------
runs=$(sql 'SELECT count(*) FROM job_runs')
"$BRIDGEJOB" ingest -v --splay 1d --ping "$url" --metrics-file "$work/m.prom" "$events" >"$work/out" 2>"$work/err" &
pid=$!
for _ in $(seq 100); do grep -q splay "$work/err" && break; sleep 0.1; done
seen=$(tr '\0' ' ' <"/proc/$pid/cmdline" | sed 's/.*--ping //; s/ .*//')
check "ping: the address cannot be seen in ps ($seen)" test -n "$seen" -a -z "$(printf %s "$seen" | tr -d x)"
kill -TERM $pid
# One that does not hear it would be waited for all day.
(sleep 20; kill -KILL $pid) 2>/dev/null &
servers="$servers $!"
wait $pid
same 'splay: SIGTERM ends the wait' $? 143
has 'splay: it was said' "$(cat "$work/err")" "s before the start ('--splay')"
same 'splay: no run was begun' "$(sql 'SELECT count(*) FROM job_runs')" "$runs"
same 'splay: the metrics tell of it' "$(metric last_exit_code '')" 143
load --splay 1s --timeout 10s "$events"
same 'splay: the job runs behind it' "$code $(sql 'SELECT count(*) FROM job_runs')" "0 $((runs + 1))"

# --- history -------------------------------------------------------------------------------------------------
sql "TRUNCATE job_runs;
     INSERT INTO job_runs (job, started_at, ended_at, exit_code)
     SELECT j, now() - make_interval(mins => 3000 - i), now(), CASE i WHEN 5 THEN 70 WHEN 9 THEN 3 ELSE NULL END
       FROM generate_series(1, 2500) i, unnest(ARRAY['ingest', 'other']) j
      ORDER BY i"
load "$work/nowhere.ndjson"
same 'history: 1000 rows and the last success stay' "$(sql "SELECT count(*), count(*) FILTER (WHERE exit_code = 3),
    count(*) FILTER (WHERE exit_code = 70), count(*) FILTER (WHERE exit_code = 66) FROM job_runs WHERE job = 'ingest'")" \
    '1001|1|0|1'
same 'history: the newest stay' "$(sql "SELECT count(*) FROM job_runs WHERE job = 'ingest' AND started_at <
    now() - interval '25 hours' AND exit_code IS NULL")" 0
same 'history: other jobs keep theirs' "$(sql "SELECT count(*) FROM job_runs WHERE job = 'other'")" 2500
load "$events"
load "$events"
same 'history: the last failure is not the oldest row yet' "$(sql "SELECT count(*), count(*) FILTER (WHERE exit_code = 3),
    count(*) FILTER (WHERE exit_code = 66) FROM job_runs WHERE job = 'ingest'")" '1000|0|1'
sql "UPDATE job_runs SET started_at = now() - interval '1 year' WHERE exit_code = 66;
     INSERT INTO job_runs (job, started_at, ended_at, exit_code) VALUES ('ingest', now() - interval '1 minute', now(), NULL)"
load "$events"
same 'history: the last failure stays, however old' "$(sql "SELECT count(*), count(*) FILTER (WHERE exit_code = 66)
    FROM job_runs WHERE job = 'ingest'")" '1001|1'
sql "CREATE ROLE watch_role LOGIN;
     GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO watch_role;
     GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO watch_role; GRANT TEMPORARY ON DATABASE $PGDATABASE TO watch_role"
PGUSER=watch_role load "$events"
same 'history: rows that may not be deleted are only a warning' "$code $(printf '%s' "$err" | grep -c 'warning: cannot delete old rows of the run history: permission denied')" '0 1'
sql 'DROP OWNED BY watch_role; DROP ROLE watch_role'

tap_done
