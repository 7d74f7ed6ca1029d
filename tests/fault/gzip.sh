#!/bin/bash
# A gzip that is not what it was: cut and flipped at every byte (GZIP_STEP: at every so many), joined, empty.
. tests/fault/lib/fault.sh

step=${GZIP_STEP:-7}
{ perl "$here/tests/lib/soup.pl" 11 4 plain; "$TOOLS/genevents" --events 4; } >events.ndjson
gzip -9nk events.ndjson
size=$(stat -c %s events.ndjson.gz)
undisturbed events.ndjson.gz
mkdir -p broken

empty="TRUNCATE $(sql "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public'
    AND tablename !~ '^(schema_migrations|bridgejob_migrations|event_logs_.*)'")"
# broken_at AT LEFT EXIT MESSAGE…: broken/events.gz is what it is; one of the messages and only this state.
broken_at() {
    local at=$1 exit=$2 said
    shift 2
    ingest broken/events.gz
    message=$(plain "$(grep -m1 -E '^bridgejob ingest: (error|warning): ' err)")
    state=$(left)$(rejects)
    for said; do [ "$message @ $state" != "$said" ] || break; done
    same "$fault, at $at" "$code $message @ $state" "$exit $said"
    ingest events.ndjson.gz
    same "$fault, at $at: then the whole file" "$code $(psql -XAtq -f "$here/tests/lib/digest.sql" -c "$empty")" "0 $wanted"
}
every_row() { # MESSAGE EXIT STATE
    [ $tap_failed != "$failed_before" ] || printf '%s\t%s\t%s\t%s\t%s\n' "$fault" "$1" "$2" "$3" "exit 0, tables equal" >>"$rows"
}

cut="'broken/events.gz' is cut: the gzip data ends in the middle (near byte N of the file, behind line N)"
damaged="'broken/events.gz' is damaged: the gzip data or its checksum is wrong (near byte N of the file, behind line N)"
fault "a gzip cut at any byte"
for ((at = 2; at < size; at += step)); do
    head -c "$at" events.ndjson.gz >broken/events.gz
    broken_at "$at" 65 "$cut @ file cut, no events, run closed" "$cut @ file cut, some events, run closed" \
        "$cut @ file cut, all events, run closed"
done
every_row "$cut" 65 "file cut, the events before the cut, run closed"

fault "a gzip cut behind its first byte"
head -c 1 events.ndjson.gz >cut.gz
ingest cut.gz
ends 3 "'cut.gz' ends in an incomplete line of N bytes" "file incomplete, no events, run closed"
again 0 events.ndjson.gz

fault "a gzip with a bit flipped at any byte"
for ((at = 2; at < size; at += step)); do
    perl -0777 -pe "substr(\$_, $at, 1) ^= chr(1 << $at % 8)" events.ndjson.gz >broken/events.gz
    broken_at "$at" 65 "$damaged @ file cut, no events, run closed" "$cut @ file cut, no events, run closed" \
        "$cut @ file cut, some events, run closed"
done
every_row "$damaged" 65 "file cut, no events of the damaged member, run closed"
tap_done
