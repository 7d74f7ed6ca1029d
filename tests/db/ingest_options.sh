#!/bin/bash
# --max-rejects, --atomic, --retry-rejects, --after: message, exit code, and what the tables, the ledger and the
# directories hold afterwards; and rows that another program deleted.
. tests/lib/scratch.sh
samples=$PWD/samples
cd "$work" || exit 1

# ends WHAT CODE COUNTS ARGUMENT…: an ingest that ends so, COUNTS being 'lines inserted duplicates rejected'
ends() {
    run ingest --quiet --format json "${@:4}"
    same "$1" "$code $(sed 's/.*"lines":\([0-9]*\),"inserted":\([0-9]*\),"duplicates":\([0-9]*\),"rejected":\([0-9]*\),.*/\1 \2 \3 \4/' <<<"$out")" "$2 $3"
}
events() { sql "SELECT count(*) FROM event_logs"; }
ledger() { sql "SELECT state FROM ingest_files ORDER BY file_id DESC LIMIT 1"; }
event() { echo "{\"event_type\":\"$1\",\"correlation_id\":\"550e8400-e29b-41d4-a716-4466554400$2\",\"timestamp\":\"2025-10-15T12:00:$2Z\"}"; }

run migrate up --quiet
same "migrate up" "$code" 0
{ event WORKFLOW_STARTED 10; echo bad; event WORKFLOW_COMPLETED 11; echo worse; event WORKFLOW_STARTED 12; } >two_bad.ndjson

# --- --max-rejects ---------------------------------------------------------------------------------------------------
ends "a budget of one line is spent by the second" 65 "4 2 0 2" --max-rejects 1 two_bad.ndjson
has "it says so" "$err" "'two_bad.ndjson' is given up: 2 of 4 lines are refused (--max-rejects 1)"
has "and what to do" "$err" "hint: see the refused lines in './rejects'"
same "the file is not done" "$(ledger)" refused
same "what was loaded stays" "$(events)" 2
ends "the next run goes on, within its budget" 3 "5 1 2 2" --max-rejects 2 two_bad.ndjson
same "now it is done" "$(ledger)" done
ends "a percentage is judged at the end of a small file" 65 "5 0 3 2" --again --max-rejects 39.9% two_bad.ndjson
ends "just within" 3 "5 0 3 2" --again --max-rejects 40% two_bad.ndjson
for bad in x -1 1.5 101% 5%% ''; do
    run ingest --max-rejects "$bad" two_bad.ndjson
    [ -z "$bad" ] || same "--max-rejects '$bad' is refused" "$code" 64
done

# --- --atomic --------------------------------------------------------------------------------------------------------
before=$(events)
ends "past its budget nothing of the file lands" 65 "0 0 0 0" --atomic --max-rejects 10 --batch-lines 50 "$samples/bridge.ndjson.gz"
same "nothing at all" "$(events)" "$before"
same "no workflow either" "$(sql "SELECT count(*) FROM workflow_executions")" 3
head -c 100000 "$samples/bridge.ndjson.gz" >cut.ndjson.gz
ends "of a cut file neither" 65 "0 0 0 0" --atomic cut.ndjson.gz
same "nothing of it" "$(events)" "$before"
same "no batch is left in the ledger" "$(sql "SELECT count(*) FROM ingest_batches")" 0
ends "a whole file lands" 3 "5099 5000 56 43" --atomic --batch-lines 700 "$samples/bridge.ndjson.gz"
same "all of it" "$(events)" $((before + 5000))
ends "two files, each by itself" 65 "35 35 0 0" --atomic cut.ndjson.gz "$samples/names.ndjson"

# --- --retry-rejects -------------------------------------------------------------------------------------------------
echo '{"event_type":"X","correlation_id":"order-1","timestamp":"2025-10-15T12:00:00Z"}' >ids.ndjson
ends "a line is refused" 3 "1 0 0 1" ids.ndjson
rej=$(echo rejects/ids.ndjson.*.rej)
ends "retried with another policy it goes in" 0 "1 1 0 0" --ids hash --retry-rejects "$rej"
ends "and again: read whatever the ledger says" 0 "1 0 1 0" --ids hash --retry-rejects "$rej"
ends "refused once more" 3 "1 0 0 1" --retry-rejects "$rej"
check "under the name of its origin" test "$(ls rejects/ids.ndjson.*.rej | wc -l)" = 2

# --- --after ---------------------------------------------------------------------------------------------------------
mkdir spool; event WORKFLOW_STARTED 20 >spool/a.ndjson; event WORKFLOW_STARTED 21 >spool/b.ndjson
ends "done files are moved" 0 "2 2 0 0" --after move:done spool
same "they are gone" "$(ls spool)" ""
same "and there" "$(ls done | xargs)" "a.ndjson b.ndjson"
event WORKFLOW_STARTED 22 >spool/a.ndjson
ends "a name that is taken is not overwritten" 0 "1 1 0 0" --after move:done spool
same "both are there" "$(ls done | xargs)" "a.ndjson a.ndjson.2 b.ndjson"
cp done/b.ndjson spool/old.ndjson
ends "a file that was done before is moved too" 0 "0 0 0 0" --after move:done spool
same "out of the spool" "$(ls spool)" ""
cp two_bad.ndjson spool/; cp cut.ndjson.gz spool/
run ingest --quiet --after delete spool
same "done is deleted, cut is kept" "$code $(ls spool)" "65 cut.ndjson.gz"
event WORKFLOW_STARTED 23 >c.ndjson
echo >taken
ends "what cannot be moved is said" 73 "1 1 0 0" --after move:taken/x c.ndjson
same "the file is done all the same" "$(ledger) $(ls c.ndjson)" "done c.ndjson"
run ingest --after burn c.ndjson
same "an unknown word" "$code" 64

# --- little address space --------------------------------------------------------------------------------------------
{ event WORKFLOW_STARTED 24; printf '{"event_type":"LONG","timestamp":"2025-10-15T12:00:00Z","payload":{"x":"'
  head -c 15000000 /dev/zero | tr '\0' x; echo '"}}'; event WORKFLOW_STARTED 25; } >long.ndjson
# AddressSanitizer reserves terabytes.
ldd "$BRIDGEJOB" | grep -q libasan && limit=unlimited || limit=1000000
(ulimit -v "$limit"; "$BRIDGEJOB" ingest --quiet --format json --workers 8 long.ndjson) >out 2>err
same "eight writers and a line of 15 MB in 1 GB" "$? $(sed 's/.*"inserted":\([0-9]*\).*/\1/' out) $(cat err)" "0 3 "
same "the line is whole" "$(sql "SELECT length(payload ->> 'x') FROM event_logs WHERE event_type = 'LONG'")" 15000000

# --- rows that another program deleted -------------------------------------------------------------------------------
echo '{"event_type":"NODE_HEARTBEAT","timestamp":"2025-10-15T12:00:01Z","payload":{"node_id":"n1"}}' >beat1.ndjson
echo '{"event_type":"NODE_HEARTBEAT","timestamp":"2025-10-15T12:00:09Z","payload":{"node_id":"n1"}}' >beat2.ndjson
ends "a node and its heartbeat" 0 "1 1 0 0" beat1.ndjson
sql "DELETE FROM workflow_executions; DELETE FROM node_registrations" >/dev/null
event WORKFLOW_COMPLETED 10 >again.ndjson
ends "events of deleted rows make them anew" 0 "2 2 0 0" again.ndjson beat2.ndjson
same "the workflow" "$(sql "SELECT count(*) FROM workflow_executions")" 1
same "the node" "$(sql "SELECT last_heartbeat FROM node_registrations")" "2025-10-15 12:00:09+00"

# --- shuffled twins at once ------------------------------------------------------------------------------------------
"$TOOLS/genevents" --events 3000 --seed 9 >all.ndjson
for twin in 1 2 3; do
    shuf --random-source=<(yes "$twin") all.ndjson >"twin$twin.ndjson"
    ("$BRIDGEJOB" ingest --quiet --batch-lines 300 "twin$twin.ndjson"; echo $? >"twin$twin.exit") &
done
wait
same "three runs of the same events at once" "$(cat twin?.exit | xargs)" "0 0 0"
same "each event once" "$(sql "SELECT sum(inserted) FROM ingest_files WHERE name LIKE 'twin%'")" 3000
tap_done
