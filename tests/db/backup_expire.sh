#!/bin/bash
# 'backup list' and 'backup expire': a directory of backups of any age, in any state. No server is needed for either.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/backups.sh"

backups=$work/backups
export BRIDGEJOB_BACKUP_DIR=$backups
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
there() { (cd "$backups" && echo *); }

run backup list
same 'no directory: no backup' "$code $out $err" "0  bridgejob backup list: there is no backup in '$backups'"
run backup list --format json
same 'no directory, JSON' "$code $out" '0 []'
run backup expire
same 'nothing to expire' "$code $(head -1 <<<"$err")" "66 bridgejob backup expire: error: there is no backup in '$backups'"
mkdir "$backups"
put_backup '2026-01-31 01:30'
verified_at='' put_backup '2026-01-31 02:30'
id=o=27dd=20=25s_20260130T013000Z
mkdir "$backups/$id" && echo x >"$backups/$id/$id.dump"
database="o'dd %s" format=custom encrypted='"age"' write_manifest "$id" 2026-01-30T01:30:00Z
mkdir "$backups/app_20260129T013000Z" "$backups/app_20260128T013000Z.tmp" "$backups/lost+found" "$backups/.x_20260128T013000Z"
run backup list --format json
same 'keys' "$(psql -XAtq -v j="$out" <<<"SELECT string_agg(k, ' ') FROM json_object_keys(:'j'::json -> 0) AS k")" \
    'id created_at kind format database bytes verified verified_at encrypted drilled_at fault'
same 'newest first' "$(psql -XAtq -v j="$out" <<<"SELECT string_agg(b ->> 'id', ' ') FROM json_array_elements(:'j'::json) AS b")" \
    "app_20260131T023000Z app_20260131T013000Z o=27dd=20=25s_20260130T013000Z app_20260129T013000Z"
same 'what is not verified' "$(json 0,verified) $(json 0,verified_at) $(json 1,verified) $(json 1,verified_at)" \
    'false  true 2026-01-31T01:30:00Z'
same 'a name of any kind, encrypted' "$(json 2,database) $(json 2,encrypted) $(json 2,format) $(json 2,bytes)" "o'dd %s true custom 2"
same 'one without a manifest' "$(json 3,created_at) $(json 3,database) $(json 3,verified) $(json 3,bytes) $(json 3,fault)" \
    '2026-01-29T01:30:00Z app false  the manifest cannot be used: it is missing'
run backup list --format csv
same 'CSV' "$(sed -n 5p <<<"$out")" 'app_20260129T013000Z,2026-01-29T01:30:00Z,,,app,,false,,,,the manifest cannot be used: it is missing'

run backup expire --dry-run --explain --format json
same 'dry run: exit code' "$code $(json removed) $(json kept) $(json dry_run)" '3 0 4 true'
same 'what does not count is reported' "$(json blocked_by,0,guard) $(json blocked_by,1,guard) $(json blocked_by,1,detail)" \
    'unverified damaged the manifest cannot be used: it is missing'
has 'and what to type' "$err" "hint: bridgejob backup verify app_20260129T013000Z --backup-dir $backups"
same 'why it stays' "$(json backups,1,why)" 'newest, day 1 of 7 (2026-01-31), week 1 of 4 (2026-W05), month 1 of 12 (2026-01)'
same 'another database by itself' "$(json backups,2,why)" 'newest, day 1 of 7 (2026-01-30), week 1 of 4 (2026-W05), month 1 of 12 (2026-01)'
run backup expire --keep-daily 0 --keep-weekly 0 --keep-monthly 0
same 'to keep nothing is refused' "$code" 64

# The newest verified one is not what it says: it does not count, whatever its manifest says.
rm -r "$backups"; mkdir "$backups"
for day in 01 02 03 04; do put_backup "2026-02-$day 01:30"; done
rm "$backups/$id/$id.sql.gz"
run backup expire --keep-daily 1 --keep-weekly 0 --keep-monthly 0 --format json
same 'data that is gone' "$code $(there)" '3 app_20260203T013000Z app_20260204T013000Z'
same 'is said' "$(json blocked_by,0,subject) $(json blocked_by,0,detail)" "app_20260204T013000Z 'app_20260204T013000Z.sql.gz' is missing"
same 'freed' "$(json bytes_freed)" "$((2 * $(stat -c %s "$backups/app_20260203T013000Z/app_20260203T013000Z.sql.gz")))"
run backup expire --keep-daily 1 --keep-weekly 0 --keep-monthly 0 --format json
same 'again: nothing' "$code $(json removed) $(there)" '3 0 app_20260203T013000Z app_20260204T013000Z'
printf x >"$backups/app_20260203T013000Z/app_20260203T013000Z.sql.gz"
put_backup '2026-02-05 01:30'
printf x >"$backups/$id/$id.sql.gz"
run backup expire --keep-daily 1 --keep-weekly 0 --keep-monthly 0
same 'none that counts: nothing goes' "$code $(there)" '3 app_20260203T013000Z app_20260204T013000Z app_20260205T013000Z'
put_backup '2026-03-05 01:30'
run backup expire --keep-daily 1 --keep-weekly 0 --keep-monthly 0
same 'one that counts: the damaged go by age' "$code $(there)" '0 app_20260305T013000Z'
for day in 06 07; do put_backup "2026-03-$day 01:30"; done
run backup expire --quiet --keep-daily 1 --keep-weekly 0 --keep-monthly 0
same 'quiet' "$code $out$err $(there)" '0  app_20260307T013000Z'

# A cluster for tests has a database of the same name: its backups are none of the other's.
cluster=7000000000000000002 put_backup '2026-03-07 02:30'
cluster=7000000000000000002 put_backup '2026-03-06 02:30'
mkdir "$backups/app_20250301T013000Z"
run backup expire --quiet --keep-daily 1 --keep-weekly 0 --keep-monthly 0
same 'another cluster by itself' "$code $(there)" '0 app_20260307T013000Z app_20260307T023000Z'
rm -r "$backups/app_20260307T023000Z"

# Who reads a backup keeps it.
put_backup '2026-03-08 01:30'
(flock -s 8; sleep 20) 8<"$backups/app_20260307T013000Z" &
reader=$!
for _ in $(seq 50); do flock -n "$backups/app_20260307T013000Z" true || break; sleep 0.1; done
run backup expire --keep-daily 1 --keep-weekly 0 --keep-monthly 0
same 'in use: exit code' "$code $(there)" '75 app_20260307T013000Z app_20260308T013000Z'
has 'in use: message' "$err" "error: backup 'app_20260307T013000Z' is in use"
has 'in use: the listing says so' "$out" 'stays'
kill "$reader"
wait "$reader" 2>/dev/null
run backup expire --keep-daily 1 --keep-weekly 0 --keep-monthly 0
same 'not any more' "$code $(there)" '0 app_20260308T013000Z'
mkdir "$backups/app_20260101T013000Z.gone"
run backup expire
same 'what a killed removal left' "$code $(there)" '0 app_20260308T013000Z'

# Two days with a backup an hour, an expiry behind each; every ninth turns out damaged.
rm -r "$backups"; mkdir "$backups"
bad=0
for hour in $(seq 0 47); do
    verified_at=$([ $((hour % 9)) = 8 ] || echo 2026-05-01T00:00:00Z) put_backup "2026-04-30 00:15 UTC $hour hours"
    "$BRIDGEJOB" backup expire --quiet 2>/dev/null
    case $? in 0 | 3) ;; *) bad=$((bad + 1)) ;; esac
    ls -d "$backups/$id" >/dev/null || bad=$((bad + 1))
done
same 'two days: no run fails, and the newest stays' "$bad" 0
same 'two days: the last of each, and what does not count' "$(there)" \
    'app_20260430T081500Z app_20260430T171500Z app_20260430T231500Z app_20260501T021500Z app_20260501T111500Z app_20260501T201500Z app_20260501T231500Z'

# The history, where there is a server; nothing is lost where there is none.
run backup expire
same 'before the schema there is no history' "$code" 3
"$BRIDGEJOB" migrate up --quiet
run backup expire
same 'a row in the history' "$(sql "SELECT exit_code || ' ' || (tally ->> 'kept') || ' ' || (started_at <= ended_at) FROM job_runs WHERE job = 'backup expire'")" '3 7 true'
PGHOST=$work/nowhere run backup expire
same 'no server' "$code" 3
has 'no server: says so' "$err" 'this run is not in the run history: '
check 'no server: is no error' sh -c '! grep -q error: "$1"' sh "$work/err"
PGHOST=$work/nowhere run backup expire --quiet
check 'no server: nor anything that a cron job mails' sh -c '! grep -q history "$1"' sh "$work/err"
tap_done
