#!/bin/bash
# Small files, which share batches: what the ledger says of each, its refused lines, its budget, and what one of them
# that is cut or twice there does to the others. And what is in already: looked up, not loaded again.
. tests/lib/scratch.sh
cd "$work" || exit 1

# ends WHAT CODE COUNTS ARGUMENT…: an ingest that ends so, COUNTS being 'lines inserted duplicates rejected'
ends() {
    run ingest --quiet --format json "${@:4}"
    same "$1" "$code $(sed 's/.*"lines":\([0-9]*\),"inserted":\([0-9]*\),"duplicates":\([0-9]*\),"rejected":\([0-9]*\),.*/\1 \2 \3 \4/' <<<"$out")" "$2 $3"
}
# What the ledger holds of files that were begun after file NUMBER.
ledger() {
    sql "SELECT format('%s %s: %s %s %s %s', name, state, lines, inserted, duplicates, rejected)
         FROM ingest_files WHERE file_id > $1 ORDER BY name" | xargs -d '\n' -n 1
}
last() { sql "SELECT coalesce(max(file_id), 0) FROM ingest_files"; }
event() { # NUMBER TYPE PAYLOAD
    printf '{"event_id":"550e8400-e29b-41d4-a716-%012d","event_type":"%s",' "$1" "${2:-X}"
    printf '"correlation_id":"550e8400-e29b-41d4-a716-4466554400%02d",' $(($1 % 90 + 10))
    printf '"timestamp":"2025-10-15T12:00:01Z","payload":%s}\n' "${3-{\}}"
}

run migrate up --quiet
same "migrate up" "$code" 0

# --- one batch, many files ------------------------------------------------------------------------------------------
mkdir many
for file in $(seq -w 1 150); do
    for line in 1 2 3; do event $((10#$file * 10 + line)) STEP_COMPLETED '{"step_name":"s"}'; done >"many/$file.ndjson"
done
ends "150 files of three lines" 0 "450 450 0 0" many
same "every one is done" "$(sql "SELECT count(*) FROM ingest_files WHERE state = 'done' AND (lines, inserted) = (3, 3)")" 150
same "in fewer transactions" "$(sql "SELECT count(DISTINCT xmin::text) < 20 FROM event_logs")" t
same "that left no entries" "$(sql "SELECT count(*) FROM ingest_batches")" 0
ends "all of them are skipped" 0 "0 0 0 0" many
ends "again: all of it is there" 0 "450 0 450 0" --again many

# --- each by itself ---------------------------------------------------------------------------------------------------
# c repeats a line of a and one of its own; the server refuses a line of d; e is past its budget; f is cut.
mkdir mixed
{ event 3001; event 3002; echo; } >mixed/a.ndjson
{ event 3003; echo bad; event 3004; } >mixed/b.ndjson
{ event 3001; event 3005; event 3005; } >mixed/c.ndjson
{ event 3006; event 3007 AGGREGATION_COMPLETED '{"bridge_id":"550e8400-e29b-41d4-a716-446655440000","unique_workflows":["x"]}'; event 3008; } >mixed/d.ndjson
{ event 3009; echo bad; echo bad; } >mixed/e.ndjson
{ event 3010; event 3011; } | gzip | head -c 60 >mixed/f.ndjson.gz
{ event 3012; event 3013; } >mixed/g.ndjson
from=$(last)
run ingest --quiet --max-rejects 1 mixed
same "the worst of them counts" "$code" 65
same "what became of each" "$(ledger "$from" | grep -v '/f')" "mixed/a.ndjson done: 3 2 0 0
mixed/b.ndjson done: 3 2 0 1
mixed/c.ndjson done: 3 1 2 0
mixed/d.ndjson done: 3 2 0 1
mixed/e.ndjson refused: 3 1 0 2
mixed/g.ndjson done: 2 2 0 0"
has "the cut one is not done" "$(ledger "$from" | grep '/f')" "mixed/f.ndjson.gz cut"
same "refused lines lie by their file" "$(cd rejects && wc -l <"$(echo b.*.rej)") $(cd rejects && wc -l <"$(echo d.*.rej)") \
$(cd rejects && wc -l <"$(echo e.*.rej)")" "1 1 2"
has "the server's reason by the line's number" "$(cat rejects/d.*.rej.jsonl)" '"line":2,'
same "each event once" "$(sql "SELECT count(*), count(DISTINCT id) FROM event_logs WHERE event_type = 'X'" | tr '|' ' ')" \
    "$(sql "SELECT sum(inserted) FROM ingest_files WHERE file_id > $from" | sed 's/.*/& &/')"

# --- the same bytes twice in one run -----------------------------------------------------------------------------------
mkdir twins
event 4001 >twins/a.ndjson
cp twins/a.ndjson twins/b.ndjson
event 4002 >twins/c.ndjson
ends "a twin waits how the first one ends, and is skipped" 0 "2 2 0 0" twins

# --- done with, in time ------------------------------------------------------------------------------------------------
mkdir spool
for line in 1 2 3; do event 500$line >"spool/$line.ndjson"; done
mkfifo slow
{ event 5004; sleep 3; event 5005; } >slow &
run ingest --quiet --after delete spool slow &
gone() { for _ in $(seq 25); do [ -z "$(ls spool)" ] && return; sleep 0.1; done; false; }
check "files before a slow one do not wait for it" gone
same "it is still being read" "$(sql "SELECT state FROM ingest_files WHERE name = 'slow'")" loading
wait

# --- what is in already ------------------------------------------------------------------------------------------------
"$TOOLS/genevents" --events 3000 --seed 8 >whole.ndjson
ends "a file" 0 "3000 3000 0 0" whole.ndjson
rows() { sql "SELECT (SELECT count(*) FROM workflow_steps), (SELECT count(*) FROM metadata_stamps), (SELECT count(*) FROM workflow_executions),
    (SELECT md5(string_agg(w::text, ',' ORDER BY id)) FROM workflow_executions AS w),
    (SELECT md5(string_agg(m::text, ',' ORDER BY id)) FROM metadata_stamps AS m)"; }
before=$(rows)
ends "again" 0 "3000 0 3000 0" --again whole.ndjson
same "changes nothing" "$(rows)" "$before"
for gone in workflow_steps metadata_stamps workflow_executions ingest_workflow_facts event_logs; do
    key=$([ $gone = ingest_workflow_facts ] && echo correlation_id || echo id)
    sql "DELETE FROM $gone WHERE $key IN (SELECT $key FROM $gone WHERE $key::text > '8' ORDER BY $key LIMIT 1)" >/dev/null
    run ingest --quiet --again whole.ndjson
    same "a row that is gone from $gone is made anew" "$code $(rows)" "0 $before"
done
# What a later batch made anew knows only of its own events.
say() { printf '{"event_type":"%s","event_id":"%s","timestamp":"2025-10-15T12:00:%sZ",%s}\n' "$1" "$(printf '9%07d-0000-4000-8000-000000000000' "$2")" "$2" "$3"; }
made() { sql "SELECT (SELECT md5(string_agg(w::text, ',' ORDER BY id)) FROM workflow_executions AS w),
    (SELECT md5(string_agg(n::text, ',' ORDER BY node_id)) FROM node_registrations AS n),
    (SELECT md5(string_agg(b::text, ',' ORDER BY bridge_id)) FROM bridge_states AS b)"; }
of='"correlation_id":"90000000-0000-4000-8000-000000000000"'
node='"payload":{"node_id":"n1","node_type":"reducer","capabilities":{"a":1}}'
bridge='"payload":{"bridge_id":"90000000-0000-4000-8000-0000000000b1","total_items_aggregated"'
say WORKFLOW_STARTED 10 "$of" >first.ndjson
say NODE_HEARTBEAT 11 "$node" >>first.ndjson
say AGGREGATION_COMPLETED 12 "$bridge:1}" >>first.ndjson
say WORKFLOW_COMPLETED 20 "$of,\"payload\":{\"stamp_id\":\"s1\"}" >second.ndjson
say NODE_REGISTERED 21 "$node" >>second.ndjson
say AGGREGATION_COMPLETED 22 "$bridge:2}" >>second.ndjson
ends "one workflow in two files: the first" 0 "3 3 0 0" first.ndjson
ends "one workflow in two files: the second" 0 "3 3 0 0" second.ndjson
before=$(made)
for order in 'first second' 'second first'; do
    sql "DELETE FROM workflow_executions WHERE id::text LIKE '9%0000'; DELETE FROM node_registrations WHERE node_id = 'n1';
         DELETE FROM bridge_states WHERE bridge_id::text LIKE '9%0b1'" >/dev/null
    for file in $order; do run ingest --quiet --again $file.ndjson; done
    same "what is gone is made anew from both: $order" "$code $(made)" "0 $before"
done
{ head -n 1500 whole.ndjson; "$TOOLS/genevents" --events 1500 --seed 18; } >half.ndjson
ends "a file of which half is in" 0 "3000 1500 1500 0" --batch-lines 100 half.ndjson
tap_done
