#!/bin/bash
# backup create: every format, of a database with hostile names; what is verified, counted and written down; what fails
# leaves nothing that looks like a backup.
. tests/lib/scratch.sh

dir=$work/backups
export BRIDGEJOB_BACKUP_DIR=$dir
fact() { sed -n "s/^  \"$2\": \(.*\),\$/\1/p" "$dir/$1/$1.json"; } # ID KEY
newest() { find "$dir" -mindepth 1 -maxdepth 1 -printf '%T@ %f\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-; }
left() { find "$dir" -mindepth 1 -maxdepth 1 | wc -l; }
umask 0

# A database whose name is no file name, and would be a conninfo; tables to stumble over.
plain=$PGDATABASE
hostile="a=b' \"/../%s"
psql -X -q -d postgres -v name="$hostile" <<<'CREATE DATABASE :"name";'
end_hostile() { psql -X -q -d postgres -v name="$hostile" <<<'DROP DATABASE IF EXISTS :"name" WITH (FORCE);'; scratch_end; }
trap end_hostile EXIT
PGDATABASE=$hostile
run migrate up --quiet
psql -X -q <<'SQL'
CREATE SCHEMA "s.""x
y";
CREATE TABLE "s.""x
y"."t'; DROP TABLE big; --" AS SELECT n FROM generate_series(1, 7) AS n;
CREATE TABLE "a:b ?$1" AS SELECT 1 AS n;
CREATE TABLE big AS SELECT n, md5(n::text) AS text FROM generate_series(1, 3000) AS n;
CREATE TABLE parted (k int) PARTITION BY LIST (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
INSERT INTO parted SELECT 1 FROM generate_series(1, 11);
CREATE TABLE parent (k int);
CREATE TABLE child () INHERITS (parent);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1), (2);
CREATE UNLOGGED TABLE unlogged AS SELECT 1 AS n;
CREATE EXTENSION pg_buffercache;
SELECT lo_from_bytea(0, 'a large object') \g /dev/null
SQL

run backup
same 'backup alone: it is taken' "$code $err" '0 '
id=$(newest)
same 'its name is a file name, whatever the database is called' "$(sed 's/_20[0-9]*T[0-9]*Z$/_TIME/' <<<"$id")" \
    'a=3Db=27=20=22=2F..=2F=25s_TIME'
has 'a line says so' "$out" "$id: "
has 'and that it is verified' "$out" ' tables, verified in '
same 'directories are private' "$(stat -c %a "$dir" "$dir/$id" | sort -u)" 700
same 'files are private' "$(find "$dir" -type f -printf '%m\n' | sort -u)" 600
same 'it holds the dump and the manifest' "$(ls "$dir/$id")" "$id.dump"$'\n'"$id.json"
check 'pg_restore reads it' pg_restore -l -f /dev/null "$dir/$id/$id.dump"
same 'manifest: database' "$(fact "$id" database)" '"a=b'"'"' \"/../%s"'
same 'manifest: kind and format' "$(fact "$id" kind) $(fact "$id" format)" '"logical" "custom"'
same 'manifest: the server' "$(fact "$id" server_version_num) $(fact "$id" system_identifier)" \
    "$(sql "SHOW server_version_num") \"$(sql 'SELECT system_identifier FROM pg_control_system()')\""
has 'manifest: the program' "$(fact "$id" tool)" 'pg_dump (PostgreSQL) '
check 'manifest: verified' grep -q '"verified_at": "20' "$dir/$id/$id.json"
same 'manifest: sizes and sums' "$(sed -n 's/.*"bytes": \([0-9]*\), "sha256": "\([0-9a-f]*\)".*/\1 \2/p' "$dir/$id/$id.json")" \
    "$(stat -c %s "$dir/$id/$id.dump") $(sha256sum <"$dir/$id/$id.dump" | cut -d ' ' -f 1)"
same 'manifest: migrations' "$(grep -c '"set": "bridge", "version": "0' "$dir/$id/$id.json")" "$(sql 'SELECT count(*) FROM schema_migrations')"
rows() { grep -F "\"name\": \"$1\"" "$dir/$id/$id.json" | sed 's/.*"rows": \([-0-9]*\)}.*/\1/'; }
same 'manifest: rows' "$(rows big) $(rows "t'; DROP TABLE big; --")" '3000 7'
same 'manifest: rows of a table with what ECPG takes for variables' "$(rows 'a:b ?$1')" 1
same 'manifest: rows of a table alone, without those that inherit' "$(rows parent) $(rows child)" '1 2'
same 'manifest: a partitioned table has none of its own, its partitions have' "$(rows parted) $(rows parted_1)" '-1 11'
has 'manifest: a partition says whose' "$(grep '"parted_1"' "$dir/$id/$id.json")" '"parent_schema": "public", "parent": "parted"'
same 'manifest: nothing of extensions or the catalog' "$(grep -c -e pg_buffercache -e '"pg_catalog"' "$dir/$id/$id.json")" 0
same 'its end is its checksum' "$(sed -n '$!{$!p}' "$dir/$id/$id.json" | head -n -1 | sha256sum | cut -d ' ' -f 1)" \
    "$(sed -n 's/^  "sha256": "\(.*\)"$/\1/p' "$dir/$id/$id.json")"

# The other formats; several in one second have names of their own.
run backup create --jobs 2 --format json
same 'with --jobs: a directory' "$code $(sed 's/.*"format": "\([a-z]*\)".*"verified": \([a-z]*\),.*/\1 \2/' <<<"$out")" '0 directory true'
id=$(newest)
check 'a directory: pg_restore reads it' pg_restore -l -f /dev/null "$dir/$id/data"
same 'a directory: files and directories are private' \
    "$(find "$dir/$id" -type f ! -perm 600 -o -type d ! -perm 700 | wc -l)" 0
run backup create --dump-format plain --format csv
same 'plain: one line of CSV' "$code $(wc -l <<<"$out")" '0 2'
id=$(newest)
same 'plain: gzip to its end, and all of it' "$(gzip -dc "$dir/$id/$id.sql.gz" | grep -c '^-- PostgreSQL database dump complete$')" 1
run backup create --kind physical --quiet
same 'physical: silent when it went well' "$code $out$err" '0 '
id=$(newest)
same 'physical: data, WAL and the manifest of PostgreSQL' "$(ls "$dir/$id")" \
    "$(printf '%s\n' backup_manifest base.tar.gz "$id.json" pg_wal.tar.gz | sort)"
check 'physical: where its WAL begins and ends' grep -qE '"lsn": "0/[0-9A-F]+28"' "$dir/$id/$id.json"
check 'physical: the end lies behind' test "$(sql "SELECT '$(fact "$id" end_lsn | tr -d '"')'::pg_lsn > '$(fact "$id" lsn | tr -d '"')'")" = t
same 'physical: its timeline' "$(fact "$id" timeline)" 1
same 'nothing is left that is not whole' "$(find "$dir" -name '*.tmp*' | wc -l)" 0
same 'the run history has it' "$(sql "SELECT tally->>'id' FROM job_runs WHERE job = 'backup create' ORDER BY started_at DESC LIMIT 1")" "$id"
PGDATABASE=$plain
sql 'CREATE TABLE t AS SELECT n FROM generate_series(1, 20) AS n'

# A database of another encoding: its dump is in that, the manifest in UTF-8.
latin=${plain}_latin
psql -X -q -d postgres -c "CREATE DATABASE $latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"
PGCLIENTENCODING=UTF8 psql -X -q -d "$latin" -c 'CREATE TABLE "café" AS SELECT n FROM generate_series(1, 5) AS n'
PGDATABASE=$latin run backup --quiet
id=$(newest)
same 'a table of a LATIN1 database' "$code$err $(rows café)" '0 5'
psql -X -q -d postgres -c "DROP DATABASE $latin"

# What cannot go together is said before anything is done.
before=$(left)
while IFS='|' read -r options message; do
    # shellcheck disable=SC2086
    run backup create $options
    same "$options: refused" "$code" 64
    has "$options: why" "$err" "$message"
done <<'REFUSED'
--jobs 2 --dump-format custom|several jobs can only dump into a directory, not as 'custom'
--jobs 2 --encrypt-to age1x|a directory of files cannot be encrypted
--dump-format directory --rate 1MB|a dump into a directory cannot be slowed down
--rate 1|--rate
REFUSED
run backup creat
same 'an unknown word' "$code" 64
has 'what was meant' "$err" "did you mean 'backup create'?"
run backup --help
has 'backup --help: the commands' "$out" 'backup create'

# A dry run touches nothing.
run backup --dry-run --backup-dir "$work/none"
same 'dry run' "$code" 0
has 'dry run: what would be' "$out" "would take a logical backup (custom) of database '$plain'"
check 'dry run: nothing is made' test ! -e "$work/none"

# One at a time.
psql -X -q -c "SELECT pg_advisory_lock(x'62726a62'::int, 6)" -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
holder=$!
await "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 6"
run backup
same 'while another one runs' "$code" 75
has 'its holder is named' "$err" 'backup create'
sql "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = 6" >/dev/null
wait $holder 2>/dev/null
same 'nothing was made' "$(left)" "$before"

# A table that is locked, a role that may not read, a row that it may not see.
psql -X -q -c 'BEGIN' -c 'LOCK t' -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
holder=$!
await "SELECT count(*) = 1 FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock' AND granted"
run backup --lock-timeout 1s
same 'a table that is locked' "$code" 75
has 'it says why' "$err" 'lock timeout'
sql "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 't'::regclass AND mode = 'AccessExclusiveLock'" >/dev/null
wait $holder 2>/dev/null

# Nobody gets between the dump and the count: a table that pg_dump has read and we have yet to count cannot be emptied.
mkdir "$work/bin"
ln -s "$(dirname "$(command -v pg_dump)")"/pg_restore "$work/bin/"
cat >"$work/bin/pg_dump" <<SCRIPT
#!/bin/bash
if [ "\$1" != --version ]; then
    psql -XAtq -c "SET lock_timeout = 200" -c 'TRUNCATE z_last' 2>"$work/truncated"
fi
exec $(command -v pg_dump) "\$@"
SCRIPT
chmod 755 "$work/bin/pg_dump"
sql 'CREATE TABLE a_first AS SELECT n FROM generate_series(1, 1500000) AS n; CREATE TABLE z_last AS SELECT 1 AS n'
run backup --quiet --bindir "$work/bin"
same 'emptied while it is dumped' "$code$err $(cat "$work/truncated")" '0 ERROR:  canceling statement due to lock timeout'
sql 'DROP TABLE a_first, z_last'
before=$(left)

sql "DROP ROLE IF EXISTS backup_nobody" 2>/dev/null
sql "CREATE ROLE backup_nobody LOGIN"
PGUSER=backup_nobody run backup
same 'a role that may not read' "$code" 77
has 'what it may not read' "$err" 'permission denied for table t'
sql 'GRANT pg_read_all_data TO backup_nobody; ALTER TABLE t ENABLE ROW LEVEL SECURITY'
PGUSER=backup_nobody run backup
same 'rows that it may not see' "$code" 77
has 'whose rows' "$err" 'row-level security policy for table "t"'
PGUSER=backup_nobody run backup --kind physical
same 'a role that may not replicate' "$code" 77
has 'what it lacks' "$err" 'REPLICATION'
sql 'DROP OWNED BY backup_nobody; DROP ROLE backup_nobody; ALTER TABLE t DISABLE ROW LEVEL SECURITY'
run backup --bindir "$work"
same 'no pg_dump' "$code" 78
same 'nothing was made of all these' "$(left)" "$before"

tap_done
