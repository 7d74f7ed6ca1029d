#!/bin/sh
# Locks: one runner at a time, who waits is told for whom; a statement that meets a lock is tried again, and says who
# is in the way.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
put 001_create_a.sql 'CREATE TABLE a (id int); CREATE TABLE b (id int);'
put 001_rollback_a.sql 'DROP TABLE a; DROP TABLE b;'
run migrate up --dir "$m"
locked() { echo "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = '$1'::regclass AND granted AND pid <> pg_backend_pid())"; }
holder() { # SECONDS TABLE: a session that locks it for so long
    PGAPPNAME="some'body" psql -X -q -c "BEGIN; LOCK TABLE $2; SELECT pg_sleep($1)" >/dev/null 2>&1 &
    check "'$2' is locked" await "$(locked "$2")"
    pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'some''body' AND datname = current_database()")
}
free() {
    sql "SELECT pg_terminate_backend($pid)" >/dev/null
    wait
}

# The lock goes away: the file is done in the end.
put 002_add_b.sql 'CREATE TABLE c ();
ALTER TABLE a ADD COLUMN b int;'
holder 2 a
run migrate up --dir "$m" --lock-timeout 1s
wait
same 'tried again: exit code' "$code" 0
has 'tried again: the file in the way' "$err" "warning: '002_add_b.sql': line 2: canceling statement due to lock timeout: in the way is 'some'body' (pid $pid, local, active, last query at 20"
has 'tried again: so often' "$err" '; try 2 of 5 in '
has 'tried again: said while it waits' "$err" "'002_add_b.sql': waiting for 'some'body' (pid $pid"
same 'tried again: done once' "$(sql "SELECT count(*) FROM schema_migrations WHERE name = '002_add_b.sql'")" 1

# It does not.
put 003_add_c.sql 'CREATE TABLE d ();
ALTER TABLE a ADD COLUMN c int;'
holder 60 a
run migrate up --dir "$m" --lock-timeout 1s
same 'given up: exit code' "$code" 75
has 'given up: message' "$err" "error: '003_add_c.sql': line 2: canceling statement due to lock timeout: in the way is 'some'body' (pid $pid"
has 'given up: hint' "$err" 'hint: nothing of this file was done; run the same command again'
same 'given up: five tries' "$(printf '%s\n' "$err" | grep -c 'canceling statement')" 5
same 'given up: nothing of it stays' "$(sql "SELECT to_regclass('d') IS NULL AND NOT EXISTS (SELECT FROM schema_migrations WHERE name = '003_add_c.sql')")" t
free

# Statement by statement: what is done before stays, and is told.
put 003_add_c.sql '-- bridgejob: no-transaction
CREATE TABLE d ();
ALTER TABLE a ADD COLUMN c int;'
holder 60 a
run migrate up --dir "$m" --lock-timeout 1s --timeout 3s
same 'time is up: exit code' "$code" 75
has 'time is up: message' "$err" "time is up"
same 'time is up: how far' "$(sql 'SELECT statements_done FROM schema_migration_progress')" 1
free
run migrate up --dir "$m"
same 'freed: done' "$code" 0

# What is no lock is not tried again.
put 004_bad.sql 'SELECT 1/0;'
run migrate up --dir "$m"
same 'another error: exit code' "$code" 78
same 'another error: once' "$(printf '%s\n' "$err" | grep -c 'try 2')" 0
rm "$m/004_bad.sql"

# A deadlock: the other one needs what we have, we need what it has; whoever is cancelled, we end well.
put 004_dead.sql 'LOCK TABLE b;
SELECT pg_sleep(1);
LOCK TABLE a;'
psql -X -q -c "SET deadlock_timeout = '60s'; BEGIN; LOCK TABLE a; SELECT pg_sleep(0.6); LOCK TABLE b" >/dev/null 2>&1 &
check 'the other one has a' await "$(locked a)"
PGOPTIONS='-c deadlock_timeout=500' run migrate up --dir "$m" --lock-timeout 30s
wait
same 'deadlock: exit code' "$code" 0
has 'deadlock: tried again' "$err" "line 3: deadlock detected"

# CREATE INDEX CONCURRENTLY waits for old transactions longer than the lock timeout, and says for whom.
put 005_add_index.sql '-- bridgejob: no-transaction
CREATE INDEX CONCURRENTLY idx_a ON a (id);'
PGAPPNAME=old psql -X -q -c 'BEGIN; INSERT INTO a VALUES (1); SELECT pg_sleep(4); COMMIT' >/dev/null 2>&1 &
check 'a transaction is open' await "$(locked a)"
run migrate up --dir "$m" --lock-timeout 1s
wait
same 'concurrently: exit code' "$code" 0
has 'concurrently: says for whom' "$err" "'005_add_index.sql': waiting for 'old' (pid "
same 'concurrently: not cancelled' "$(printf '%s\n' "$err" | grep -c cancel)" 0

# Runners: the second waits, names the first, and finds the work done. The first builds an index CONCURRENTLY, which
# would wait for the second for ever if that waited with a snapshot.
put 006_slow.sql '-- bridgejob: no-transaction
SELECT pg_sleep(1.5);
CREATE INDEX CONCURRENTLY idx_b ON b (id);'
"$BRIDGEJOB" migrate up --dir "$m" >"$work/first" 2>&1 &
first=$!
check 'the first is at work' await "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted)"
run migrate up --dir "$m"
same 'second runner: exit code' "$code" 0
has 'second runner: waits for' "$err" "the schema is locked by 'bridgejob/migrate up' (pid "
has 'second runner: how long' "$err" '; waiting up to 30 s for it'
has 'second runner: nothing left' "$err" 'nothing to do'
wait $first
same 'first runner: exit code' $? 0
same 'both: applied once' "$(sql "SELECT count(*) FROM schema_migrations WHERE name = '006_slow.sql'")" 1

# A script that gives the lock back is found out.
put 007_unlock.sql 'SELECT pg_advisory_unlock_all();'
put 008_after.sql 'CREATE TABLE after ();'
run migrate up --dir "$m"
same 'lock given back by a script: exit code' "$code" 70
has 'lock given back by a script: message' "$err" 'the lock on the schema was not ours any more'
same 'lock given back by a script: no more files' "$(sql "SELECT to_regclass('after') IS NULL")" t

tap_done
