#!/bin/bash
# Killed, stopped, cut off at any moment: nothing is half done, and running it again ends in the tables of a run
# that nobody disturbed.
#
# KILLS (default 8) times each; KILL_SEED (default 1) makes the moments the same again, as far as a clock can.
. tests/lib/tap.sh
. tests/lib/session.sh

kills=${KILLS:-8}
RANDOM=${KILL_SEED:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=$PGDATABASE
log=$work/log
export PGOPTIONS='-c client_min_messages=warning'

sql() { psql -XAtq -c "$1" 2>&1; }
digest() { psql -XAtqf tests/lib/digest.sql; }
# The checkpoint: a crash would set back the sequences of a database that was just copied.
fresh() {
    psql -XAtq -d "$home" -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" -c "CREATE DATABASE $1 TEMPLATE kill_template" \
        -c "ALTER DATABASE $1 SET synchronous_commit = on" -c CHECKPOINT || exit 1
    export PGDATABASE=$1
}
nap() { local ms=$((RANDOM % $1)); sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"; }
ours() { sql "SELECT $1 FROM pg_stat_activity WHERE datname = current_database() AND application_name ~ '^bridgejob/ingest'"; }
# Writers whose parent is gone finish their batch, or lose it; either takes a moment.
settled() {
    local i
    for i in {1..200}; do
        [ "$(ours 'count(*)')" != 0 ] || return 0
        sleep 0.05
    done
    return 1
}
start() { "$BRIDGEJOB" ingest --quiet --rejects "$work/rejects" --workers 2 "$@" "$work/events.ndjson" >>"$log" 2>&1 & pid=$!; }

# What must hold after every transaction, whatever came before.
halves="SELECT concat_ws(' ',
    (SELECT count(*) FROM event_logs WHERE event_type ~ '^STEP') - (SELECT count(*) FROM workflow_steps),
    (SELECT count(*) FROM event_logs WHERE event_type = 'STAMP_CREATED')
        - (SELECT count(*) FROM metadata_stamps) - (SELECT count(*) FROM ingest_hashless_stamps AS h
                WHERE NOT EXISTS (SELECT FROM metadata_stamps AS s WHERE s.id = h.id)),
    (SELECT count(*) FROM workflow_executions AS w
      WHERE workflow_steps_executed <> (SELECT count(*) FROM workflow_steps AS s WHERE s.workflow_id = w.id)
         OR workflow_steps_executed <> jsonb_array_length(workflow_steps)),
    (SELECT count(*) FROM workflow_executions) - (SELECT count(*) FROM ingest_workflow_facts),
    (SELECT coalesce(sum(inserted), 0) FROM (SELECT inserted FROM ingest_batches
                                             UNION ALL SELECT inserted FROM ingest_files WHERE state <> 'loading') AS b)
        - (SELECT count(*) FROM event_logs))"

# ends_well WHAT: run again until it is done; the tables are those of the undisturbed run.
ends_well() {
    local i code
    check "$1: what it left ends by itself" settled
    same "$1: nothing is half done" "$(sql "$halves")" "0 0 0 0 0"
    for i in {1..20}; do
        "$BRIDGEJOB" ingest --quiet --rejects "$work/rejects" "$work/events.ndjson" >>"$log" 2>&1
        code=$?
        [ $code = 75 ] || break
        sleep 0.1
    done
    same "$1: run again" $code 0
    same "$1: the tables of an undisturbed run" "$(digest)" "$wanted"
}

psql -XAtq -c "DROP DATABASE IF EXISTS kill_template" -c "CREATE DATABASE kill_template" || exit 1
PGDATABASE=kill_template "$BRIDGEJOB" migrate up --quiet || exit 1
{ perl tests/lib/soup.pl 4711 1500 plain; "$TOOLS/genevents" --events 8000 --late 5; } >"$work/events.ndjson"

fresh kill_undisturbed
begun=$(date +%s%N)
start --batch-lines 100
wait $pid
same "undisturbed" $? 0
took=$((($(date +%s%N) - begun) / 1000000))
wanted=$(digest)
same "undisturbed: nothing is half done" "$(sql "$halves")" "0 0 0 0 0"

for ((i = 1; i <= kills; i++)); do
    fresh kill_run
    start --batch-lines 100
    nap "$took"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    ends_well "kill -9 of the parent, $i ($(sql "SELECT count(*) FROM event_logs") events in)"
done

for ((i = 1; i <= kills; i++)); do
    fresh kill_run
    start --batch-lines 100
    nap "$took"
    writer=$(pgrep -P $pid | head -n 1)
    [ -z "$writer" ] || kill -9 "$writer" 2>/dev/null
    wait $pid
    code=$?
    # 0: it was over before.
    check "kill -9 of a writer, $i: exit code $code" test $code = 75 -o $code = 0
    ends_well "kill -9 of a writer, $i"
done

# The writers go on by themselves.
for ((i = 1; i <= (kills + 1) / 2; i++)); do
    fresh kill_run
    start --batch-lines 100
    for _ in 1 2 3; do
        nap $((took / 4 + 1))
        ours 'pg_terminate_backend(pid)' >/dev/null
    done
    wait $pid
    code=$?
    # 75: it hit the parent's session before the first file, where nothing is tried again.
    check "backends terminated, $i: it connects again, or says to try again: exit code $code" test $code = 0 -o $code = 75
    ends_well "backends terminated, $i"
done

# Waiting for a lock on $1, in the middle of a transaction: stopped there by a command.
stopped() { # WHAT TABLE EXIT OPTION COMMAND…
    local what=$1 table=$2 wanted_code=$3 option=$4
    fresh kill_run
    hold "LOCK TABLE $table"
    # shellcheck disable=SC2086
    start --batch-lines 100 $option
    until [ "$(sql "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name ~ '^bridgejob/ingest'")" = t ]; do sleep 0.02; done
    "${@:5}"
    wait $pid
    same "$what: exit code" $? "$wanted_code"
    check "$what: nobody waits any more" settled
    same "$what: the run is closed" "$(sql "SELECT concat_ws(' ', exit_code, ended_at IS NOT NULL) FROM job_runs WHERE job = 'ingest'")" "$wanted_code t"
    let_go
    same "$what: nothing of the batch is there" "$(sql "SELECT count(*) FROM event_logs")" 0
    ends_well "$what"
}
signal() { kill "-$1" "$pid"; }
stopped "SIGTERM" event_logs 143 "" signal TERM
stopped "SIGINT" workflow_executions 130 "" signal INT
stopped "--timeout" ingest_workflow_facts 75 "--timeout 1s" true

# As someone else would: the server's own user restarts it, without a word to anybody.
restart() {
    local as=()
    [ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    (cd "$PGHOST" && "${as[@]}" pg_ctl -D data -m immediate stop && "${as[@]}" pg_ctl -D data -l server.log -w start) >>"$log" 2>&1
}
for ((i = 1; i <= (kills + 3) / 4; i++)); do
    fresh kill_run
    start --batch-lines 100
    nap "$took"
    check "the server restarts, $i" restart
    wait $pid
    code=$?
    check "server stopped in the middle, $i: exit code $code" test $code = 0 -o $code = 75
    ends_well "server stopped in the middle, $i"
done

[ $tap_failed = 0 ] || sed 's/^/# /' "$log" | sort | uniq -c | head -n 40
tap_done
