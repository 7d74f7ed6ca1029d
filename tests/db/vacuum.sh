#!/bin/sh
# vacuum: each reason to choose a table, each thing in the way, each way to end early.
# Prepared transactions and logical slots need settings of their own, and so a server of its own.
if [ "$(psql -X -A -t -d postgres -c 'SHOW max_prepared_transactions')" = 0 ]; then
    PG_SETTINGS='max_prepared_transactions = 4
wal_level = logical' exec tests/lib/pg.sh "$0"
fi
. "$(dirname "$0")/../lib/scratch.sh"

end_sessions() {
    exec 9>&-
    sql "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active" >/dev/null
    wait
}
trap 'end_sessions; scratch_end' EXIT

# hold SQL: a session that runs it and stays in its transaction until release.
mkfifo "$work/open"
hold() {
    PGAPPNAME="holder $PGDATABASE" psql -X -q <"$work/open" >/dev/null 2>&1 9>&- &
    exec 9>"$work/open"
    echo "$1;" >&9
}
release() {
    exec 9>&-
    wait
}
held() { await "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE' AND state = 'idle in transaction'"; }

# json PATH: of the last run's report.
json() { printf '%s' "$out" | sql_json "$1"; }
sql_json() { psql -X -A -t -q -v doc="$(cat)" <<SQL
SELECT coalesce(jsonb_path_query_first(:'doc'::jsonb, '$1') #>> '{}', 'none');
SQL
}
plan() { run vacuum --dry-run --format json "$@"; }

table() {
    sql "CREATE TABLE $1 (id int PRIMARY KEY, v text) WITH (autovacuum_enabled = off)"
    sql "INSERT INTO $1 SELECT g, repeat('x', 100) FROM generate_series(1, ${2:-1000}) AS g"
    sql "VACUUM ANALYZE $1"
}

# VACUUM marks no page all-visible whose commits are not on disk yet.
export PGOPTIONS='-c synchronous_commit=on'

run migrate up -q
sql 'VACUUM ANALYZE'
sql 'VACUUM'
run vacuum --format json
same 'all is well: exit code' "$code" 0
same 'all is well: nothing done' "$(json '$.done.size()') $(json '$.skipped.size()') $(json '$.done')" '0 0 []'
run vacuum
same 'all is well: says so' "$out" 'nothing to do'
run vacuum -q
same 'all is well and quiet: nothing said' "$out$err" ''

# --- what is chosen, and why -------------------------------------------------------------------------------------

table dead
sql 'DELETE FROM dead WHERE id <= 240'
plan
same 'below its threshold (50 + 20% of 1000): not chosen' "$(json '$.done[*] ? (@.table == "dead" && @.action like_regex "vacuum").action')" none
sql 'DELETE FROM dead WHERE id <= 250'
plan
same 'dead rows: reason' "$(json '$.done[*] ? (@.table == "dead").reason')" '250 dead rows, VACUUM is due at 250'
same 'a dry run vacuums nothing' "$code $(sql "SELECT n_dead_tup FROM pg_stat_all_tables WHERE relname = 'dead'")" '0 250'
sql 'ALTER TABLE dead SET (autovacuum_vacuum_threshold = 1000)'
plan
same 'its own threshold counts' "$(json '$.done[*] ? (@.table == "dead" && @.action like_regex "vacuum").action')" none
sql 'ALTER TABLE dead RESET (autovacuum_vacuum_threshold)'
sql 'ALTER TABLE dead SET (autovacuum_vacuum_scale_factor = 0.001)'
plan
same 'its own scale factor counts' "$(json '$.done[*] ? (@.table == "dead").reason')" '250 dead rows, VACUUM is due at 51'

table worse
sql 'DELETE FROM worse'
table inserted
sql "INSERT INTO inserted SELECT g, 'x' FROM generate_series(1001, 3300) AS g"
sql 'CREATE TABLE toasted (id int, v text) WITH (autovacuum_enabled = off)'
sql "ALTER TABLE toasted ALTER v SET STORAGE EXTERNAL"
sql "INSERT INTO toasted SELECT g, repeat('x', 9000) FROM generate_series(1, 40) AS g"
sql 'VACUUM ANALYZE toasted'
sql 'DELETE FROM toasted'
sql 'CREATE TABLE fresh (id int) WITH (autovacuum_enabled = off)'
sql 'INSERT INTO fresh SELECT generate_series(1, 10)'
sql 'CREATE TEMP TABLE mine (id int)'
sql 'ALTER TABLE dead RESET (autovacuum_vacuum_scale_factor)'
plan
same 'the most urgent first' "$(json '$.done[0].table') $(json '$.done[0].reason')" 'worse 1000 dead rows, VACUUM is due at 250'
same 'inserted rows: reason' "$(json '$.done[*] ? (@.table == "inserted").reason')" \
    '2300 rows inserted since its last VACUUM, the next is due at 1200'
same 'TOAST: reason' "$(json '$.done[*] ? (@.table == "toasted").reason')" \
    "$(sql "SELECT format('%s dead rows in TOAST, VACUUM is due at %s', pg_stat_get_dead_tuples(reltoastrelid),
        (50 + 0.2 * (SELECT reltuples FROM pg_class WHERE oid = c.reltoastrelid))::bigint) FROM pg_class AS c WHERE relname = 'toasted'")"
same 'never analyzed: chosen for that alone' "$(json '$.done[*] ? (@.table == "fresh").action') $(json '$.done[*] ? (@.table == "fresh").reason')" \
    'analyze it was never analyzed'
plan --analyze-only
same '--analyze-only' "$(json '$.done[*] ? (@.action != "analyze").table') $(json '$.done[*] ? (@.table == "fresh").action')" 'none analyze'

run vacuum --format json
same 'done: exit code' "$code" 0
same 'done: dead rows are gone' "$(json '$.done[*] ? (@.table == "worse").removed') $(json '$.done[*] ? (@.table == "worse").left')" '1000 0'
same 'done: the server says the same' "$(sql "SELECT sum(n_dead_tup), bool_and(last_vacuum IS NOT NULL)
    FROM pg_stat_all_tables WHERE relname IN ('dead', 'worse', 'toasted', 'inserted')")" '0|t'
same 'done: in the run history' "$(sql "SELECT job, exit_code, tally -> 'done' -> 0 ->> 'table' FROM job_runs ORDER BY run_id DESC LIMIT 1")" \
    'vacuum|0|worse'
plan
same 'done: nothing is left to do' "$(json '$.done.size()')" 0

sql 'INSERT INTO fresh SELECT generate_series(1, 1000)'
sql 'DELETE FROM fresh'
run vacuum --analyze-only --format json
same '--analyze-only: analyzed, and nothing else' "$code $(json '$.done[*] ? (@.table == "fresh").action') $(
    sql "SELECT n_dead_tup > 1000, n_mod_since_analyze, last_vacuum IS NULL FROM pg_stat_all_tables WHERE relname = 'fresh'")" '0 analyze t|0|t'
run vacuum -q

# An index-only scan needs the visibility map.
table scanned 10000
sql 'UPDATE scanned SET v = v WHERE id <= 500'
sql 'SET enable_seqscan = off; SELECT count(*) FROM scanned WHERE id < 10' >/dev/null
plan
same 'updated in one place: not chosen' "$(json '$.done[*] ? (@.table == "scanned" && @.action like_regex "vacuum").table')" none
sql 'UPDATE scanned SET v = v WHERE id % 20 = 0'
sql 'ANALYZE scanned' # which counts the map anew
plan
has 'visibility: reason' "$(json '$.done[*] ? (@.table == "scanned").reason')" 'index-only scans read the table: only '
run vacuum --table scanned --format json
same 'visibility: all of it' "$(sql "SELECT relallvisible >= 0.9 * relpages FROM pg_class WHERE relname = 'scanned'")" t

# Age.
sql "ALTER DATABASE $PGDATABASE SET vacuum_freeze_table_age = 20"
table old
for _ in $(seq 25); do echo 'SELECT pg_current_xact_id();'; done | psql -X -q >/dev/null
plan --table old
has 'age: reason' "$(json '$.done[0].reason')" ' transactions old, a freeze is due at 20'
same 'age: frozen' "$(json '$.done[0].action')" 'vacuum (freeze), analyze'
run vacuum --table old
same 'age: is young again' "$code $(sql "SELECT age(relfrozenxid) < 20 FROM pg_class WHERE relname = 'old'")" '0 t'
sql "ALTER DATABASE $PGDATABASE RESET vacuum_freeze_table_age"

# Partitions by their own need; their parent's statistics as a whole.
sql 'CREATE TABLE parted (id int, at int) PARTITION BY RANGE (at)'
for i in 1 2 3; do sql "CREATE TABLE parted$i PARTITION OF parted FOR VALUES FROM ($i) TO ($((i + 1))) WITH (autovacuum_enabled = off)"; done
sql 'INSERT INTO parted SELECT g, 1 + g % 3 FROM generate_series(1, 2700) AS g'
plan
same 'partitions: the parent is analyzed' "$(json '$.done[*] ? (@.table == "parted").action') $(json '$.done[*] ? (@.table == "parted").reason')" \
    'analyze it was never analyzed as a whole'
same 'partitions: and so are they, once' "$(json '$.done[*] ? (@.table like_regex "parted[1-3]").table')" none
run vacuum -q
plan
same 'partitions: done' "$code $(json '$.done.size()')" '0 0'
sql 'DELETE FROM parted WHERE at = 2'
plan
same 'partitions: only the one with dead rows' "$(json '$.done[0].table') $(json '$.done[0].action') $(json '$.done[1].table')" 'parted2 vacuum parted'
run vacuum --table parted --format json
same '--table of a parent: its partitions' "$(json '$.done.size()') $(json '$.done[0].table') $(json '$.done[3].action')" '4 parted2 analyze'

# GIN's pending list.
sql 'CREATE TABLE gin (v jsonb) WITH (autovacuum_enabled = off)'
sql 'CREATE INDEX ON gin USING gin (v)'
sql 'VACUUM ANALYZE gin'
sql "INSERT INTO gin SELECT jsonb_build_object('k' || g, g) FROM generate_series(1, 40) AS g"
run vacuum --format json
same 'GIN: the pending list is flushed' "$(json '$.done[*] ? (@.table == "gin").action') $(json '$.done[*] ? (@.table == "gin").removed > 0')" 'flush true'
same 'GIN: really' "$(sql "SELECT gin_clean_pending_list('gin_v_idx')")" 0

# --- what the options have the server do ---------------------------------------------------------------------------

age="SELECT age(relfrozenxid) FROM pg_class WHERE relname = 'old'"
for _ in $(seq 25); do echo 'SELECT pg_current_xact_id();'; done | psql -X -q >/dev/null
sql 'UPDATE old SET v = v'
for _ in $(seq 25); do echo 'SELECT pg_current_xact_id();'; done | psql -X -q >/dev/null
run vacuum --table old
check '--table alone freezes nothing young' [ "$(sql "$age")" -ge 25 ]
run vacuum --table old --freeze --format json
same '--freeze' "$code $(json '$.done[0].action') $(sql "SELECT ($age) < 20")" '0 vacuum (freeze), analyze t'

sql 'DELETE FROM old WHERE id <= 10'
since=$(sql 'SELECT clock_timestamp()')
not_done="SELECT count(*) FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid WHERE c.relkind = 'r'"
run vacuum --all --analyze-only -q
same '--all --analyze-only: every table, and no VACUUM' "$code $(sql "$not_done AND (last_analyze < '$since') IS NOT FALSE") $(
    sql "SELECT count(*) FROM pg_stat_all_tables WHERE last_vacuum > '$since'") $(sql "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'old'")" '0 0 0 10'
run vacuum --all -q
same '--all: every table' "$code $(sql "$not_done AND (last_vacuum < '$since') IS NOT FALSE") $(
    sql "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'old'")" '0 0 0'

# As many workers as asked for, whatever the setting; a table of this size would get none.
for column in id v 'id, v'; do sql "CREATE INDEX ON old ($column)"; done
sql 'DELETE FROM old WHERE id <= 500'
PGOPTIONS='-c client_min_messages=debug2 -c min_parallel_index_scan_size=0 -c max_parallel_maintenance_workers=1' \
    run vacuum --table old --parallel 3
has '--parallel' "$err" 'launched 3 parallel vacuum workers for index vacuuming (planned: 3)'

# --- names -------------------------------------------------------------------------------------------------------

for name in 'a "b' "it's" 'x%s%I' 'cost $1 :x ?' 'new
line' '; DROP TABLE dead; --' 'Mixed.Case'; do
    psql -X -q -v name="$name" <<'SQL'
CREATE TABLE :"name" (id int) WITH (autovacuum_enabled = off);
INSERT INTO :"name" SELECT generate_series(1, 100);
DELETE FROM :"name";
SQL
    run vacuum --table "$name" --format json
    same "a table '$name'" "$code $(json '$.done[0].removed') $(json '$.done.size()')" '0 100 1'
done
same 'names are inert' "$(sql "SELECT to_regclass('dead') IS NOT NULL")" t
run vacuum --table nowhere --table dead
same 'no such table: exit code' "$code" 66
has 'no such table: message' "$err" "error: there is no table 'nowhere'"
run vacuum --table public.dead --table worse --format json
same 'with a schema, and more than one' "$code $(json '$.done.size()')" '0 2'

# --- what is in the way ------------------------------------------------------------------------------------------

dirty() { sql 'DELETE FROM worse'; sql "INSERT INTO worse SELECT g, 'x' FROM generate_series(1, 1000) AS g"; sql 'VACUUM ANALYZE worse'; }
kept() { # WHAT, HELD BY, HINT
    same "$1: exit code" "$code" 3
    same "$1: what is left" "$(json '$.done[0].left') $(json '$.skipped[0].reason')" '1000 1000 dead rows cannot be removed yet'
    has "$1: who holds it" "$(json '$.skipped[0].held_by')" "$2"
    has "$1: said" "$err" "warning: 'worse': 1000 dead rows cannot be removed yet; held by $2"
    has "$1: hint" "$err" "$3"
}

dirty
hold 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM dead'
check 'horizon: a session is idle in transaction' held
sql 'DELETE FROM worse'
run vacuum --format json
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE'")
kept 'idle in transaction' "session $pid 'holder $PGDATABASE' (idle in transaction, since 20" "pg_terminate_backend($pid)"
release
run vacuum --format json
same 'idle in transaction: afterwards it is clean' "$code $(json '$.done[0].removed') $(json '$.done[0].left')" '0 1000 0'

dirty
sql "BEGIN; INSERT INTO fresh VALUES (1); PREPARE TRANSACTION 'it''s \$1'"
sql 'DELETE FROM worse'
run vacuum --table worse --format json
kept 'prepared transaction' "prepared transaction 'it's \$1' (of postgres, since 20" "ROLLBACK PREPARED 'it''s \$1'"
sql "ROLLBACK PREPARED 'it''s \$1'"

dirty
sql "SELECT pg_create_logical_replication_slot('stalled', 'test_decoding')" >/dev/null
sql "SELECT format('CREATE TABLE much (%s)', string_agg(format('c%s int', g), ', ')) FROM generate_series(1, 1000) AS g" |
    psql -X -q
sql 'DROP TABLE much'
run vacuum --table pg_attribute --format json
same 'replication slot: exit code' "$code" 3
has 'replication slot: who holds it' "$(json '$.skipped[0].held_by')" "replication slot 'stalled' (not in use)"
has 'replication slot: hint' "$err" "pg_drop_replication_slot('stalled')"
sql "SELECT pg_drop_replication_slot('stalled')" >/dev/null

# A lock is waited for no longer than --lock-timeout, and the rest goes on.
dirty
sql 'DELETE FROM worse'
table free
sql 'DELETE FROM free WHERE id <= 300'
hold 'BEGIN; LOCK TABLE worse IN SHARE MODE'
check 'lock: it is held' held
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE'")
start=$(date +%s)
run vacuum --lock-timeout 1s --format json
check 'lock: not waited for long' [ $(($(date +%s) - start)) -le 8 ]
same 'lock: exit code' "$code" 3
same 'lock: skipped' "$(json '$.skipped.size()') $(json '$.skipped[0].table') $(json '$.skipped[0].reason')" \
    '1 worse it is locked, and still was after 1 s'
has 'lock: who holds it' "$(json '$.skipped[0].held_by')" "session $pid 'holder $PGDATABASE' (idle in transaction, since 20"
same 'lock: the rest is done' "$(json '$.done[*] ? (@.table == "free").removed')" 300
release

# Nor is anything looked up behind a lock, and who only waits for one is in the way as well.
hold 'BEGIN; LOCK TABLE worse, parted1 IN ACCESS EXCLUSIVE MODE'
check 'a table of one session alone: it is held' held
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE'")
run vacuum --table worse --table parted --lock-timeout 1s --timeout 30s --format json
same 'a table of one session alone: skipped, and its parent' "$code $(json '$.skipped.size()') $(json '$.skipped[2].table')" '3 3 parted'
has 'a table of one session alone: who holds it' "$(json '$.skipped[*] ? (@.table == "worse").held_by')" "session $pid 'holder"
has 'a table of one session alone: who holds the partition, for its parent' "$(json '$.skipped[2].held_by')" "session $pid 'holder"
release
hold 'BEGIN; SELECT 1 FROM worse'
check 'behind one who waits: it is held' held
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'holder $PGDATABASE'")
PGAPPNAME=alterer psql -X -q -c 'ALTER TABLE worse SET (fillfactor = 100)' -c 'TRUNCATE worse' >/dev/null 2>&1 9>&- &
check 'behind one who waits: he waits' await "SELECT count(*) = 1 FROM pg_stat_activity WHERE application_name = 'alterer' AND wait_event_type = 'Lock'"
run vacuum --table worse --lock-timeout 1s --timeout 30s --format json
same 'behind one who waits: exit code' "$code" 3
check 'behind one who waits: both are named' [ -n "$(json '$.skipped[0].held_by' |
    grep -E "^session [0-9]+ 'alterer' \(active, since .*\), which waits for session $pid 'holder")" ]
has 'behind one who waits: the hint is about the first' "$err" "pg_terminate_backend($pid)"
release
dirty
sql 'DELETE FROM worse'

# Not ours.
sql "CREATE ROLE nobody_$PGDATABASE LOGIN"
sql "GRANT SELECT, INSERT, UPDATE ON job_runs TO nobody_$PGDATABASE"
PGUSER=nobody_$PGDATABASE run vacuum --table worse --format json
same 'not ours: exit code' "$code" 3
same 'not ours: skipped' "$(json '$.skipped[0].reason')" "only its owner 'postgres' may"
sql "DROP OWNED BY nobody_$PGDATABASE; DROP ROLE nobody_$PGDATABASE"

# --- time --------------------------------------------------------------------------------------------------------

at() { TZ=UTC date -d "$1" +%H:%M; }
sql 'DELETE FROM free'
TZ=UTC run vacuum --quiet --between "$(at '2 hours')-$(at '3 hours')"
same 'outside the window: exit code' "$code" 3
check 'outside the window: said once, however many tables are due' [ "$(printf '%s\n' "$err" |
    grep -c -E "warning: '.+' and [0-9]+ more: it is [0-9:]+, outside $(at '2 hours')-$(at '3 hours')\$") $(printf '%s\n' "$err" | wc -l)" = '1 2' ]
TZ=UTC run vacuum --format json --between "$(at '2 hours')-$(at '3 hours')"
same 'outside the window: all are listed, and nothing is done' "$(json '$.skipped[*] ? (@.table == "worse").table') $(json '$.done.size()')" 'worse 0'
TZ=UTC run vacuum --table gone --quiet --between "$(at '2 hours')-$(at '3 hours')"
same 'outside the window: a table that is not there is told all the same' "$code" 66
TZ=UTC run vacuum --format json --between "$(at '-2 hours')-$(at '2 hours')"
same 'inside the window' "$code $(json '$.done[0].table')" '0 worse'

# A deadline in the middle of a table: VACUUM is slowed down, and cancelled.
table slow 40000
sql 'DELETE FROM slow WHERE id % 2 = 0'
dirty
sql 'DELETE FROM worse WHERE id <= 300'
sql "ALTER DATABASE $PGDATABASE SET vacuum_cost_delay = '100ms'"
sql "ALTER DATABASE $PGDATABASE SET vacuum_cost_limit = 1"
start=$(date +%s)
run vacuum --table slow --table worse --max-duration 2s --format json
check 'deadline: kept' [ $(($(date +%s) - start)) -le 8 ]
same 'deadline: exit code' "$code" 3
same 'deadline: the one cut short' "$(json '$.skipped[0].table') $(json '$.skipped[0].reason')" 'slow cut short: the time of --max-duration was used up'
same 'deadline: the one not begun' "$(json '$.skipped[1].table') $(json '$.done.size()')" 'worse 0'
check 'deadline: no VACUUM goes on' await "SELECT count(*) = 0 FROM pg_stat_progress_vacuum WHERE datname = current_database()"

plan --table slow --table worse
same 'deadline: the one cut short is behind the others the next time' "$(json '$.done[0].table') $(json '$.done[1].table')" 'worse slow'
forget() { sql "DELETE FROM job_runs WHERE job = 'vacuum'"; }

# Progress: on a terminal, and only there.
watched() { TERM=xterm script -q -c "'$BRIDGEJOB' vacuum --table slow --table worse --max-duration 2s $1" /dev/null </dev/null | tr '\r' '\n'; }
shows() { printf '%s\n' "$1" | grep -c -E "^table 1 of 2, slow: ${2:-}"; }
same 'progress: none off a terminal' "$(shows "$err")" 0
forget
seen=$(watched)
check 'progress: table, phase and percent' [ "$(shows "$seen" 'scanning heap, [0-9]+%')" -gt 1 ]
has 'progress: the line is wiped before a warning' "$seen" "$(printf '\n\033[Kbridgejob vacuum: ')"
forget
seen=$(watched --quiet)
same 'progress: none with --quiet' "$(shows "$seen")" 0
has 'progress: none with --quiet, but the warning' "$seen" "'slow': cut short: the time of --max-duration was used up"
run vacuum --table slow --timeout 1s
same '--timeout: exit code' "$code" 75
same '--timeout: the row is closed' "$(sql 'SELECT exit_code FROM job_runs ORDER BY run_id DESC LIMIT 1')" 75

# Two at once; and one that was killed: the server gives up its VACUUM by itself.
"$BRIDGEJOB" vacuum --table slow >/dev/null 2>&1 &
pid=$!
check 'two at once: one runs' await "SELECT count(*) = 1 FROM pg_stat_progress_vacuum WHERE datname = current_database()"
run vacuum
same 'two at once: exit code' "$code" 75
has 'two at once: the holder is named' "$err" "error: vacuum is locked by 'bridgejob/vacuum#"
kill -9 $pid
wait $pid 2>/dev/null
if [ "$(sql 'SHOW server_version_num')" -ge 140000 ]; then
    check 'killed: the server ends it' await "SELECT count(*) = 0 FROM pg_stat_progress_vacuum WHERE datname = current_database()"
fi
sql "ALTER DATABASE $PGDATABASE RESET vacuum_cost_delay"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/vacuum%' AND datname = current_database()" >/dev/null
check 'killed: its session ends' await "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/vacuum%' AND datname = current_database()"
run vacuum --table slow --format json
same 'killed: the rerun does it' "$code $(json '$.done[0].left')" '0 0'

# The connection goes away in the middle: it is made again, with the lock.
sql 'DELETE FROM slow WHERE id % 3 = 0'
sql "ALTER DATABASE $PGDATABASE SET vacuum_cost_delay = '100ms'"
"$BRIDGEJOB" vacuum --table slow --format json >"$work/out" 2>"$work/err" &
pid=$!
check 'connection lost: it runs' await "SELECT count(*) = 1 FROM pg_stat_progress_vacuum WHERE datname = current_database()"
sql "ALTER DATABASE $PGDATABASE RESET vacuum_cost_delay"
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_vacuum WHERE datname = current_database()" >/dev/null
wait $pid
same 'connection lost: done all the same' "$? $(cat "$work/err")" '0 '
run vacuum --between 2:00-4:00
same 'a bad window: exit code' "$code" 64
run vacuum --all --table dead
same '--all and --table: exit code' "$code" 64

tap_done
