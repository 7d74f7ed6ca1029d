#!/bin/bash
# What killed runs leave behind and the next one clears up; files that change, pipes that nobody writes to, standard
# input that was read from before, names that are too long.
. tests/lib/scratch.sh
cd "$work" || exit 1
trap 'exec 3>&- 4>&-; scratch_end' EXIT

events() { for i in $(seq "$1" "$2"); do echo "{\"event_type\":\"X\",\"correlation_id\":\"550e8400-e29b-41d4-a716-4466554400$i\",\"timestamp\":\"2025-10-15T12:00:$i.5Z\"}"; done; }
ours="datname = current_database() AND application_name ~ '^bridgejob/ingest'"
files="SELECT concat_ws(' ', name, state, lines, inserted, duplicates, rejected, done_at IS NOT NULL) FROM ingest_files ORDER BY file_id"
# hold FD TABLE MODE: a session holds a table until let_go FD.
hold() {
    rm -f "hold$1" "held$1"; mkfifo "hold$1"
    psql -XAtq <"hold$1" >"held$1" 2>&1 3>&- 4>&- &
    eval "exec $1>hold$1"
    echo "BEGIN; LOCK TABLE $2 IN $3 MODE; SELECT 'held';" >"/dev/fd/$1"
    until grep -qs held "held$1"; do sleep 0.02; done
}
let_go() { echo "COMMIT;" >"/dev/fd/$1"; eval "exec $1>&-"; }
start() { "$BRIDGEJOB" ingest --quiet "$@" >out 2>err </dev/null 3>&- 4>&- & pid=$!; }
waits() { await "SELECT count(*) >= 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~* '$1' AND $ours"; }
alone() { await "SELECT count(*) = 0 FROM pg_stat_activity WHERE $ours"; }

run migrate up --quiet
same "migrate up" "$code" 0

# --- a run that is killed --------------------------------------------------------------------------------------------
mkfifo slow
start --workers 1 --batch-lines 2 slow
exec 3>slow
{ echo bad; events 10 13; } >&3
check "some of it is in" await "SELECT count(*) >= 1 FROM ingest_batches"
kill -9 $pid
wait $pid 2>/dev/null
exec 3>&-
check "its sessions end" alone
in=$(sql "SELECT count(*) FROM event_logs")
same "it leaves a file that is loading" "$(sql "$files")" "slow loading 0 0 0 0 f"
same "and refused lines under temporary names" "$(ls rejects | grep -c '^slow\.2\.rej.*\.tmp$')" 2

# One that lives: neither its file nor its refused lines are touched.
mkfifo alive
start --workers 1 --batch-lines 2 alive
exec 3>alive
{ echo bad; events 14 17; } >&3
check "another run is under way" await "SELECT count(*) >= 1 FROM ingest_batches AS b JOIN ingest_files AS f USING (file_id) WHERE f.name = 'alive'"
living=$pid
same "it closes what was left" "$(sql "$files" | head -n 1)" "slow abandoned $in $in 0 0 t"
same "with its batches" "$(sql "SELECT count(*) FROM ingest_batches AS b JOIN ingest_files AS f USING (file_id) WHERE f.name = 'slow'")" 0
same "young files are left alone" "$(ls rejects | grep -c '^slow\.')" 2
touch -d '5 minutes ago' rejects/*.tmp
events 20 21 >a.ndjson
run ingest --quiet a.ndjson
same "a third run" "$code" 0
same "removes the refused lines of the one that was killed, and only those" "$(ls rejects | sed 's/\.rej.*//' | sort -u | xargs)" "alive.3"
same "leaves the file of the one that lives" "$(sql "SELECT state FROM ingest_files WHERE name = 'alive'")" loading
events 18 19 >&3
exec 3>&-
wait "$living"
same "which ends well" "$?" 3
same "its file is done" "$(sql "SELECT concat_ws(' ', state, lines, inserted, rejected) FROM ingest_files WHERE name = 'alive'")" "done 7 6 1"
same "its refused lines are there" "$(cat rejects/alive.3.rej)" bad

# A run whose sessions are lost for a moment may be taken for dead: it goes on all the same.
mkfifo dead
start --workers 1 --batch-lines 2 dead
exec 3>dead
events 22 25 >&3
check "a batch is in" await "SELECT count(*) >= 1 FROM ingest_batches AS b JOIN ingest_files AS f USING (file_id) WHERE f.name = 'dead'"
sql "UPDATE ingest_files SET state = 'abandoned', done_at = now(), inserted = (SELECT sum(inserted) FROM ingest_batches) WHERE name = 'dead';
     DELETE FROM ingest_batches"
events 26 29 >&3
exec 3>&-
wait $pid
same "taken for dead: exit code" "$? $(cat err)" "0 "
same "taken for dead: the file is done" "$(sql "SELECT concat_ws(' ', state, lines, inserted) FROM ingest_files WHERE name = 'dead'")" "done 8 8"

# --- --after and a file that changes at the last moment --------------------------------------------------------------
for after in delete move:away; do
    events 30 31 >c.ndjson
    [ $after = delete ] || events 32 33 >c.ndjson
    hold 3 event_logs "ACCESS EXCLUSIVE"
    start --after $after c.ndjson
    check "$after: a writer waits" waits "COPY event_logs"
    hold 4 ingest_files SHARE
    let_go 3
    check "$after: the file is about to be done" waits "UPDATE ingest_files"
    events 34 34 >>c.ndjson
    let_go 4
    wait $pid
    same "$after: exit code" $? 3
    has "$after: the message" "$(cat err)" "warning: 'c.ndjson' was written to since it was read: it stays (--after $after)"
    same "$after: the file is there, with its new line" "$(wc -l <c.ndjson)" 3
    run ingest --quiet --after $after c.ndjson
    same "$after: run again" "$code $(ls c.ndjson 2>&1)" "0 ls: cannot access 'c.ndjson': No such file or directory"
done
same "nothing is lost" "$(sql "SELECT count(*) FROM event_logs WHERE created_at >= '2025-10-15 12:00:30' AND created_at < '2025-10-15 12:00:35'")" 5

# --- pipes and standard input ----------------------------------------------------------------------------------------
for signal in TERM:143 INT:130; do
    rm -f quiet; mkfifo quiet
    start quiet a.ndjson
    check "${signal%:*}: the run waits for a pipe" await "SELECT count(*) = 1 FROM pg_stat_activity WHERE $ours AND state = 'idle'"
    sleep 0.3
    kill "-${signal%:*}" $pid
    wait $pid
    same "${signal%:*}: exit code" $? "${signal#*:}"
    same "${signal%:*}: one message" "$(grep -c . err) $(grep -c 'interrupted; run\|terminated; run' err)" "1 1"
    check "${signal%:*}: nobody is left" alone
done

{ echo header; events 40 42 | gzip; } >behind
{ read -r _; "$BRIDGEJOB" ingest --format json - >out 2>err; } <behind
# The shell reads a file line by line: what follows the first one is ours.
same "a gzip behind a line that was read before" "$? $(sed 's/.*"lines":\([0-9]*\),"inserted":\([0-9]*\).*/\1 \2/' out)" "0 3 3"

# --- names -----------------------------------------------------------------------------------------------------------
name=$(printf '%0250d' 0 | sed 's/0/n/g').json
{ echo bad; events 43 43; } >"$name"
{ echo worse; events 44 44; } >"m${name#n}"
run ingest --quiet "$name" "m${name#n}"
same "names of 255 bytes" "$code $(cat rejects/nnn*~*.rej) $(cat rejects/mnn*~*.rej)" "3 bad worse"
rej=$(echo rejects/nnn*~*.rej)
run ingest --quiet --retry-rejects "$rej"
same "and again" "$code $(ls rejects/nnn*~*.rej | wc -l)" "3 2"

tap_done
