#!/bin/sh
# reindex: which indexes are chosen, what is in the way, and what a killed run leaves.
. "$(dirname "$0")/../lib/scratch.sh"

# hold SQL: a session that runs it and stays in its transaction until release.
mkfifo "$work/open"
hold() {
    PGAPPNAME="holder $PGDATABASE" psql -X -q <"$work/open" >/dev/null 2>&1 9>&- &
    exec 9>"$work/open"
    echo "$1;" >&9
    await "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE' AND state = 'idle in transaction'"
}
release() {
    exec 9>&-
    await "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE'"
}
trap 'exec 9>&-; scratch_end' EXIT

json() {
    psql -X -A -t -q -v doc="$out" <<SQL
SELECT coalesce(jsonb_path_query_first(:'doc'::jsonb, '$1') #>> '{}', 'none');
SQL
}
ours="application_name LIKE 'bridgejob/reindex%' AND datname = current_database()"
leftovers() { sql 'SELECT count(*) FROM pg_index WHERE NOT indisvalid'; }

run migrate up -q
run reindex
same 'all is well' "$code $out$err" '0 nothing to do'
run reindex -q
same 'all is well and quiet' "$code $out$err" '0 '

# --- what is chosen ----------------------------------------------------------------------------------------------

# One name is as long as a name may be, so that those of its leftovers are cut.
long='odd "%s
 name'"'"' $1 and so on, up to the sixty-three bytes a name'
quoted='"odd ""%s
 name'"'"' $1 and so on, up to the sixty-three bytes a name"'
sql 'CREATE TABLE big (id int PRIMARY KEY, "a ""b" text) WITH (autovacuum_enabled = off)'
sql "INSERT INTO big SELECT g, md5(g::text) FROM generate_series(1, 80000) AS g"
sql 'ALTER TABLE big ADD EXCLUDE USING btree (id WITH =)'
sql "CREATE INDEX $quoted ON big (\"a \"\"b\")"
# A new one of each kind, and one that is to be half empty: none of them gets smaller.
sql 'CREATE TABLE kinds (v text, r int4range) WITH (autovacuum_enabled = off)'
sql 'INSERT INTO kinds SELECT md5(g::text), int4range(g, g + 10) FROM generate_series(1, 50000) AS g'
sql 'CREATE INDEX kinds_half ON kinds (v) WITH (fillfactor = 50)'
sql 'CREATE INDEX kinds_hash ON kinds USING hash (v)'
sql 'CREATE INDEX kinds_gist ON kinds USING gist (r)'
sql 'CREATE INDEX kinds_gin ON kinds USING gin ((ARRAY[v]))'
sql 'VACUUM ANALYZE big, kinds'
measured=
! sql 'CREATE SCHEMA "x"; CREATE EXTENSION pgstattuple SCHEMA "x"' 2>/dev/null || measured=1
plan() { run reindex --dry-run --format json "$@"; }
chosen() { json '$.done[*] ? (@.table like_regex "'"$1"'").table'; }
plan
same 'nothing is bloated yet, however it is measured' "$code $(json '$.done.size()')" '0 0'
same 'what has no measure is counted' "$(json '$.unmeasured')" "$([ $measured ] && echo 1 || echo 3)"
if [ $measured ]; then
    sql 'DROP EXTENSION pgstattuple'
    plan
    same 'nothing is bloated yet, estimated' "$code $(json '$.done.size()')" '0 0'
fi
sql 'DELETE FROM big WHERE id % 10 <> 0'
sql 'DELETE FROM kinds WHERE lower(r) % 10 <> 0'
sql 'VACUUM ANALYZE big, kinds'
plan
same 'estimated: chosen' "$code $(json '$.done.size()') $(json '$.dry_run')" '0 4 true'
check 'estimated: named so' [ -n "$(json '$.done[0].reason' | grep -E '^[0-9.]+ of [0-9.]+ MB are bloat \(estimated\)$')" ]
# Rows that came since they were counted fill what was empty.
sql "INSERT INTO kinds SELECT md5(g::text), 'empty' FROM generate_series(50001, 95000) AS g"
plan
same 'estimated: not if it was filled since' "$code $(chosen kinds_half) $(chosen big_pkey)" '0 none big_pkey'
sql "DELETE FROM kinds WHERE r = 'empty'"
sql 'VACUUM ANALYZE kinds'
if [ $measured ]; then
    sql 'CREATE EXTENSION pgstattuple SCHEMA "x"'
    # Whoever may create functions in public must not have them run by us.
    sql "CREATE TABLE trap (who text)"
    sql "CREATE FUNCTION public.pgstatindex(regclass, OUT leaf_pages bigint, OUT empty_pages bigint, OUT deleted_pages bigint,
        OUT avg_leaf_density float8) LANGUAGE plpgsql AS \$\$ BEGIN INSERT INTO trap VALUES (current_user); END \$\$"
    plan
    same 'measured: chosen, by the extension and not its namesake in public' \
        "$(json '$.done.size()') $(sql 'SELECT count(*) FROM trap')" '6 0'
    same 'measured: hash and GiST' "$(chosen kinds_hash) $(chosen kinds_gist)" 'kinds_hash kinds_gist'
    sql 'DROP FUNCTION public.pgstatindex; DROP TABLE trap'
    check 'measured: named so' [ -n "$(json '$.done[0].reason' | grep -E '^[0-9.]+ of [0-9.]+ MB are bloat$')" ]
    hold 'BEGIN; REINDEX INDEX kinds_half'
    plan --lock-timeout 1s
    same 'measured: one that is locked is named' "$code $(json '$.skipped[0].table') $(json '$.skipped[0].reason')" \
        '3 kinds_half its bloat could not be measured: it is locked'
    has 'measured: and who has it' "$(json '$.skipped[0].held_by')" "'holder $PGDATABASE' (idle in transaction, since 20"
    release
else
    echo '# pgstattuple is not there: not measured'
fi
sql 'DROP TABLE kinds'
plan
same 'most to gain first' "$(json '$.done.size()') $(json '$.done[0].table')" "3 $quoted"

# Room for a second copy is looked for first; a file system that says it has none is put in its place.
oid=$(sql "SELECT 'big_pkey'::regclass::oid")
data=$(sql 'SHOW data_directory')
export INJECT=statvfs INJECT_NAME="$data"
LD_PRELOAD="$TOOLS/inject.so" ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0" run reindex --table big --format json
unset INJECT INJECT_NAME
check 'no room: said' [ -n "$(json '$.skipped[*] ? (@.table == "big_pkey").reason' |
    grep -E "^it needs up to 1\.[0-9] MB more, and '$data' has 0\.0 MB free\$")" ]
same 'no room: nothing is done' "$code $(json '$.done.size()') $(sql "SELECT 'big_pkey'::regclass::oid")" "3 0 $oid"

# --- what is in the way ------------------------------------------------------------------------------------------

hold 'BEGIN; DELETE FROM big WHERE id = 10'
sleep 1.1
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE'")
run reindex --lock-timeout 1s --format json
same 'an old transaction: exit code' "$code" 3
same 'an old transaction: not even begun' "$(json '$.skipped[0].reason')" 'it would wait for a transaction that is older than 1 s'
has 'an old transaction: who' "$(json '$.skipped[0].held_by')" "session $pid 'holder $PGDATABASE' (idle in transaction, since 20"
has 'an old transaction: hint' "$err" "pg_terminate_backend($pid)"
same 'an old transaction: nothing is done' "$(json '$.done.size()') $(sql "SELECT 'big_pkey'::regclass::oid") $(leftovers)" "0 $oid 0"
release

# A VACUUM has a snapshot as well, and nobody waits for that.
sql 'CREATE TABLE cleaned (id int) WITH (autovacuum_enabled = off)'
sql 'INSERT INTO cleaned SELECT generate_series(1, 200000)'
sql 'CREATE TABLE small (id int PRIMARY KEY)'
PGOPTIONS='-c vacuum_cost_delay=100ms -c vacuum_cost_limit=1' psql -X -q -c 'VACUUM cleaned' >/dev/null 2>&1 &
vacuum=$!
check 'beside a VACUUM: it runs' await "SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'VACUUM cleaned' AND backend_xmin IS NOT NULL AND xact_start < clock_timestamp() - interval '1 s'"
run reindex --table small --lock-timeout 1s --format json
same 'beside a VACUUM: done' "$code $(json '$.done.size()')" '0 1'
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'VACUUM cleaned'" >/dev/null
wait $vacuum

# A young one it does wait for, not longer than asked, and then clears up behind itself.
hold 'BEGIN; DELETE FROM big WHERE id = 10'
run reindex --table big --lock-timeout 2s --format json
same 'a lock: exit code' "$code" 3
same 'a lock: the first one' "$(json '$.skipped[0].reason')" 'it is locked, and still was after 2 s'
has 'a lock: who' "$(json '$.skipped[0].held_by')" "'holder $PGDATABASE' (idle in transaction, since 20"
release
run reindex --table workflow_steps -q
same 'a lock: nothing is left behind in the end' "$(leftovers)" 0

# Stopped in the middle: it says what it leaves, and the next run drops that.
hold 'BEGIN; DELETE FROM big WHERE id = 10'
"$BRIDGEJOB" reindex --table big --lock-timeout 1m >"$work/out" 2>"$work/err" 9>&- &
stopped=$!
check 'stopped: it is in the middle' await "SELECT count(*) = 1 FROM pg_index WHERE NOT indisvalid"
kill -TERM $stopped
wait $stopped
same 'stopped: exit code' "$?" 143
has 'stopped: what is left' "$(cat "$work/err")" 'stopped in the middle: the next run drops what is left of the rebuild'
same 'stopped: it does not say there was nothing to do' "$(grep -c 'nothing to do' "$work/out")" 0
same 'stopped: noted' "$(sql "SELECT tally -> 'leftovers' -> 0 ->> 'index' FROM job_runs ORDER BY run_id DESC LIMIT 1")" "$long"
release
run reindex --table small -q
same 'stopped: the next run drops it' "$code $(leftovers)" '0 0'

# Killed in the middle: the server gives up by itself; the next run drops what is left.
hold 'BEGIN; DELETE FROM big WHERE id = 10'
"$BRIDGEJOB" reindex --lock-timeout 1m >/dev/null 2>&1 9>&- &
killed=$!
check 'kill -9: it is in the middle' await "SELECT count(*) = 1 FROM pg_index WHERE NOT indisvalid"
run reindex
same 'two at once: exit code' "$code" 75
has 'two at once: the holder is named' "$err" "error: reindex is locked by 'bridgejob/reindex#"
kill -9 $killed
wait $killed 2>/dev/null
if [ "$(sql 'SHOW server_version_num')" -lt 140000 ]; then
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE $ours" >/dev/null
fi
check 'kill -9: the server gives up' await "SELECT count(*) = 0 FROM pg_stat_activity WHERE $ours"
same 'kill -9: an INVALID index is left' "$(leftovers)" 1
release
plan
same 'kill -9: a dry run says so' "$(json '$.done[0].action') $(leftovers)" 'drop leftover 1'

# Leftovers of others are not ours to drop, and a build that runs is none.
sql 'CREATE TABLE others (id int) WITH (autovacuum_enabled = off)'
sql 'INSERT INTO others SELECT 1 FROM generate_series(1, 2)'
sql 'CREATE UNIQUE INDEX CONCURRENTLY others_ccnew ON others (id)' 2>/dev/null
sql "CREATE UNIQUE INDEX CONCURRENTLY odd_ccnew ON big ((1))" 2>/dev/null # its name is how one of ours begins
sql 'CREATE TABLE building (id int)'
sql 'CREATE INDEX building_i ON building (id)'
hold 'BEGIN; INSERT INTO building VALUES (1)'
psql -X -q -c "REINDEX INDEX CONCURRENTLY building_i" >/dev/null 2>&1 9>&- &
build=$!
check 'others: one builds' await "SELECT count(*) = 1 FROM pg_class WHERE relname = 'building_i_ccnew'"

run reindex --format json --lock-timeout 30s
same 'the rerun: exit code' "$code" 3
same 'the rerun: drops what is ours' "$(json '$.done[0].action')" 'drop leftover'
same 'the rerun: rebuilds' "$(json '$.done[*] ? (@.table == "big_pkey").action') $(sql "SELECT pg_relation_size('big_pkey') < 1000000")" 'reindex t'
same 'the rerun: the exclusion constraint is named' "$(json '$.skipped[*] ? (@.table like_regex "excl").reason')" \
    'it belongs to an exclusion constraint, which cannot be rebuilt CONCURRENTLY'
same 'others: reported' "$(json '$.skipped[*] ? (@.table == "others_ccnew").reason')" 'it is INVALID, and no run of ours has left it'
same 'others: there' "$(sql "SELECT count(*) FROM pg_class WHERE relname IN ('others_ccnew', 'building_i_ccnew', 'odd_ccnew')")" 3
release
wait $build
same 'others: the build came to its end' "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'building_i'::regclass")" t
sql 'DROP INDEX others_ccnew, odd_ccnew'
same 'the constraint still has its index' "$(sql "SELECT conindid = 'big_pkey'::regclass FROM pg_constraint WHERE conname = 'big_pkey'")" t
plan
same 'nothing is left but what cannot be done' "$(json '$.done.size()') $(leftovers)" '1 0'
sql 'ALTER TABLE big DROP CONSTRAINT big_id_excl'

# --- time --------------------------------------------------------------------------------------------------------

sql "INSERT INTO big SELECT g, md5(g::text) FROM generate_series(80001, 160000) AS g"
sql 'DELETE FROM big WHERE id % 10 <> 0'
sql 'VACUUM ANALYZE big'
TZ=UTC run reindex --between "$(TZ=UTC date -d '2 hours' +%H:%M)-$(TZ=UTC date -d '3 hours' +%H:%M)" --format json
same 'outside the window' "$code $(json '$.done.size()')" '3 0'
hold 'BEGIN; DELETE FROM big WHERE id = 10'
run reindex --table big --max-duration 2s --lock-timeout 1m --format json
same 'deadline: exit code' "$code" 3
same 'deadline: said' "$(json '$.skipped[0].reason')" 'the time of --max-duration was used up'
has 'deadline: the leftover is reported, as the transaction is still there' \
    "$(json '$.skipped[*] ? (@.table like_regex "ccnew").reason')" 'this leftover could not be dropped: '
same 'deadline: the leftover is there' "$(leftovers)" 1
release
run reindex --format json
same 'deadline: the rerun clears up' "$code $(leftovers)" '0 0'

# Partitions: their indexes, not the partitioned one.
sql 'CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id)'
sql 'CREATE TABLE parted1 PARTITION OF parted FOR VALUES FROM (1) TO (100)'
run reindex --table parted --format json
same 'partitions' "$code $(json '$.done.size()') $(json '$.done[0].table')" '0 1 parted1_pkey'
run reindex --table nowhere
same 'no such table' "$code" 66

tap_done
