#!/bin/sh
# doctor: for each finding the fault is made, and the finding named; without any the exit code is 0.
# A server of its own, set up as the advice is: what is looked at is the whole server's. It never gets the memory that
# shared_buffers asks for, as nobody touches it.
if [ -z "${DOCTOR_SERVER-}" ]; then
    export DOCTOR_SERVER=1
    quarter=$(awk '/^MemTotal:/ { m = int($2 / 4096); print (m > 8192 ? 8192 : m) }' /proc/meminfo)
    cache=$(awk '/^MemTotal:/ { print int($2 / 1024 * 0.75) }' /proc/meminfo)
    PG_INITDB='--data-checksums' PG_SETTINGS="shared_buffers = ${quarter}MB
effective_cache_size = ${cache}MB
work_mem = 16MB
maintenance_work_mem = 128MB
random_page_cost = 1.1
effective_io_concurrency = 200
wal_buffers = 16MB
max_wal_size = 2GB
fsync = on
full_page_writes = on
idle_in_transaction_session_timeout = 10min
shared_preload_libraries = 'pg_stat_statements'" exec "$(dirname "$0")/../lib/pg.sh" "$0"
fi
. "$(dirname "$0")/../lib/scratch.sh"

# What is found, as 'finding,subject' lines; a version that is no longer supported is not this test's affair.
doctor() {
    run doctor --format csv
    found=$(echo "$out" | tail -n +2 | cut -d, -f1,2 | grep -v '^version_unsupported,')
}
set_up() { # setting, value: by ALTER SYSTEM
    sql "ALTER SYSTEM SET $1 = '$2'"
    sql 'SELECT pg_reload_conf()' >/dev/null
    await "SELECT reset_val = '$3' FROM pg_settings WHERE name = '$1'"
}
reset() {
    before=$(sql "SELECT setting FROM pg_settings WHERE name = '$1'")
    sql "ALTER SYSTEM RESET $1"
    sql 'SELECT pg_reload_conf()' >/dev/null
    await "SELECT setting <> '$before' FROM pg_settings WHERE name = '$1'"
}

run migrate up --quiet
doctor
same 'as set up: what is missing' "$found" 'extension_missing,pgstattuple'
has 'extensions: what to type' "$out" 'CREATE EXTENSION pgstattuple;'
sql 'CREATE EXTENSION pgstattuple'
doctor
same 'all is well: nothing is found' "$found" ''
if ! echo "$out" | grep -q version_unsupported; then
    same 'all is well: exit code' "$code" 0
    run doctor --quiet
    same 'all is well, quiet: nothing' "$code$out$err" 0
fi
run doctor --format json
same 'JSON: keys' "$(sql "SELECT string_agg(k, ' ') FROM json_object_keys(\$j\$$out\$j\$::json) AS k")" \
    'server settings extensions indexes privileges findings'
same 'JSON: local' "$(sql "SELECT \$j\$$out\$j\$::json #>> '{server,local}'")" true
same 'JSON: the settings' "$(sql "SELECT count(*) FROM json_array_elements(\$j\$$out\$j\$::json -> 'settings') AS s
    WHERE s ->> 'followed' = 'true'")" 11
same 'JSON: indexes of the schema are listed' "$(sql "SELECT bool_and(i ->> 'of_the_schema' = 'true') AND count(*) > 3
    FROM json_array_elements(\$j\$$out\$j\$::json -> 'indexes') AS i")" t

# Settings: name, bad value, as pg_settings has it, what is found
while read -r setting value shown finding; do
    set_up "$setting" "$value" "$shown"
    doctor
    same "$setting: found" "$found" "$finding,$setting"
    same "$setting: exit code" "$code" 3
    reset "$setting"
done <<'SETTINGS'
work_mem 64kB 64 setting
effective_cache_size 8MB 1024 setting
maintenance_work_mem 1MB 1024 setting
random_page_cost 4 4 setting
effective_io_concurrency 1 1 setting
checkpoint_completion_target 0.5 0.5 setting
max_wal_size 64MB 64 setting
default_statistics_target 10 10 setting
fsync off off fsync_off
full_page_writes off off full_page_writes_off
autovacuum off off autovacuum_off
track_counts off off autovacuum_off
idle_in_transaction_session_timeout 0 0 no_idle_timeout
SETTINGS
doctor
same 'the settings are as before' "$found" ''

# Indexes
sql 'CREATE TABLE "odd ""t" (id integer PRIMARY KEY, a integer, b integer, c text)'
sql "INSERT INTO \"odd \"\"t\" SELECT i, i, i, repeat('x', 20) || i FROM generate_series(1, 60000) AS i"
sql 'CREATE INDEX double_1 ON "odd ""t" (a, b); CREATE INDEX "double %s" ON "odd ""t" (a, b)'
# Names that migrations have for something else, or that theirs begin with.
sql 'CREATE INDEX idx_workflow ON "odd ""t" (a)'
sql 'CREATE INDEX status ON "odd ""t" (a)'
sql 'CREATE INDEX partial ON "odd ""t" (a) WHERE b > 3'
sql 'CREATE INDEX other_order ON "odd ""t" (a DESC)'
sql 'ALTER TABLE "odd ""t" SET (autovacuum_enabled = off); ANALYZE "odd ""t"'
doctor
same 'duplicates: found' "$(echo "$found" | grep ^duplicate)" 'duplicate_index,"public.""double %s"""
duplicate_index,public.status
duplicate_index,public.idx_workflow'
same 'duplicates: exit code' "$code" 3
has 'duplicates: what to type' "$out" 'DROP INDEX CONCURRENTLY public.status;'
sql 'DROP INDEX "double %s", idx_workflow, status, other_order, partial'
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do sql "SELECT count(*) FROM \"odd \"\"t\" WHERE c = 'y'" >/dev/null; done
check 'the statistics have come' await "SELECT seq_scan > 11 FROM pg_stat_user_tables WHERE relname LIKE 'odd%'"
doctor
has 'unused: since when' "$out" 'no statement has used it since the statistics began'
same 'indexes: unused and missing' "$found" 'unused_index,public.double_1
missing_index,"public.""odd """"t"""'
sql 'DROP TABLE "odd ""t"'
sql 'CREATE TABLE parent (id integer PRIMARY KEY); CREATE TABLE child (a integer, p integer REFERENCES parent)'
doctor
same 'keys: found' "$found" 'foreign_key_without_index,public.child'
has 'keys: what to type' "$out" 'CREATE INDEX CONCURRENTLY ON public.child (p);'
sql 'CREATE INDEX ON child (p, a)'
doctor
same 'keys: with an index' "$found" ''
sql 'INSERT INTO child VALUES (1, NULL), (1, NULL)'
psql -X -q -c 'CREATE UNIQUE INDEX CONCURRENTLY broken ON child (a)' 2>/dev/null
doctor
same 'indexes: broken' "$found" 'invalid_index,public.broken'
sql 'DROP TABLE child, parent'

# Privileges, seen by another role
sql "CREATE ROLE stranger LOGIN; REVOKE TEMPORARY ON DATABASE $PGDATABASE FROM PUBLIC"
PGUSER=stranger doctor
same 'privileges: of each job' "$(echo "$found" | sort -u | paste -sd' ')" \
    "privilege,backup privilege,every job privilege,health privilege,ingest privilege,migrate privilege,prune privilege,rollup privilege,status privilege,vacuum"
has 'privileges: what to type' "$out" 'GRANT pg_monitor TO stranger;'
PGUSER=stranger run doctor --format json
printf '%s' "$out" >"$work/doctor.json"
# Nothing but the statements that are told, those for vacuum left out, which would give it every table.
psql -X -q -A -t -v json="$(cat "$work/doctor.json")" >"$work/grants.sql" <<'SQL'
SELECT f ->> 'statement' FROM json_array_elements(:'json'::json -> 'findings') AS f
 WHERE f ->> 'finding' = 'privilege' AND f ->> 'subject' <> 'vacuum';
SQL
check 'privileges: what is told can be typed' psql -X -q -v ON_ERROR_STOP=1 -f "$work/grants.sql"
PGUSER=stranger doctor
same 'privileges: then only vacuum lacks any' "$(echo "$found" | sort -u)" privilege,vacuum
while read -r job; do
    # shellcheck disable=SC2086
    PGUSER=stranger run $job
    same "privileges: they are enough for $job" "$(grep -c -E 'permission denied|only its owner' "$work/err")" 0
done <<JOBS
ingest --quiet --rejects $work samples/bridge.ndjson.gz
ingest --quiet --rejects $work samples/bad.ndjson
rollup --quiet --window 1h
rollup --quiet --window 1h --repair
prune nodes --quiet
prune events --quiet --older-than 1d
prune runs --quiet
migrate status --quiet
migrate up --quiet
status
health
bridges
JOBS
sql "REASSIGN OWNED BY stranger TO CURRENT_USER; DROP OWNED BY stranger; DROP ROLE stranger"

# Clocks and versions, by a clock of ours that is wrong
clock() { # SECONDS: what is found with a clock that is so far ahead
    export LD_PRELOAD="$TOOLS/inject.so" INJECT_CLOCK="$1" ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0"
    run doctor --format csv
    unset LD_PRELOAD INJECT_CLOCK
}
clock 1
same 'clock: a second is nothing' "$(echo "$out" | grep -c ^clock_skew)" 0
clock 10
has 'clock: behind' "$out" "clock_skew,clock,the server's clock is at least 10.0 s behind this machine's"
clock -10
has 'clock: ahead' "$out" "s ahead of this machine's"
same 'clock: exit code' "$code" 3
clock 400000000
has 'version: in twelve years nobody mends this one' "$out" 'version_unsupported,server_version,version '

# What only another server can show
PG_INITDB='' PG_SETTINGS='wal_level = minimal
max_wal_senders = 0' tests/lib/pg.sh "$BRIDGEJOB" doctor --format csv >"$work/out"
same 'another server: exit code' $? 3
same 'another server: no way back, no checksums' "$(grep -c -E '^(no_pitr,wal_level|no_checksums,data_checksums),' "$work/out")" 2
tap_done
