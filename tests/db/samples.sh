#!/bin/bash
# The samples land and are refused as samples/README.md and their own 'expect' say.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count() { sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p" "$work/summary"; }

# ingest FILE EXIT: as 'lines inserted duplicates rejected'
ingest() {
    "$BRIDGEJOB" ingest --quiet --format json --rejects "$work/rejects" "samples/$1" >"$work/summary" 2>"$work/errors"
    same "$1: exit code" $? "$2"
    echo "# $(cat "$work/errors")"
    got="$(count lines) $(count inserted) $(count duplicates) $(count rejected)"
}

# lines of a sample as 'LINE REASON', by what they say of themselves; of its rejects, by what the program said
expected() {
    "$1" "samples/$2" | grep -a -n -o 'expect[": ,]*[a-z_0-9]*' | sed 's/:expect[": ,]*/ /' | grep -v ' ok$'
}
refused() {
    sed 's/.*"line": *\([0-9]*\).*"reason": *"\([a-z_0-9]*\)".*/\1 \2/' "$work/rejects/$1".*.rej.jsonl | sort -n
}

"$BRIDGEJOB" migrate up --quiet
same "migrate up" $? 0

ingest envelopes.ndjson 0
same "every envelope is taken" "$got" "28 28 0 0"
same "one workflow of seven shapes" "$(psql -XAtc "
    SELECT current_state, namespace, file_hash IS NOT NULL, stamp_id, workflow_steps_executed,
           (SELECT string_agg(step_name, ',' ORDER BY step_order) FROM workflow_steps s WHERE s.workflow_id = w.id)
    FROM workflow_executions w WHERE correlation_id = 'c0000001-0000-4000-8000-000000000000'")" \
    "COMPLETED|omniclaude.docs|t|stamp_abc123|3|validate_input,generate_hash,create_stamp"

ingest names.ndjson 0
same "every name is known" "$got" "35 35 0 0"
same "the one nobody knows is only logged" "$(psql -XAtc "
    SELECT string_agg(event_type, ',' ORDER BY event_type) FROM event_logs
    WHERE created_at::date = '2025-10-16' AND event_type NOT IN (
        'WORKFLOW_STARTED', 'WORKFLOW_COMPLETED', 'WORKFLOW_FAILED', 'STATE_TRANSITION', 'STEP_STARTED',
        'STEP_COMPLETED', 'STEP_FAILED', 'STAMP_CREATED', 'HASH_GENERATED', 'INTELLIGENCE_RECEIVED', 'NODE_REGISTERED',
        'NODE_HEARTBEAT', 'AGGREGATION_COMPLETED', 'STATE_AGGREGATION_COMPLETED')")" "COFFEE_READY"

ingest bad.ndjson 3
same "one bad line costs one line" "$got" "41 2 0 39"
same "each for its reason" "$(refused bad.ndjson)" "$(expected cat bad.ndjson)"

ingest huge.ndjson.gz 3
same "a huge line costs one line" "$got" "5 2 0 3"
same "each for its reason" "$(refused huge.ndjson.gz)" "$(expected zcat huge.ndjson.gz)"

ingest bridge.ndjson.gz 3
same "what the generator wrote" "$got" "5099 5000 56 43"

tap_done
