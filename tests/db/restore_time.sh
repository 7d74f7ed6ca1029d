#!/bin/bash
# 'restore --data-directory': a physical backup and the WAL of a real archive, recovered to a time between two
# transactions, to the end, and refused where it cannot be.
[ -n "${TIME_SERVER-}" ] || TIME_SERVER=1 PG_SETTINGS='archive_mode = on
max_prepared_transactions = 5' exec tests/lib/pg.sh "$0"
. "$(dirname "$0")/../lib/scratch.sh"
unset "${!BRIDGEJOB_@}"

# PostgreSQL's user restores, as root may not; the names are such as a shell or a setting would trip over.
chmod 755 "$work"
cp "$BRIDGEJOB" "$work/bridgejob"
wal="$work/it's the 100% \"wal\""
backups=$work/backups
mkdir -m 700 "$wal" "$backups" "$work/space" "$work/at"
as_owner=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$wal" "$backups" "$work/space" "$work/at"
    as_owner=(setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups)
fi
run_as_owner() {
    (cd / && "${as_owner[@]}" "$work/bridgejob" "$@") >"$work/out" 2>"$work/err" </dev/null
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}
restore() { run_as_owner restore "$id" --backup-dir "$backups" --wal-dir "$wal" --data-directory "$@"; }
pick() { psql -X -A -t -q -v doc="$out" <<<"SELECT $1 FROM (SELECT :'doc'::jsonb) AS d (doc)"; }
now() { sql "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"; }
nothing_left() { # what, directory
    same "$1: nothing is left" "$(ls -d "$2"* 2>/dev/null)" ''
}

quoted=${wal//\'/\'\\\'\'}
quoted=${quoted//%/%%}
psql -X -q -v command="exec '$work/bridgejob' wal-push --wal-dir '$quoted' %p" >/dev/null <<<"ALTER SYSTEM SET archive_command = :'command'; SELECT pg_reload_conf();"
sql 'ALTER SYSTEM SET fsync = off' # goes with the backup: the servers that recover do not wait for the disk either
sql "CREATE TABLE t (i int); INSERT INTO t VALUES (1)"
psql -X -q -c "CREATE TABLESPACE space LOCATION '$work/space'" -c 'CREATE TABLE s (i int) TABLESPACE space'
run_as_owner backup create --kind physical --backup-dir "$backups"
same 'a physical backup is made' "$code" 0
id=$(ls "$backups")

# Each in a segment of its own, the last one in the fifth.
step() { sql "INSERT INTO t VALUES ($1); INSERT INTO s VALUES ($1)"; sleep 0.05; now; sql 'SELECT pg_switch_wal()' >/dev/null; sleep 0.05; }
psql -X -q <<<"CREATE TABLE p (i int); BEGIN; INSERT INTO p VALUES (1); PREPARE TRANSACTION 'waits';"
after_two=$(step 2)
after_three=$(step 3)
after_four=$(step 4)
newest=$(sql 'SELECT pg_walfile_name(pg_current_wal_lsn() - 1)')
await "SELECT last_archived_wal >= '$newest' FROM pg_stat_archiver"

# What is in a restored directory: started as its owner would, but on another port, and archiving nothing.
look() { # directory, SQL
    local pg_ctl=("${as_owner[@]}" "$(pg_config --bindir)/pg_ctl" -D . -s -w)
    (cd "$1" && "${pg_ctl[@]}" -l "$work/at/log" -o '-p 5433 -c archive_command=' start) || { cat "$work/at/log"; return; }
    PGPORT=5433 sql "$2"
    (cd "$1" && "${pg_ctl[@]}" -m fast stop)
}
rows="SELECT string_agg(DISTINCT t.i::text, ',') || ' ' || string_agg(DISTINCT s.i::text, ',') || ' ' ||
    (SELECT count(*) FROM pg_prepared_xacts) FROM t, s"

# --- to a time ----------------------------------------------------------------------
at="$work/at/two's \"50%\""
restore "$at" --target-time "$after_two" --format json
same 'a time between two transactions is reached' "$code$err" 0
same 'it says where it stands' \
    "$(pick "doc ->> 'id', doc ->> 'into', doc ->> 'target_time', doc ->> 'target_reached', doc ->> 'timeline'")" \
    "$id|$at|$after_two|true|2"
same 'the last transaction is before it' "$(pick "(doc ->> 'last_transaction_at')::timestamptz < '$after_two'")" t
check 'its tablespace is beside it' test -d "$at.tablespaces/$(sql "SELECT oid FROM pg_tablespace WHERE spcname = 'space'")"
check 'it is shut down, and private' test ! -e "$at/postmaster.pid" -a "$(stat -c %a "$at")" = 700
check 'nothing of the restore is left in it' test ! -e "$at/bridgejob.restoring" -a ! -e "$at/recovery.signal" \
    -a ! -e "$at/postmaster.opts"
check 'its new timeline waits to be archived' test -e "$at/pg_wal/archive_status/00000002.history.ready"
check 'the archive is as it was' test ! -e "$wal/00000002.history.gz"
same 'it holds what was there then' "$(look "$at" "$rows")" '1,2 2 1'
restore "$at"
same 'a directory that is not empty is refused' "$code ${err%%$'\n'*}" \
    "65 bridgejob restore: error: '$at' is not an empty directory"

# --- what cannot be ------------------------------------------------------------------
refused() { # what, code, message, arguments…
    local what=$1 wanted=$2 message=$3
    shift 3
    restore "$work/at/no" "$@"
    same "$what: $wanted" "$code" "$wanted"
    has "$what: says so" "$err" "$message"
    nothing_left "$what" "$work/at/no"
}
refused 'before the backup' 65 "is before backup '$id' was begun" --target-time 2020-01-01T00:00:00Z
refused 'in the future' 65 '2999-01-01T00:00:00Z is in the future' --target-time 2999-01-01T00:00:00Z
refused 'no time' 64 "'--target-time' is no time: 'tomorrow'" --target-time tomorrow
refused 'before the backup, by a clock of some zone' 65 "'2020-01-01 00:00:00' names no zone, and is taken for 2020-01-01T00:00:00Z" \
    --target-time '2020-01-01 00:00:00'
refused 'no timeline' 64 "'--target-timeline' is no timeline: '1;2'" --target-timeline '1;2'
refused 'no archive' 66 "'$work' is no WAL archive" --wal-dir "$work"
mkdir "$work/other"
echo 42 >"$work/other/system-identifier"
chmod 755 "$work/other"
refused 'the archive of another cluster' 65 'is the archive of another cluster, 42' --wal-dir "$work/other"
[ "$(id -u)" != 0 ] || {
    run restore "$id" --backup-dir "$backups" --data-directory "$work/at/no"
    same 'as root: 77' "$code" 77
    has 'as root: says who to be' "$err" 'runuser -u postgres -- bridgejob'
}
refused 'behind the end of the WAL' 65 'the WAL ends before' --target-time "$(now)"
has 'it says what is possible' "$err" 'hint: possible is from '

# --- WAL that is missing or damaged ----------------------------------------------------
three=$(cd "$wal" && ls -- *000000?.gz | tail -2 | head -1)
mv "$wal/$three" "$work/"
restore "$work/at/gap"
same 'a gap is not the end of the WAL: 3' "$code" 3
has 'it is said' "$err" 'the archive has a gap behind '
same 'what was before it is there' "$(look "$work/at/gap" "$rows")" '1,2 2 1'
rm -rf "$work/at/gap" "$work/at/gap.tablespaces"
refused 'a time behind a gap' 65 'the archive has a gap before ' --target-time "$after_four"
cp -p "$work/$three" "$work/good.gz"
truncate -s -9 "$work/$three"
mv "$work/$three" "$wal/"
refused 'a damaged segment stops it' 65 "$three' cannot be used: is cut" --target-time "$after_four"
mv "$work/good.gz" "$wal/$three"

# --- stopped and killed -----------------------------------------------------------------
interrupt() { # signal
    (cd / && exec "${as_owner[@]}" "$work/bridgejob" restore "$id" --backup-dir "$backups" --wal-dir "$wal" \
        --data-directory "$work/at/killed" >/dev/null 2>&1) &
    for _ in $(seq 500); do [ -e "$work/at/killed/base" ] && break; sleep 0.02; done
    { kill "-$1" $!; wait $!; } 2>/dev/null
    code=$?
    for _ in $(seq 100); do pgrep -f "$work/at/killed" >/dev/null || break; sleep 0.1; done
}
interrupt TERM
same 'stopped: 143' "$code" 143
nothing_left 'stopped' "$work/at/killed"
interrupt KILL
same 'killed: nothing runs on' "$(pgrep -fa "$work/at/killed")" ''
check 'killed: what it left is marked' test -e "$work/at/killed/bridgejob.restoring" -a -e "$work/at/killed/recovery.signal"
restore "$work/at/killed"
same 'killed: the rest is not taken for a place' "$code" 65
has 'killed: it says what that is' "$err" 'it holds what a killed restore has left'
same 'killed: no server starts over it' "$(look "$work/at/killed" 'SELECT 1' 2>&1 | grep -c '^1$')" 0
rm -rf "$work/at/killed" "$work/at/killed.tablespaces"

# --- a timeline of its own ----------------------------------------------------------------
# The first one goes on as a server, and archives beside the old timeline; restores follow it from then on.
(cd "$at" && "${as_owner[@]}" "$(pg_config --bindir)/pg_ctl" -D . -s -w -l "$work/at/log" -o '-p 5433' start)
PGPORT=5433 sql "INSERT INTO t VALUES (9); INSERT INTO s VALUES (9); SELECT pg_switch_wal()" >/dev/null
PGPORT=5433 await "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1) FROM pg_stat_archiver"
(cd "$at" && "${as_owner[@]}" "$(pg_config --bindir)/pg_ctl" -D . -s -w -m fast stop)
run_as_owner wal status --wal-dir "$wal" --format json
same 'the archive has both' "$(pick "doc #>> '{timelines,1,timeline}', doc #>> '{timelines,1,parent}', doc -> 'gaps'")" '2|1|[]'
restore "$work/at/follow" --format json
same 'a restore follows the newer one, and goes on to the next' "$code $(pick "doc ->> 'timeline'")" '0 3'
same 'with what was written on it, and nothing of the one it left' "$(look "$work/at/follow" "$rows")" '1,2,9 2,9 1'
rm -rf "$work/at/follow" "$work/at/follow.tablespaces"
restore "$work/at/old" --target-timeline current --target-time "$after_three"
same 'or the one of the backup, when it is told to' "$code $(look "$work/at/old" "$rows")" '0 1,2,3 2,3 1'
same 'what starts it is said' "$(sed -n 's/.*start it with: //p' <<<"$out")" "$(pg_config --bindir)/pg_ctl -D $work/at/old start"

# --- a backup that is damaged -----------------------------------------------------------
printf x | dd of="$backups/$id/base.tar.gz" bs=1 seek=50000 conv=notrunc status=none
refused 'a damaged backup' 65 "backup '$id' is damaged"
tap_done
