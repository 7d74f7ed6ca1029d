#!/bin/bash
# What nobody else is to see: the password, and the lines that were refused.
. tests/fault/lib/fault.sh
section "Secrets"

secret=hunter2-5ecret
good events.ndjson
echo 'not json' >>events.ndjson
undisturbed events.ndjson
sql "CREATE ROLE keeper SUPERUSER LOGIN PASSWORD '$secret'" >/dev/null
sed -i '1i local all keeper scram-sha-256' "$PGHOST/data/pg_hba.conf"
sql "SELECT pg_reload_conf()" >/dev/null
until psql -XAtq -w -U keeper -c '' 2>&1 | grep -q password; do sleep 0.05; done
host=${PGHOST//\//%2F}
: >seen

# Everything that others may read: arguments, sessions, the server's log, what the program says, every table.
look_round() {
    {
        for process in $pid $(pgrep -P $pid); do tr '\0' ' ' <"/proc/$process/cmdline"; done
        sql "SELECT * FROM pg_stat_activity"
    } >>seen
}
nowhere() { # WHAT
    PGUSER=postgres pg_dump >dump
    same "$fault: the password is nowhere" "$(grep -l -- "$secret" seen dump out err rejects/* "$PGHOST/server.log" 2>/dev/null | xargs)" ""
    : >seen
}
connects() { # NAME MESSAGE SETTING… -- ARGUMENT…: a whole run, looked at in its middle
    local settings=()
    fault "$1"
    local said=$2
    shift 2
    while [ "$1" != -- ]; do settings+=("$1"); shift; done
    shift
    hold "LOCK TABLE workflow_executions IN SHARE MODE"
    umask 000
    arguments=(events.ndjson)
    env -u PGOPTIONS "${settings[@]}" "$BRIDGEJOB" ingest --verbose --batch-lines 100 --workers 2 "$@" events.ndjson >out 2>err </dev/null &
    pid=$!
    check "$fault: it waits there" waiting
    umask 022
    check "$fault: two writers are at work" test "$(pgrep -P $pid | wc -l)" = 2
    look_round
    let_go
    finish
    nowhere
    sed -i '/^bridgejob ingest: \(debug\|info\)/d' err
    ends 3 "$said" "file done, all events, run closed, refused lines kept (invalid_json)"
    same "$fault: the directory is private" "$(stat -c %a rejects)" 700
    [ "${1-}" != -d ] || command="ingest -d URI events.ndjson"
    again 0 events.ndjson
}
counted="'events.ndjson': N of N lines refused"
connects "the password comes as PGPASSWORD" "$counted" PGUSER=keeper PGPASSWORD=$secret --
! long || connects "the password comes in DATABASE_URL" "$counted" -u PGHOST -u PGPORT -u PGUSER -u PGDATABASE \
    DATABASE_URL="postgresql://keeper:$secret@$host:$PGPORT/${home}_run" --
connects "the password comes in -d" "a password on the command line can be seen by others: in the shell's history, and in ps at first" -u PGUSER -- -d "postgresql://keeper:$secret@$host:$PGPORT/${home}_run"

refused() { # NAME EXIT MESSAGE SETTING… -- ARGUMENT…
    local settings=()
    fault "$1"
    local exit=$2 said=$3
    shift 3
    while [ "$1" != -- ]; do settings+=("$1"); shift; done
    shift
    arguments=(events.ndjson)
    env -u PGOPTIONS "${settings[@]}" "$BRIDGEJOB" ingest --verbose "$@" events.ndjson >out 2>err </dev/null
    code=$?
    nowhere
    ends "$exit" "$said" "file not begun, no events"
    [ "${1-}" != -d ] || command="ingest -d URI events.ndjson"
    again 3 events.ndjson
}
secret=wrong-5ecret
refused "a wrong password" 69 'connection to server on socket "SERVER/.s.PGSQL.N" failed: FATAL: password authentication failed for user "keeper"' \
    PGUSER=keeper PGPASSWORD=$secret --
refused "a URI that cannot be read" 64 "what -d gives is no connection string libpq can read: invalid percent-encoded token" \
    -u PGUSER -- -d "postgresql://keeper:$secret%zz@localhost/x"
tap_done
