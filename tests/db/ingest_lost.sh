#!/bin/bash
# The server or a session goes away under a run: what is tried again, what is said and how often, and what the run
# history keeps of it.
. tests/lib/scratch.sh
. tests/lib/session.sh
cd "$work" || exit 1

event() { echo "{\"event_type\":\"WORKFLOW_STARTED\",\"correlation_id\":\"550e8400-e29b-41d4-a716-4466554400$1\",\"timestamp\":\"2025-10-15T12:00:$1Z\"}"; }
events() { for i in $(seq "$1" "$2"); do event "$i"; done; }
last="SELECT concat_ws(' ', exit_code, ended_at IS NOT NULL, message) FROM job_runs WHERE job = 'ingest' ORDER BY run_id DESC LIMIT 1"
ours="datname = current_database() AND application_name ~ '^bridgejob/ingest'"
start() { "$BRIDGEJOB" ingest --quiet "$@" >out 2>err </dev/null 3>&- & pid=$!; }
waits() { await "SELECT count(*) >= $1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND $ours"; }
# The parent's session is the first one of the run, and waits for nothing.
parent="SELECT pid FROM pg_stat_activity WHERE $ours ORDER BY backend_start LIMIT 1"
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
server() { (cd "$PGHOST" && "${as[@]}" pg_ctl -D data -l server.log -w "$@") >>log 2>&1; }

run migrate up --quiet
same "migrate up" "$code" 0

# --- the run history says why ----------------------------------------------------------------------------------------
run ingest --quiet none.ndjson
same "a missing file" "$(sql "$last")" "66 t cannot open 'none.ndjson': No such file or directory"
events 10 12 | gzip | head -c 60 >cut.gz
events 10 12 | gzip | head -c 70 >cut2.gz
run ingest --quiet cut.gz cut2.gz
has "of several errors the first" "$(sql "$last")" "65 t 'cut.gz' is cut"
name=$'new\nline\xe9.gz'
cp cut.gz "$name"
run ingest --quiet "$name"
has "a hostile name" "$(sql "$last")" "65 t 'new\\x0aline\\xe9.gz' is cut"
name=$(printf '%0230d' 0 | sed 's/0/é/g').gz
long=$(printf '%060d' 0 | sed 's/0/é/g')
mkdir -p "$long/$long/$long/$long/$long"
cp cut.gz "$long/$long/$long/$long/$long/x.gz"
run ingest --quiet "$long/$long/$long/$long/$long/x.gz"
same "a long text is cut between two characters" "$(sql "SELECT octet_length(message) BETWEEN 505 AND 511 AND message ~ '^''é.*é(/é*)?$' FROM job_runs ORDER BY run_id DESC LIMIT 1")" t
events 10 12 >a.ndjson
run ingest --quiet a.ndjson
same "nothing when all is well" "$code $(sql "$last")" "0 0 t "
{ event 13; echo bad; } >b.ndjson
run ingest --quiet b.ndjson
same "nothing of warnings" "$code $(sql "$last")" "3 3 t "
sql "ALTER TABLE workflow_steps RENAME COLUMN step_name TO nom"
echo '{"event_type":"STEP_COMPLETED","correlation_id":"550e8400-e29b-41d4-a716-446655440010","timestamp":"2025-10-15T12:00:10Z","payload":{"step_name":"s"}}' >c.ndjson
run ingest --quiet c.ndjson
has "what a writer ran into" "$(sql "$last")" '78 t cannot load a batch: column "step_name" '
sql "ALTER TABLE workflow_steps RENAME COLUMN nom TO step_name"

# --- a session that is lost ------------------------------------------------------------------------------------------
mkfifo slow
events 30 39 >e.ndjson
start slow e.ndjson
exec 3>slow
events 20 29 >&3
check "the parent waits for a pipe" await "SELECT count(*) = 1 FROM pg_stat_activity WHERE $ours AND state = 'idle' AND query ~* 'insert into ingest_files'"
sql "SELECT pg_terminate_backend(($parent))" >/dev/null
exec 3>&-
wait $pid
same "the parent's session ends before a file: exit code" "$? $(cat err)" "0 "
same "both files are done" "$(sql "SELECT count(*) FROM ingest_files WHERE state = 'done' AND name IN ('slow', 'e.ndjson')")" 2
same "the run is closed" "$(sql "$last")" "0 t "

events 40 49 >f.ndjson
hold "LOCK TABLE event_logs" # so that runs wait in the middle of a batch
start f.ndjson
check "a writer waits" waits 1
sql "SELECT pg_terminate_backend(($parent))" >/dev/null
kill -TERM $pid
wait $pid
same "stopped without a session: exit code" $? 143
let_go
same "stopped without a session: the run is closed" "$(sql "$last")" "143 t terminated; run the same command again to go on"

# --- a server that is gone -------------------------------------------------------------------------------------------
hold "LOCK TABLE event_logs"
start --workers 4 f.ndjson
check "writers wait" waits 3
server -m immediate stop
wait $pid
same "the server is gone: exit code" $? 75
same "it is said once" "$(grep -c ' error: ' err)" 1
has "since and until when" "$(cat err)" "(unreachable since 20"
has "after how many tries" "$(cat err)" "tried 5 times until 20"
has "and what to do" "$(cat err)" "hint: run the same command again when the server is back"
let_go
server start
run ingest --quiet f.ndjson
same "run again" "$code" 0

# A server that was there and refuses for a while, as a pooler does that starts.
events 50 59 >g.ndjson
hold "LOCK TABLE event_logs"
start --workers 1 g.ndjson
check "the writer waits" waits 1
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $ours" >/dev/null
psql -X -q -d postgres -c "ALTER DATABASE \"$PGDATABASE\" ALLOW_CONNECTIONS false"
let_go
sleep 1
psql -X -q -d postgres -c "ALTER DATABASE \"$PGDATABASE\" ALLOW_CONNECTIONS true"
wait $pid
same "refused for a while: exit code" "$? $(cat err)" "0 "
tally="FROM job_runs WHERE job = 'ingest' ORDER BY run_id DESC LIMIT 1"
same "refused for a while: the tally has the retries" "$(sql "SELECT (tally ->> 'retries')::int >= 1 $tally")" t

# --- writers that are the limit --------------------------------------------------------------------------------------
# slowed FILE OPTION...: one writer is held up in the first of ten batches.
slowed() {
    hold "LOCK TABLE event_logs"
    "$BRIDGEJOB" ingest --workers 1 --batch-lines 1 "$@" >out 2>err </dev/null &
    pid=$!
    check "$1: the writer waits" waits 1
    sleep 2
    let_go
    wait $pid
    code=$?
}
events 10 19 | sed 's/12:00/12:01/' >h.ndjson
slowed h.ndjson
same "the exit code stays" "$code" 0
has "a writer that is busy all the time is warned of" "$(cat err)" "warning: 1 writer was busy "
has "and what to try" "$(cat err)" "hint: if the server has processors to spare, try --workers 2"
same "the tally has writers, utilisation, waits and retries" \
    "$(sql "SELECT concat_ws(' ', tally -> 'writers', (tally ->> 'writer_utilisation')::numeric BETWEEN 0.91 AND 1, (tally ->> 'writer_waits_s')::numeric BETWEEN 1 AND 60, tally -> 'retries') $tally")" "1 t t 0"
events 10 19 | sed 's/12:00/12:02/' >i.ndjson
slowed i.ndjson --quiet
same "--quiet says nothing of it" "$code $(cat out err)" "0 "
run ingest --format json i.ndjson
has "nothing to load" "$out" '"writer_utilisation":0.00,"writer_waits_s":0.000,"retries":0,'
same "nothing to warn of" "$(grep -c warning err)" 0

# --- no connection is left for the writer --------------------------------------------------------------------------------
sql "CREATE ROLE few LOGIN CONNECTION LIMIT 1;
     GRANT ALL ON ALL TABLES IN SCHEMA public TO few; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO few"
events 40 41 >few.ndjson
PGUSER=few run ingest --verbose --workers 1 few.ndjson
same "no connection for the writer: as many tries as are told" "$code $(grep -c 'trying again' err)" '75 4'
has "no connection for the writer: what is told" "$err" 'tried 5 times'
sql "DROP OWNED BY few; DROP ROLE few"
tap_done
