#!/bin/sh
# health: for each finding the fault is made, and the finding named; without any the exit code is 0.
# A server of its own, with few connections: what is looked at is the whole server's.
if [ -z "${HEALTH_SERVER-}" ]; then
    export HEALTH_SERVER=1
    PG_SETTINGS='max_connections = 12
max_slot_wal_keep_size = 1MB
max_prepared_transactions = 3
autovacuum_freeze_max_age = 100000
autovacuum = off' exec "$(dirname "$0")/../lib/pg.sh" "$0"
fi
. "$(dirname "$0")/../lib/scratch.sh"

# found NAME SUBJECT: how many of these findings are in the CSV that was printed
found() { grep -c "^$1,$2," "$work/out"; }
# A session that runs SQL and then idles; its application_name; it ends with the pipe's other end.
session() { # name, SQL
    mkfifo "$work/$1"
    PGAPPNAME=$1 psql -X -q -A -t <"$work/$1" >/dev/null 2>&1 &
}

run health
same 'before the schema: exit code' "$code" 0
run migrate up --quiet
run health
same 'all is well: exit code' "$code" 0
has 'all is well: said' "$out" 'no findings'
same 'all is well: a screen' "$(echo "$out" | wc -l | awk '{ print $1 < 50 }')" 1
run health --quiet
same 'all is well, quiet: nothing' "$code$out$err" 0
run health --format json
same 'JSON: keys' "$(sql "SELECT string_agg(k, ' ') FROM json_object_keys(\$j\$$out\$j\$::json) AS k")" \
    'database nodes tables connections queries waits replication slots findings'
same 'JSON: database' "$(sql "SELECT \$j\$$out\$j\$::json #>> '{database,database}'")" "$PGDATABASE"
run health --format csv
same 'CSV: findings' "$out" 'finding,subject,what,why,statement'

# Nodes
sql "INSERT INTO node_registrations (node_id, node_type, node_version, health_status, last_heartbeat, registered_at)
     VALUES ('fresh', 'worker', '1', 'HEALTHY', now(), now()),
            ('old', 'worker', '1', 'HEALTHY', now() - interval '6 min', now() - interval '1 day'),
            ('ill', 'reducer', '1', 'UNHEALTHY', now(), now()),
            (E'a''b\"c\n%s; DROP', 'worker', '1', 'UNKNOWN', NULL, now() - interval '1 day'),
            ('new', 'worker', '1', 'UNKNOWN', NULL, now())"
run health --format csv
same 'nodes: exit code' "$code" 3
same 'nodes: stale, unhealthy' "$(found stale_node old) $(found unhealthy_node ill)" '1 1'
same 'nodes: as many as there are' "$(grep -c '_node,' "$work/out")" 3
run health --format json
same 'nodes: a hostile name' "$(sql "SELECT f ->> 'statement' FROM json_array_elements(\$j\$$out\$j\$::json -> 'findings') AS f
    WHERE f ->> 'subject' = E'a''b\"c\n%s; DROP'")" 'bridgejob prune nodes'
same 'nodes: groups' "$(sql "SELECT string_agg(concat_ws(' ', n ->> 'type', n ->> 'state', n ->> 'nodes', n ->> 'stale'), ', ')
    FROM json_array_elements(\$j\$$out\$j\$::json -> 'nodes') AS n")" \
    'reducer UNHEALTHY 1 0, worker HEALTHY 2 1, worker UNKNOWN 2 1'
run health --format csv --type reducer
same 'nodes: of one type' "$(tail -n +2 "$work/out" | cut -d, -f1,2)" 'unhealthy_node,ill'
run health --format csv --type reducer --stale-after 1h
same 'nodes: unhealthy whatever its heartbeat' "$code" 3
run health --type worker --stale-after 2d
same 'nodes: a longer patience' "$code" 0
run health --quiet --type reducer
same 'quiet: only the findings' "$(echo "$out" | head -n 1 | cut -d: -f1)" 'unhealthy_node ill'
has 'quiet: what to type' "$out" "type: SELECT * FROM node_registrations WHERE node_id = 'ill';"
run health --color always --type reducer
has 'colours' "$out" "$(printf '\033[33munhealthy_node\033[0m ill')"
sql 'DELETE FROM node_registrations'

# Dead rows
sql "CREATE TABLE \"odd \"\" %s\" AS SELECT i FROM generate_series(1, 5000) AS i"
sql "DELETE FROM \"odd \"\" %s\" WHERE i % 2 = 0"
check 'the statistics have come' await "SELECT n_dead_tup = 2500 FROM pg_stat_user_tables WHERE relname LIKE 'odd%'"
run health --format csv
same 'dead rows: exit code' "$code" 3
has 'dead rows' "$out" 'dead_rows,"public.""odd """" %s""",'
has 'dead rows: how many' "$out" '2500 of 5000 rows are dead (50.0 %), last vacuum never'
sql "$(run health --format json; sql "SELECT \$j\$$out\$j\$::json #>> '{findings,0,statement}'")"
check 'the statistics have come' await "SELECT n_dead_tup = 0 FROM pg_stat_user_tables WHERE relname LIKE 'odd%'"
run health
same 'dead rows: its statement helps' "$code" 0

# Statements, transactions that idle, locks
sql 'CREATE TABLE t (i integer)'
session idler
exec 4>"$work/idler"
echo 'BEGIN; LOCK TABLE t;' >&4
check 'it is locked' await "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 't'::regclass AND granted AND mode LIKE 'AccessE%')"
PGAPPNAME=waiter psql -X -q -c 'TABLE t' >/dev/null 2>&1 &
PGAPPNAME=sleeper psql -X -q -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
check 'they are there' await "SELECT count(*) = 3 FROM pg_stat_activity
    WHERE application_name IN ('idler', 'waiter', 'sleeper') AND now() - greatest(query_start, state_change) > '2 s'"
run health
same 'sessions: none is a finding yet' "$code" 0
run health --format csv --long-query 1s --lock-wait 1s
same 'sessions: exit code' "$code" 3
same 'sessions: findings' "$(tail -n +2 "$work/out" | cut -d, -f1,2 | sort | paste -sd' ')" \
    'idle_in_transaction,idler lock_wait,waiter long_query,sleeper long_query,waiter'
PGAPPNAME=changer psql -X -q -c 'ALTER TABLE t ADD j integer' >/dev/null 2>&1 4>&- &
check 'it waits as well' await "SELECT count(*) = 2 FROM pg_locks WHERE NOT granted"
PGAPPNAME=latecomer psql -X -q -c 'TABLE t' >/dev/null 2>&1 4>&- &
check 'and another behind it' await "SELECT now() - min(query_start) > '1 s' FROM pg_stat_activity WHERE application_name = 'latecomer'"
run health --format csv --long-query 1s --lock-wait 1s
idler=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'idler'")
same 'locks: who holds all of them up' "$(grep -c "^lock_wait,.*held up by pid $idler (idler, idle in transaction)" "$work/out")" 3
has 'locks: what to type' "$out" "SELECT pg_terminate_backend($idler);"
check 'locks: health itself does not wait' test -n "$out"
has 'locks: which' "$out" 'waits for public.t (AccessShareLock)'
exec 4>&-
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('waiter', 'sleeper')" >/dev/null
wait
sql "BEGIN; LOCK TABLE t; PREPARE TRANSACTION 'it''s'"
PGAPPNAME=waiter psql -X -q -c 'TABLE t' >/dev/null 2>&1 &
check 'it waits' await "SELECT now() - min(query_start) > '1 s' FROM pg_stat_activity WHERE application_name = 'waiter'"
run health --format csv --long-query 1s --lock-wait 1s
same 'prepared: found' "$(found prepared_transaction "it's") $(found lock_wait waiter)" '1 1'
has 'prepared: it holds up' "$out" "held up by a prepared transaction"
has 'prepared: what to type' "$out" "ROLLBACK PREPARED 'it''s';"
sql "ROLLBACK PREPARED 'it''s'"
wait
run health --long-query 1s --lock-wait 1s
same 'sessions: gone' "$code" 0

# Connections: 12 at most, 11 is 90 %
for _ in 1 2 3 4 5 6 7 8 9 10; do
    PGAPPNAME=crowd psql -X -q -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
done
check 'they are there' await "SELECT count(*) = 10 FROM pg_stat_activity WHERE application_name = 'crowd'"
run health --format csv
same 'connections: exit code' "$code" 3
has 'connections' "$out" 'connections,all,11 of 12 are in use,'
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'crowd'" >/dev/null
wait

# Transaction ids: used up behind one that keeps them from being frozen
session idler2
exec 4>"$work/idler2"
echo 'BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1;' >&4
check 'it is there' await "SELECT backend_xmin IS NOT NULL FROM pg_stat_activity WHERE application_name = 'idler2'"
run health
same 'wraparound: far away' "$code" 0
sql 'DO $$ BEGIN FOR i IN 1..151000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$'
run health --format csv
same 'wraparound: found' "$(found wraparound "$PGDATABASE")" 1
has 'wraparound: what to type' "$out" 'bridgejob vacuum --freeze'
exec 4>&-
wait
run vacuum --quiet --all --freeze
run health
same 'wraparound: what to type helps' "$code" 0

# Replication
sql CHECKPOINT
sql "SELECT pg_create_physical_replication_slot('orphan', true)" >/dev/null
run health --format csv
same 'slots: exit code' "$code" 3
same 'slots: nobody uses it' "$(found inactive_slot orphan)" 1
has 'slots: what to type' "$out" "SELECT pg_drop_replication_slot('orphan');"
for _ in 1 2 3; do sql 'INSERT INTO t VALUES (1); SELECT pg_switch_wal(); CHECKPOINT' >/dev/null; done
run health --format csv
same 'slots: its WAL is gone' "$(found lost_slot orphan)" 1
sql "SELECT pg_drop_replication_slot('orphan')" >/dev/null
mkdir "$work/wal"
PGAPPNAME=receiver pg_receivewal --synchronous -D "$work/wal" >/dev/null 2>&1 &
receiver=$!
check 'it receives' await "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = 'receiver' AND state = 'streaming')"
run health
same 'replication: near' "$code" 0
kill -STOP $receiver
sql "INSERT INTO t SELECT generate_series(1, 20000)"
run health --format csv --lag 512kB
same 'replication: exit code' "$code" 3
same 'replication: behind' "$(found replication_lag receiver)" 1
kill -CONT $receiver
kill $receiver
wait

# A standby that does not replay, seen from both ends
owner() { # COMMAND…: as who the server runs as
    if [ "$(id -u)" = 0 ]; then set -- setpriv --reuid="$(stat -c %u "$PGHOST")" --regid="$(stat -c %g "$PGHOST")" --clear-groups "$@"; fi
    (cd "$PGHOST" && exec "$@")
}
stop() { owner pg_ctl -D standby -m immediate stop; }
trap 'stop >/dev/null 2>&1; scratch_end' EXIT
owner pg_basebackup --pgdata=standby --checkpoint=fast --no-sync --write-recovery-conf \
    --dbname="host=$PGHOST user=$PGUSER application_name=far" >/dev/null 2>&1
owner sh -c 'echo "port = 5433" >>standby/postgresql.conf'
owner pg_ctl -D standby -l standby.log -w start >/dev/null
check 'it replicates' await "SELECT EXISTS (SELECT FROM pg_stat_replication WHERE application_name = 'far' AND state = 'streaming')"
run health
same 'standby: near' "$code" 0
PGPORT=5433 run health
same 'standby: asked itself' "$code" 0
has 'standby: asked itself, it says whom it follows' "$out" 'this server  '
PGPORT=5433 sql 'SELECT pg_wal_replay_pause()' >/dev/null
sql "INSERT INTO t SELECT generate_series(1, 20000)"
check 'it has received' await "SELECT flush_lsn >= pg_current_wal_flush_lsn() FROM pg_stat_replication WHERE application_name = 'far'"
run health --format csv --lag 512kB
same 'standby: behind' "$code $(found replication_lag far)" '3 1'
PGPORT=5433 run health --format csv --lag 512kB
same 'standby: asked itself, behind' "$code $(found replication_lag 'this server')" '3 1'
has 'standby: and why' "$out" 'replay paused, '
stop >/dev/null

run health
same 'in the end: exit code' "$code" 0
tap_done
