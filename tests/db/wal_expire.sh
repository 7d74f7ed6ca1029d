#!/bin/bash
# 'backup expire --wal-dir': WAL that no physical backup needs any more goes, and what one needs to come back stays.
[ -n "${WAL_SERVER-}" ] || WAL_SERVER=1 PG_SETTINGS='archive_mode = on' exec tests/lib/pg.sh "$0"
. "$(dirname "$0")/../lib/scratch.sh"
unset "${!BRIDGEJOB_@}"

chmod 755 "$work"
cp "$BRIDGEJOB" "$work/bridgejob"
wal="$work/100% wal"
backups=$work/backups
mkdir -m 700 "$wal" "$backups" "$work/at"
as_owner=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$wal" "$backups" "$work/at"
    as_owner=(setpriv --reuid=postgres --regid="$(id -g postgres)" --clear-groups)
fi
run_as_owner() {
    (cd / && "${as_owner[@]}" "$work/bridgejob" "$@") >"$work/out" 2>"$work/err" </dev/null
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}
expire() {
    run_as_owner backup expire --backup-dir "$backups" --wal-dir "$wal" --keep-daily 1 --keep-weekly 0 --keep-monthly 0 \
        --format json "$@"
}
pick() { psql -X -A -t -q -v doc="$out" <<<"SELECT $1 FROM (SELECT :'doc'::jsonb) AS d (doc)"; }
there() { (cd "$wal" && ls -- *.gz); }
step() { sql "INSERT INTO t VALUES ($1)"; sql 'SELECT pg_walfile_name(pg_switch_wal())'; }
physical() {
    run_as_owner backup create --kind physical --backup-dir "$backups"
    same 'a physical backup is made' "$code" 0
    sleep 1 # the next one has another id
}

psql -X -q -c "ALTER SYSTEM SET archive_command = \$\$'$work/bridgejob' wal-push --wal-dir '${wal//%/%%}' %p\$\$" \
    -c 'ALTER SYSTEM SET fsync = off' -c 'SELECT pg_reload_conf()' -c 'CREATE TABLE t (i int)' >/dev/null
"$BRIDGEJOB" migrate up --quiet
step 1 >/dev/null
physical
old=$(ls "$backups")
step 2 >/dev/null
step 3 >/dev/null
physical
new=$(ls "$backups" | grep -v "^$old$")
step 4 >/dev/null
newest=$(step 5)
check 'all of it is archived' await "SELECT last_archived_wal >= '$newest' FROM pg_stat_archiver"
first_of() { # of a backup: the first segment it needs
    sql "SELECT pg_walfile_name('$(sed -n 's/^ *"lsn": "\(.*\)",$/\1/p' "$backups/$1/$1.json")')"
}
old_first=$(first_of "$old")
new_first=$(first_of "$new")
: | gzip >"$wal/00000001.history.gz"
: | gzip >"$wal/$old_first.partial.gz"
all=$(there)
before_old=$(awk -v first="$old_first" '$0 !~ /history/ && substr($0, 1, 24) < first' <<<"$all" | wc -l)
check 'there is WAL before the old backup' test "$before_old" -gt 0
kept=$(awk -v first="$new_first" '/history/ || substr($0, 1, 24) >= first' <<<"$all")

# --- what forbids it ----------------------------------------------------------------
mkdir "$backups/x_20200101T000000Z"
[ "$(id -u)" != 0 ] || chown postgres "$backups/x_20200101T000000Z"
expire --dry-run
same 'one that does not tell what it needs: 3' "$code $(pick "doc ->> 'wal_files_removed'")" '3 0'
has 'it is said' "$err" "'$wal' is kept: backup 'x_20200101T000000Z': its manifest cannot be used"
rmdir "$backups/x_20200101T000000Z"
run_as_owner backup expire --backup-dir "$backups" --wal-dir "$work" --dry-run
same 'no archive: 66' "$code" 66

# --- who is read keeps what it needs ----------------------------------------------------
(flock -s 8; sleep 20) 8<"$backups/$old" &
reader=$!
for _ in $(seq 50); do flock -n "$backups/$old" true || break; sleep 0.1; done
expire --explain
same 'in use: 75, and only what lies before it goes' "$code $(there | wc -l)" "75 $(($(wc -l <<<"$all") - before_old))"
kill "$reader"
wait "$reader" 2>/dev/null

# --- it goes ------------------------------------------------------------------------------
all=$(there)
expire --dry-run --explain
same 'a dry run' "$code$err $(pick "doc ->> 'wal_files_removed'") $(there | wc -l)" \
    "0 $(($(wc -l <<<"$all") - $(wc -l <<<"$kept"))) $(wc -l <<<"$all")"
same 'says from where on it is kept' "$(pick "doc #>> '{backups,3,action}', doc #>> '{backups,3,why}'")" \
    "keep|from $new_first on, which '$new' needs"
expire
same 'what no backup needs goes' "$code $(there)" "0 $kept"
same 'the old backup, too' "$(ls "$backups")" "$new"
same 'and is counted' "$(pick "doc ->> 'wal_files_removed'")" "$(($(wc -l <<<"$all") - $(wc -l <<<"$kept")))"
same 'in the history' "$(sql "SELECT tally ->> 'wal_files_removed' FROM job_runs WHERE job = 'backup expire' ORDER BY started_at DESC LIMIT 1")" \
    "$(($(wc -l <<<"$all") - $(wc -l <<<"$kept")))"
expire --explain
same 'then there is nothing to do' "$code $(pick "doc ->> 'wal_files_removed'") $(there)" "0 0 $kept"
run_as_owner wal status --wal-dir "$wal" --format json
same 'there is no gap' "$code $(pick "doc -> 'gaps'")" '0 []'
rm "$wal/00000001.history.gz"
run_as_owner restore "$new" --backup-dir "$backups" --wal-dir "$wal" --data-directory "$work/at/end" --format json
same 'what is kept comes back, to the end' "$code $(pick "doc ->> 'last_transaction_at' IS NOT NULL")" '0 t'
pg_ctl=("${as_owner[@]}" "$(pg_config --bindir)/pg_ctl" -D "$work/at/end" -s -w)
(cd / && "${pg_ctl[@]}" -l "$work/at/log" -o '-p 5433 -c archive_mode=off' start) || cat "$work/at/log"
same 'with all of its rows' "$(PGPORT=5433 sql 'SELECT max(i) FROM t')" 5
(cd / && "${pg_ctl[@]}" -m fast stop)

# --- of another cluster -----------------------------------------------------------------
mkdir "$work/other"
echo 42 >"$work/other/system-identifier"
cp "$wal"/0*.gz "$work/other/"
chmod -R a+rwX "$work/other"
run_as_owner backup expire --backup-dir "$backups" --wal-dir "$work/other" --explain
same 'a backup of another cluster tells nothing' "$code $(ls "$work/other" | wc -l)" "0 $(wc -l <<<"$kept")"
has 'that is said' "$out" 'all of it: no physical backup of its cluster is here'
tap_done
