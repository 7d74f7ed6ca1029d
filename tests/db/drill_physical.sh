#!/bin/bash
# 'backup drill' of a physical backup: brought forward with the WAL of a real archive, checked, thrown away.
[ -n "${DRILL_SERVER-}" ] || DRILL_SERVER=1 PG_SETTINGS='archive_mode = on' exec tests/lib/pg.sh "$0"
. "$(dirname "$0")/../lib/scratch.sh"
unset "${!BRIDGEJOB_@}"

chmod 755 "$work"
cp "$BRIDGEJOB" "$work/bridgejob"
wal=$work/wal backups=$work/backups
mkdir -m 700 "$wal" "$backups"
as_owner=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$wal" "$backups"
    as_owner=(setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups)
fi
run_as_owner() {
    (cd / && "${as_owner[@]}" "$work/bridgejob" "$@" --backup-dir "$backups") >"$work/out" 2>"$work/err" </dev/null
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}
pick() { psql -X -A -t -q -v doc="$out" <<<"SELECT $1 FROM (SELECT :'doc'::jsonb) AS d (doc)"; }
drill() { run_as_owner backup drill --format json --wal-dir "$wal" "$@"; }
left() { ls "$backups" | grep -c -v "^$id$"; }

psql -X -q -v command="'$work/bridgejob' wal-push --wal-dir '$wal' %p" >/dev/null \
    <<<"ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET archive_command = :'command'; SELECT pg_reload_conf();"
"$BRIDGEJOB" migrate up --quiet
run_as_owner backup create --kind physical
same 'a physical backup is made' "$code" 0
id=$(ls "$backups")
for i in 1 2 3; do
    sql "CREATE TABLE t$i AS SELECT 1 AS i; SELECT pg_switch_wal()" >/dev/null
done
await "SELECT last_archived_wal >= '$(sql 'SELECT pg_walfile_name(pg_current_wal_lsn() - 1)')' FROM pg_stat_archiver"

drill
same 'it comes back' "$code $(pick "doc ->> 'id', doc ->> 'kind', doc ->> 'result', doc ->> 'problems'")" \
    "0 $id|physical|good|[]"
made=$(sed -n 's/^ *"created_at": "\(.*\)",/\1/p' "$backups/$id/$id.json")
same 'up to a transaction after it was made' \
    "$(pick "(doc ->> 'data_at')::timestamptz > '$made' AND (doc ->> 'rto_s')::float8 > 0.01")" t
check 'its constraints are checked' test "$(pick "doc ->> 'constraints_checked'")" -gt 5
same 'nothing is left' "$(left)" 0
has 'the manifest has it' "$(cat "$backups/$id/$id.json")" '"drilled_at": "2'

gap=$(cd "$wal" && ls -- *000000?.gz | tail -2 | head -1)
mv "$wal/$gap" "$work/"
drill
same 'WAL behind a gap is a finding' "$code $(pick "doc ->> 'result', doc -> 'problems' ->> 0")" \
    '3 findings|the archive of WAL has a gap: what is behind it is lost'
truncate -s -9 "$work/$gap"
mv "$work/$gap" "$wal/"
drill
same 'so is WAL that is damaged' "$code $(pick "doc ->> 'result'")" '3 findings'
has 'which is named' "$err" "$gap' cannot be used: is cut"
same 'the backup is not to blame' "$(grep -c '"verified_at": "2' "$backups/$id/$id.json")" 1
mkdir -m 755 "$work/other"
echo 42 >"$work/other/system-identifier"
drill --wal-dir "$work/other"
same 'with the archive of another cluster it could not run' "$code $(pick "doc ->> 'result'")" '78 not run'
same 'nothing is left of any of them' "$(left)" 0
tap_done
