#!/bin/bash
# The same events more than once: at the same time, under other names, in other pieces.
. tests/fault/lib/fault.sh
section "The same events more than once"

good events.ndjson
undisturbed events.ndjson
lines=$(wc -l <events.ndjson)

for copy in events.ndjson copy.ndjson; do
    long || [ $copy = copy.ndjson ] || continue
    fault "the same file twice at once, the second $([ $copy = copy.ndjson ] && echo "as a copy" || echo "by the same name")"
    cp -f events.ndjson copy.ndjson
    hold "LOCK TABLE workflow_executions IN SHARE MODE"
    start events.ndjson
    first=$pid
    check "$fault: the first is at work" waiting
    ingest $copy
    holds=$(sql "SELECT format('%s'' (pid %s, local), connected since', application_name, pid)
        FROM pg_stat_activity WHERE $ours ORDER BY backend_start LIMIT 1")
    has "$fault: the holder is named" "$(cat err)" "'$copy' is locked by '$holds"
    ends 75 "'$copy' is locked by 'bridgejob/ingest#N' (pid N, local), connected since TIME" "file loading, no events, run closed"
    same "$fault: the first goes on" "$(sql "SELECT count(*) FROM job_runs WHERE ended_at IS NULL")" 1
    let_go
    pid=$first
    finish
    same "$fault: the first ends" $code 0
    again 0
done

fault "overlapping files at once"
head -n $((lines * 2 / 3)) events.ndjson >head.ndjson
tail -n $((lines * 2 / 3)) events.ndjson | tac >tail.ndjson
start head.ndjson
first=$pid
env -u PGOPTIONS "$BRIDGEJOB" ingest "${options[@]}" tail.ndjson >out.second 2>err.second </dev/null
second=$?
pid=$first
finish
same "$fault: the second" "$second $(cat err.second)" "0 "
ends 0 - "file done, all events, run closed"
again 0

if long; then
fault "under another name"
cp events.ndjson other.log
ingest events.ndjson other.log
ends 0 - "file done, all events, run closed"
again 0

fault "in a gzip, in CRLF and as it is"
gzip -c events.ndjson >packed.gz
sed 's/$/\r/' events.ndjson >crlf.ndjson
ingest packed.gz crlf.ndjson events.ndjson
ends 0 - "file done, all events, run closed"
again 0

fi
fault "split into ten files"
mkdir split
split -n l/10 --additional-suffix=.ndjson events.ndjson split/
ingest split
ends 0 - "file done, all events, run closed"
again 0

if long; then
fault "ten files joined, behind another"
tail -n 50 events.ndjson >some.ndjson
cat some.ndjson split/* >joined.ndjson
ingest some.ndjson joined.ndjson
ends 0 - "file done, all events, run closed"
again 0

fault "backwards"
tac events.ndjson >backwards.ndjson
ingest backwards.ndjson
ends 0 - "file done, all events, run closed"
again 0 events.ndjson

fi
fault "shuffled"
shuf --random-source=<(yes 7) events.ndjson >shuffled.ndjson
ingest shuffled.ndjson
ends 0 - "file done, all events, run closed"
again 0 events.ndjson

fault "every line twice"
sed p events.ndjson >doubled.ndjson
ingest doubled.ndjson
ends 0 - "file done, all events, run closed"
same "$fault: each counts once" "$(sql "SELECT concat_ws(' ', lines, inserted) FROM ingest_files")" "$((2 * lines)) $all"
again 0

if long; then
fault "again on purpose (--again)"
ingest events.ndjson
same "$fault: the first time" $code 0
ingest --again events.ndjson
ends 0 - "file done, all events, run closed"
again 0

fault "a file that grows"
head -c 50000 events.ndjson >grows.ndjson
ingest grows.ndjson
ends 3 "'grows.ndjson' ends in an incomplete line of N bytes" "file incomplete, some events, run closed"
cp events.ndjson grows.ndjson
again 0
fi
tap_done
