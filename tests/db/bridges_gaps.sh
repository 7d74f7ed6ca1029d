#!/bin/sh
# 'bridges --gaps': for each window that is not there, whether the source was silent, the rollup is behind, or has missed
# it; how far each rollup is behind, and who holds changes back.
. "$(dirname "$0")/../lib/scratch.sh"

stamp() { # hours ago, namespace: never the same twice
    printf '{"event_type":"STAMP_CREATED","timestamp":%d,"namespace":"%s","payload":{"file_hash":"00"}}\n' \
        $((hour - $1 * 3600 + 60)) "$2"
}
ingest() { "$BRIDGEJOB" ingest --quiet --rejects "$work" -; }
# Verdicts as 'missed 3-2': from the start of the third hour before this one to that of the second.
gaps() { # OPTION…: into $found
    run bridges --gaps --format csv "$@"
    found=$(echo "$out" | sed 1d | sed 's/"//g' | while IFS=, read -r _ _ _ verdict from to windows items namespaces; do
        echo "$verdict $(((hour - $(date -d "$from" +%s)) / 3600))-$(((hour - $(date -d "$to" +%s)) / 3600)) $windows $items $namespaces"
    done)
}

"$BRIDGEJOB" migrate up --quiet
run bridges --gaps
same 'no rollup yet: exit code' "$code" 0
has 'no rollup yet: says so' "$err" 'no rollup has run yet'
run bridges --gaps --window 7m
same 'a width that is none: exit code' "$code" 64

# Not over the end of an hour: the test counts hours from one.
[ $((3600 - $(date +%s) % 3600)) -gt 60 ] || sleep 61
hour=$(($(date +%s) / 3600 * 3600))
{ stamp 9 acme; stamp 8 acme; stamp 8 beta; stamp 5 acme; stamp 4 acme; stamp 1 beta; } | ingest
"$BRIDGEJOB" rollup --quiet --window 1h
gaps
same 'the source was silent' "$found" 'silent 7-5 2 0 []
silent 3-1 2 0 []'
same 'silence is no finding' "$code $err" '0 '

sql "DELETE FROM bridge_states WHERE namespace = 'acme' AND window_start <= to_timestamp($hour - 8 * 3600)"
gaps
same 'rows are gone: the rollup has missed them' "$found" 'missed 9-7 2 2 [acme]
silent 7-5 2 0 []
silent 3-1 2 0 []'
same 'a missed window: exit code' "$code" 3
gaps -n beta
same 'of one namespace: what it lacks' "$found" 'silent 9-8 1 0 []
silent 7-1 6 0 []'
same 'of one namespace: exit code' "$code" 0
gaps -n '*'
same 'of all together: that is another rollup' "$found" ''
gaps
has 'a missed window: message' "$err" 'rollup 1h has missed 2 windows that stamps lie in'
has 'a missed window: hint' "$err" 'hint: bridgejob rollup --window 1h --type namespace_grouping --tz UTC --repair'
"$BRIDGEJOB" rollup --quiet --window 1h --tz UTC --type namespace_grouping --repair >/dev/null 2>&1
gaps
same 'the hint mends it' "$found" 'silent 7-5 2 0 []
silent 3-1 2 0 []'

{ stamp 6 acme; stamp 6 "o'hara"; stamp 2 beta; stamp 1 acme; } | ingest
gaps
same 'not rolled up yet: behind' "$found" "silent 7-6 1 0 []
behind 6-5 1 2 [acme, o'hara]
silent 3-2 1 0 []
behind 2-0 2 2 [acme, beta]"
same 'behind: exit code' "$code" 0
has 'behind: message' "$err" 'rollup 1h is behind: 4 changes since 20'
has 'behind: hint' "$err" 'hint: bridgejob rollup --window 1h --type namespace_grouping --tz UTC'

# Each rollup for itself.
"$BRIDGEJOB" rollup --quiet --window 60m --type time_window
gaps --type time_window
same 'another type has seen them' "$found" 'silent 7-6 1 0 []
silent 3-2 1 0 []'
same 'another type is not behind' "$code $err" '0 '
gaps --namespace '*'
same 'all together is a namespace' "$found" 'silent 7-6 1 0 []
silent 3-2 1 0 []'
gaps --type namespace_grouping --tz UTC --window 60m
same 'the first one still is' "$(echo "$found" | grep -c behind)" 2
gaps --tz Asia/Tokyo
same 'a zone that has no rollup' "$found" ''
"$BRIDGEJOB" rollup --quiet --window 1h
gaps --type namespace_grouping
same 'caught up' "$found" 'silent 7-6 1 0 []
silent 3-2 1 0 []'

# Windows of a zone begin where its clock says.
"$BRIDGEJOB" rollup --quiet --window 1h --tz Asia/Kathmandu
run bridges --gaps --tz Asia/Kathmandu --format csv
has 'windows of a zone' "$out" ':15:00Z,'

# A transaction of another, open: what it changes cannot be seen.
mkfifo "$work/fifo"
PGAPPNAME="some 'app'" psql -XAtq <"$work/fifo" >"$work/held" 2>&1 &
exec 3>"$work/fifo"
echo "BEGIN; INSERT INTO rollup_changes (namespace, bucket) VALUES ('acme', now()); SELECT pg_backend_pid();" >&3
until [ -s "$work/held" ]; do sleep 0.05; done
run bridges --gaps
has 'an open transaction: who it is' "$err" "still open holds changes back: pid $(cat "$work/held"), 'some 'app'', since 20"
same 'an open transaction: exit code' "$code" 0
echo "COMMIT;" >&3
exec 3>&-
wait
run bridges --gaps
has 'the transaction is over: the change is seen to be unseen' "$err" 'is behind: 1 change since'

# One stamp of long ago does not make more windows than one can look at.
sql "INSERT INTO metadata_stamps (file_hash, stamp_data, namespace, created_at) VALUES ('x', '{}', 'old', '2001-01-01Z')"
"$BRIDGEJOB" rollup --quiet --window 1m
run bridges --gaps --window 1m --format csv
has 'too many windows: the last ones are looked at' "$err" 'rollup 1m: only the last 500000 windows are looked at, from 20'
same 'too many windows: those, and no others' "$code $(echo "$out" | awk -F, 'NR > 1 { n += $7 } END { print (n > 499900 && n < 500000) }')" '0 1'
gaps --window 1m --from 2001-01-01T00:00:00Z --to 2001-01-01T00:10:00Z
same 'too many windows: a part of them' "$(echo "$found" | cut -d' ' -f1,3)" 'silent 9'

run bridges --gaps --format json
same 'JSON is JSON' "$(printf "SELECT DISTINCT string_agg(k, ' ') FROM (SELECT jsonb_object_keys(g) AS k FROM jsonb_array_elements(\$json\$%s\$json\$) AS g
    LIMIT 9) AS k" "$out" | psql -XAt)" 'to tz from type items window verdict windows namespaces'
tap_done
