#!/bin/bash
# kill -9 in the middle of each kind of file: running it again is the fix. Then at random moments of a set of all kinds.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
digest="SELECT string_agg(x, '|' ORDER BY x) FROM (
    SELECT 'history ' || name AS x FROM schema_migrations
    UNION ALL SELECT 'log ' || n || ' ' || count(*) FROM log GROUP BY n
    UNION ALL SELECT relkind::text || ' ' || relname || coalesce(' ' || i.indisvalid::text, '') FROM pg_class AS c LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
               WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema_migration%'
    UNION ALL SELECT 'under way ' || name FROM schema_migration_progress) AS d"

# start: a runner of its own; kill_it: the moment the query says t.
start() {
    "$BRIDGEJOB" migrate "$@" --dir "$m" >"$work/killed" 2>&1 &
    runner=$!
}
kill_it() { # WHAT SQL
    check "$1: in the middle" await "$2"
    kill -9 "$runner"
    wait "$runner" 2>/dev/null
}
sleeping="SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query ~ '^ *SELECT pg_sleep' AND application_name LIKE 'bridgejob/%'
                                                     AND datname = current_database())"
again() { # WHAT
    run migrate up --dir "$m"
    same "$1: run again" "$code" 0
}

put 001_create_log.sql 'CREATE TABLE log (n int); CREATE TABLE t (id int, v int);
INSERT INTO t SELECT i, i FROM generate_series(1, 5000) AS i;'
put 001_rollback_log.sql 'DROP TABLE log; DROP TABLE t;'
run migrate up --dir "$m"

# One transaction.
put 002_transaction.sql 'INSERT INTO log VALUES (2);
SELECT pg_sleep(3);
INSERT INTO log VALUES (2);'
start up
kill_it 'one transaction' "$sleeping"
same 'one transaction: nothing of it is there' "$(sql 'SELECT count(*) FROM log')" 0
again 'one transaction'
same 'one transaction: once' "$(sql 'SELECT count(*) FROM log WHERE n = 2')" 2

# Statement by statement.
put 003_pieces.sql '-- bridgejob: no-transaction
INSERT INTO log VALUES (3);
SELECT pg_sleep(3);
INSERT INTO log VALUES (3);'
start up
kill_it 'statement by statement' "$sleeping"
same 'statement by statement: the first is there' "$(sql 'SELECT count(*) FROM log WHERE n = 3')" 1
again 'statement by statement'
same 'statement by statement: each once' "$(sql 'SELECT count(*) FROM log WHERE n = 3')" 2

# Transactions of its own.
put 004_own.sql 'BEGIN; INSERT INTO log VALUES (4); COMMIT;
BEGIN; INSERT INTO log VALUES (4);
SELECT pg_sleep(3);
INSERT INTO log VALUES (4); COMMIT;'
start up
kill_it 'own BEGIN and COMMIT' "$sleeping"
same 'own BEGIN and COMMIT: the first block is there' "$(sql 'SELECT count(*) FROM log WHERE n = 4')" 1
again 'own BEGIN and COMMIT'
same 'own BEGIN and COMMIT: each once' "$(sql 'SELECT count(*) FROM log WHERE n = 4')" 3

# CREATE INDEX CONCURRENTLY, which waits for an old transaction; killed, its backend notices and leaves the index.
put 005_index.sql '-- bridgejob: no-transaction
INSERT INTO log VALUES (5);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_t_v ON t (v);
INSERT INTO log VALUES (5);'
# hold TABLE: an open transaction that has written there
hold() {
    psql -X -q -c "BEGIN; INSERT INTO $1 SELECT WHERE false; LOCK TABLE $1 IN ROW EXCLUSIVE MODE; SELECT pg_sleep(60)" >/dev/null 2>&1 &
    holder=$!
    check "$2: an old transaction" await "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = '$1'::regclass AND mode = 'RowExclusiveLock' AND granted)"
}
release() {
    sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND datname = current_database()" >/dev/null
    wait "$holder"
}
gone="SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/%' AND datname = current_database())"
hold t concurrently
start up
kill_it concurrently "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('idx_t_v') AND NOT indisvalid)"
check 'concurrently: the server notices' await "$gone"
same 'concurrently: an INVALID index is left' "$(sql "SELECT count(*) FROM pg_index WHERE NOT indisvalid")" 1
release
again concurrently
has 'concurrently: the leftover was dropped' "$err" "the index 'public.idx_t_v' was left unfinished and is dropped"
same 'concurrently: whole' "$(sql "SELECT indisvalid FROM pg_index WHERE indexrelid = 'idx_t_v'::regclass") $(sql 'SELECT count(*) FROM log WHERE n = 5')" 't 2'

# REINDEX CONCURRENTLY.
put 006_rebuild.sql '-- bridgejob: no-transaction
REINDEX TABLE CONCURRENTLY t;'
hold t 'reindex concurrently'
start up
kill_it 'reindex concurrently' "SELECT EXISTS (SELECT FROM pg_class WHERE relname ~ '_ccnew')"
check 'reindex concurrently: the server notices' await "$gone"
release
again 'reindex concurrently'
same 'reindex concurrently: nothing is left over' "$(sql "SELECT count(*) FROM pg_class WHERE relname ~ '_cc(new|old)'") $(sql 'SELECT count(*) FROM pg_index WHERE NOT indisvalid')" '0 0'

# SIGTERM instead: what was begun is taken away at once, the rest is kept.
put 007_term.sql '-- bridgejob: no-transaction
INSERT INTO log VALUES (7);
CREATE INDEX CONCURRENTLY idx_t_id ON t (id);'
hold t terminated
start up
check 'terminated: in the middle' await "SELECT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)"
kill -TERM "$runner"
release
wait "$runner"
same 'terminated: exit code' $? 143
check 'terminated: nothing INVALID is left' await "SELECT NOT EXISTS (SELECT FROM pg_index WHERE NOT indisvalid)"
again terminated
same 'terminated: each once' "$(sql 'SELECT count(*) FROM log WHERE n = 7')" 1

# At random moments, there and back, in a set of all kinds.
rm "$m"/00[2-7]*
sql 'SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public'
for i in $(seq 100 4 136); do
    put "${i}_whole.sql" "CREATE TABLE t$i (id int); INSERT INTO log VALUES ($i);"
    put "${i}_rollback_whole.sql" "DROP TABLE t$i; DELETE FROM log WHERE n = $i;"
    put "$((i + 1))_pieces.sql" "-- bridgejob: no-transaction
INSERT INTO log VALUES ($i); SET search_path = public; CREATE INDEX CONCURRENTLY idx_t$i ON t$i (id); VACUUM t$i; INSERT INTO log VALUES ($i);"
    put "$((i + 1))_rollback_pieces.sql" "-- bridgejob: no-transaction
DROP INDEX CONCURRENTLY idx_t$i; INSERT INTO log VALUES (-$i);"
    put "$((i + 2))_own.sql" "BEGIN; CREATE TABLE o$i (); COMMIT; INSERT INTO log VALUES ($i); BEGIN; INSERT INTO log VALUES ($i); COMMIT;"
    put "$((i + 2))_rollback_own.sql" "BEGIN; DROP TABLE o$i; INSERT INTO log VALUES (-$i); COMMIT;"
done
run migrate up --dir "$m"
wanted_up=$(sql "$digest")
has 'a set of all kinds: the digest tells what is there' "$wanted_up" 'i idx_t100 true'
run migrate down --to 001 --yes --dir "$m"
same 'a set of all kinds: there and back' "$code" 0
wanted_down=$(sql "$digest")
sql 'SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public'
seed=${SEED-$$}
RANDOM=$seed
echo "# SEED=$seed"
# killed_until_done ARGUMENT…: kill runs after 0 to 0.2 s until one comes through.
kills=0
killed_until_done() {
    local lives=0 code=137
    while [ "$code" = 137 ] && [ $lives -lt 40 ]; do
        start "$@"
        # The last ones are let live.
        if [ $lives -lt 25 ]; then
            sleep "0.$(printf '%03d' $((RANDOM % 200)))"
            kill -9 "$runner" 2>/dev/null && kills=$((kills + 1))
        fi
        wait "$runner" 2>/dev/null
        code=$?
        lives=$((lives + 1))
    done
    return "$code"
}
killed_until_done up
same 'killed at random, up: done in the end' $? 0
same 'killed at random, up: as if undisturbed' "$(sql "$digest")" "$wanted_up"
killed_until_done down --to 001 --yes
same 'killed at random, down: done in the end' $? 0
same 'killed at random, down: as if undisturbed' "$(sql "$digest")" "$wanted_down"
check 'killed at random: more than once' test $kills -gt 4
echo "# $kills runs killed"

tap_done
