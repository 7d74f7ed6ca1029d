#!/bin/bash
# The run is stopped, asked or not: in the middle of a transaction, of a merge, of waiting for input. (At random moments:
# tests/db/ingest_kill.sh.)
. tests/fault/lib/fault.sh
section "The run is stopped"

good events.ndjson
undisturbed events.ndjson

stopped() { # NAME EXIT MESSAGE OPTION… -- COMMAND…
    local options_now=()
    fault "$1"
    local exit=$2 said=$3
    shift 3
    while [ "$1" != -- ]; do options_now+=("$1"); shift; done
    shift
    hold "LOCK TABLE ingest_workflow_facts"
    start "${options_now[@]}" events.ndjson
    check "$fault: it waits there" waiting
    "$@"
    finish
    check "$fault: nobody waits any more" gone
    let_go
    ends "$exit" "$said" "file loading, no events, run closed"
    same "$fault: the run history has its exit code" "$(sql "SELECT exit_code FROM job_runs WHERE job = 'ingest'")" "$exit"
    again 0 events.ndjson
}
signal() { kill "-$1" $pid; }
stopped "SIGTERM in a merge" 143 "terminated; run the same command again to go on" -- signal TERM
if long; then
stopped "SIGINT in a merge" 130 "interrupted; run the same command again to go on" -- signal INT
stopped "SIGHUP in a merge" 143 "terminated; run the same command again to go on" -- signal HUP
stopped "--timeout in a merge" 75 "time is up ('--timeout'); run the same command again to go on" --timeout 1s -- true

fi
# Ctrl-C goes to the whole group: parent and writers.
stopped "SIGINT to parent and writers" 130 "interrupted; run the same command again to go on" -- \
    eval 'kill -INT $pid $(pgrep -P $pid)'

for name in INT:130:interrupted TERM:143:terminated; do
    IFS=: read -r signal exit said <<<"$name"
    long || [ $signal = TERM ] || continue
    fault "SIG$signal while standard input is waited for"
    mkfifo input
    arguments=(-)
    env -u PGOPTIONS "$BRIDGEJOB" ingest "${options[@]}" - >out 2>err <input &
    pid=$!
    exec 4>input
    head -n 300 events.ndjson >&4
    until_sql "SELECT count(*) > 0 FROM event_logs" >/dev/null
    kill "-$signal" $pid
    finish
    exec 4>&-
    rm -f input
    check "$fault: nobody works any more" gone
    ends "$exit" "$said; run the same command again to go on" "file loading, some events, run closed"
    again 0 events.ndjson
done

fault "kill -9 of the parent, in a merge"
hold "LOCK TABLE ingest_workflow_facts"
start events.ndjson
check "$fault: it waits there" waiting
kill -9 $pid
finish
let_go
check "$fault: its writers end by themselves" gone
ends 137 - "file loading, no, some or all events, run open"
again 0

fault "kill -9 of a writer, in a merge"
hold "LOCK TABLE ingest_workflow_facts"
start events.ndjson
check "$fault: it waits there" waiting
kill -9 "$(pgrep -P $pid | head -n 1)"
finish
let_go
check "$fault: nobody waits any more" gone
ends 75 "a writer was killed (exit N)" "file loading, no events, run closed"
again 0

if long; then
fault "kill -9 of parent and writers, in a COPY"
with copy-stop IN=child SKIP=2 --
start --workers 1 events.ndjson
check "$fault: it is there" stops
kill -9 $pid $stopped
stopped=
finish
check "$fault: the server rolls back" gone
ends 137 - "file loading, no or some events, run open"
again 0
fi
tap_done
