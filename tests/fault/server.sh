#!/bin/bash
# The server breaks: at a COMMIT, in the middle of a COPY or a merge; it comes back, or does not.
. tests/fault/lib/fault.sh

good events.ndjson
undisturbed events.ndjson
counts() { sql "SELECT concat_ws(' ', lines, inserted, duplicates) FROM ingest_files"; }
counted=$(counts)

# --- the connection at a COMMIT ----------------------------------------------------------------------------------
section "The connection breaks"
broken_once() { # NAME WHAT SETTING…
    fault "$1"
    with "${@:2}" ONCE="$work/once" --
    ingest events.ndjson
    check "$fault: it broke" test -e once
    ends 0 - "file done, all events, run closed"
    same "$fault: counted once" "$(counts)" "$counted"
    again 0
}
for nth in 0 3; do
    long || [ $nth = 3 ] || continue
    broken_once "before COMMIT $((nth + 1)) of a writer is sent" commit-lost NAME=ingest_batches IN=child SKIP=$nth
    broken_once "between COMMIT $((nth + 1)) of a writer and its answer" answer-lost NAME=ingest_batches IN=child SKIP=$nth
done
! long || broken_once "before the COMMIT that ends the file is sent" commit-lost NAME=ingest_batches IN=parent
broken_once "between the COMMIT that ends the file and its answer" answer-lost NAME=ingest_batches IN=parent

if long; then
fault "at every COMMIT"
with commit-lost NAME=ingest_batches IN=child --
ingest --workers 1 events.ndjson
ends 75 "cannot load: server closed the connection unexpectedly (N failures in a row since TIME)" "file loading, no events, run closed"
again 0
fault "--atomic: between the COMMIT and its answer"
with answer-lost NAME=ingest_batches IN=child ONCE="$work/once" --
ingest --atomic events.ndjson
check "$fault: it broke" test -e once
ends 75 "cannot commit: server closed the connection unexpectedly" "file loading, all events, run closed"
again 0

fi
# --- the server stops --------------------------------------------------------------------------------------------
section "The server crashes (pg_ctl stop -m immediate)"
comes_back() {
    check "$fault: it stops" server stop
    check "$fault: it starts" server start
}
if long; then
# With one writer, which stands still, the checkpoint puts on disk all that was committed.
fault "in the middle of a COPY, and comes back"
with copy-stop IN=child SKIP=2 --
start --workers 1 events.ndjson
check "$fault: it is there" stops
with --
sql CHECKPOINT >/dev/null
comes_back
while kill -CONT $stopped 2>/dev/null && pgrep -P "$pid" >/dev/null; do sleep 0.02; done
finish
ends 0 - "file done, all events, run closed"
again 0

fi
fault "in the middle of a merge, and comes back"
hold "LOCK TABLE workflow_executions"
start --workers 1 events.ndjson
check "$fault: it waits there" waiting
comes_back
finish
let_go
ends 0 - "file done, all events, run closed"
again 0

# What was committed is there when the server comes back, or it is not: the ledger tells.
for kept in kept lost; do
    long || [ $kept = lost ] || continue
    fault "between a COMMIT and its answer, and comes back, the commit $kept"
    [ $kept = kept ] || { walwriter=$(sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"); kill -STOP "$walwriter"; }
    with answer-stop NAME=ingest_batches IN=child ONCE="$work/once" --
    start --workers 1 events.ndjson
    check "$fault: it is there" stops
    committed=$(sql "SELECT count(*) FROM ingest_batches")
    [ $kept = lost ] || sql CHECKPOINT >/dev/null
    server stop &
    stopping=$!
    [ $kept = kept ] || { until [ "$(psql -XAtqc 'SELECT 1' 2>/dev/null)" != 1 ]; do sleep 0.02; done; kill -CONT "$walwriter" 2>/dev/null; }
    wait $stopping
    check "$fault: it starts" server start
    same "$fault: it is $kept" "$committed $(sql "SELECT count(*) FROM ingest_batches")" "1 $([ $kept = lost ] && echo 0 || echo 1)"
    go_on
    finish
    ends 0 - "file done, all events, run closed"
    same "$fault: counted once" "$(counts)" "$counted"
    again 0
done

if long; then
fault "at the COMMIT that ends the file, and comes back"
with answer-stop NAME=ingest_batches IN=parent ONCE="$work/once" --
start events.ndjson
until [ "$(ps -o state= -p $pid)" = T ]; do sleep 0.05; done
with --
comes_back
kill -CONT $pid
finish
ends 0 - "file done, all events, run closed"
same "$fault: counted once" "$(counts)" "$counted"
again 0

fault "and stays away"
hold "LOCK TABLE workflow_steps"
start --workers 1 events.ndjson
check "$fault: it waits there" waiting
check "$fault: it stops" server stop
finish
let_go
check "$fault: it starts" server start
ends 75 'connection to server on socket "SERVER/.s.PGSQL.N" failed: No such file or directory (unreachable since TIME, tried N times until TIME)' "file loading, no events, run open"
again 0

# Batches are committed without waiting for the disk. Nobody writes to it here: what was committed since is lost.
fault "and loses batches it had called committed"
walwriter=$(sql "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'")
with copy-stop IN=child SKIP=8 --
kill -STOP "$walwriter"
start --workers 1 events.ndjson
check "$fault: it is there" stops
before=$(sql "SELECT count(*) FROM event_logs")
server stop &
stopping=$!
until [ "$(psql -XAtqc 'SELECT 1' 2>/dev/null)" != 1 ]; do sleep 0.02; done
kill -CONT "$walwriter" 2>/dev/null
wait $stopping
check "$fault: it starts" server start
after=$(sql "SELECT count(*) FROM event_logs")
check "$fault: $before events became $after" test "$after" -lt "$before"
while kill -CONT $stopped 2>/dev/null && pgrep -P "$pid" >/dev/null; do sleep 0.02; done
finish
ends 75 "'events.ndjson': the server crashed and lost batches it had called committed" "file loading, some events, run closed"
again 0
fi
tap_done
