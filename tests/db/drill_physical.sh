#!/bin/bash
# 'backup drill' of a physical backup: brought forward with WAL, every database in it checked, page by page.
[ -n "${WAL_SERVER-}" ] || WAL_SERVER=1 PG_SETTINGS='archive_mode = on' exec tests/lib/pg.sh "$0"
. "$(dirname "$0")/../lib/scratch.sh"
unset "${!BRIDGEJOB_@}"

chmod 755 "$work"
cp "$BRIDGEJOB" "$work/bridgejob"
dir=$work/backups
wal=$work/wal
mkdir -m 700 "$dir" "$wal"
as_user=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    as_user=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
    chown "$user" "$dir" "$wal"
fi
data=$(sql 'SHOW data_directory')
psql -X -q -c "ALTER SYSTEM SET archive_command = \$\$exec '$work/bridgejob' wal-push --wal-dir '$wal' %p\$\$" \
    -c 'SELECT pg_reload_conf()' >/dev/null
backup() { (cd / && "${as_user[@]}" "$work/bridgejob" backup "$@" --backup-dir "$dir"); }
drill() {
    (cd / && "${as_user[@]}" "$work/bridgejob" backup drill --backup-dir "$dir" --format json "$@") >"$work/out" 2>"$work/err" </dev/null
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }

sql "CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t, CHECK (a > 0));
     INSERT INTO t SELECT g, 1 FROM generate_series(1, 2000) AS g"
backup create --quiet --kind physical
id=$(cd "$dir" && echo *)
sql "INSERT INTO t VALUES (3000, 1)"
sql 'SELECT pg_switch_wal()' >/dev/null
check 'the WAL is archived' await "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 16777216) FROM pg_stat_archiver"
after=$(sql "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS')")

drill --wal-dir "$wal" --kind physical
same 'it comes back' "$code $(json kind) $(json result) $(json problems)" '0 physical good []'
same 'what came after it is there' "$(psql -XAtq -v j="$out" -v m="$(cat "$dir/$id/$id.json")" -v a="$after" <<<"SELECT (:'j'::jsonb ->> 'data_at')::timestamptz BETWEEN (:'m'::jsonb ->> 'created_at')::timestamptz AND :'a'::timestamptz + interval '1 s', (:'j'::jsonb ->> 'constraints_checked')::int >= 2")" 't|t'
same 'nothing is left' "$(cd "$dir" && echo *)" "$id"
has 'the manifest has it' "$(cat "$dir/$id/$id.json")" '"drilled_at": "2'
mkdir "$work/other"
echo 1234567890 >"$work/other/system-identifier"
chmod -R a+rX "$work/other"
drill --wal-dir "$work/other"
same 'the archive of another cluster is no fault of the backup' "$code $(json result)" '78 not run'
drill --kind logical
has 'there is none of that kind' "$code $err" '66 '

# What the archive cannot give is no fault of the backup.
for i in 1 2 3; do
    sql "CREATE TABLE more_$i (i int); SELECT pg_switch_wal()" >/dev/null
done
check 'more WAL is archived' await "SELECT last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 16777216) FROM pg_stat_archiver"
gap=$(cd "$wal" && ls -- *000000?.gz | tail -2 | head -1)
mv "$wal/$gap" "$work/"
drill --wal-dir "$wal"
same 'WAL behind a gap is a finding' "$code $(json result)" '3 findings'
has 'which says so' "$(json problems)" 'the archive of WAL has a gap'
truncate -s -9 "$work/$gap"
mv "$work/$gap" "$wal/"
drill --wal-dir "$wal"
same 'so is WAL that is damaged' "$code $(json result)" '3 findings'
has 'which is named' "$err" "$gap' cannot be used: is cut"
same 'the backup is not to blame' "$(grep -c '"verified_at": "2' "$dir/$id/$id.json")" 1
rm "$wal/$gap"

# An index that has lost an entry: nobody who reads its checksums, or the table alone, would know.
if [ "$(sql "SELECT count(*) FROM pg_available_extensions WHERE name = 'amcheck'")" = 1 ]; then
    file=$data/$(sql "CHECKPOINT; SELECT pg_relation_filepath('t_pkey')")
    sql "DELETE FROM t WHERE a > 1990; VACUUM t; INSERT INTO t VALUES (1991, 1); CHECKPOINT"
    blocks=$(($(stat -c %s "$file") / 8192))
    for block in $(seq 1 $((blocks - 1))); do # the keys of every page, but for the meta page, in another order
        printf '\377\377\177' | dd of="$file" bs=1 seek=$((block * 8192 + 8184)) conv=notrunc 2>/dev/null
    done
    backup create --quiet --kind physical 2>/dev/null
    drill
    same 'a damaged index is bad' "$code $(json result)" '65 bad'
    has 'and is named' "$(json problems)" 'index t_pkey: '
fi
tap_done
