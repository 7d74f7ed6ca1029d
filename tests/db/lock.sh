#!/bin/sh
# One run at a time: who comes second is told who is there, and changes nothing.
. "$(dirname "$0")/../lib/scratch.sh"

mkdir "$work/m"
echo 'CREATE TABLE a (id int); SELECT pg_sleep(0.5);' >"$work/m/001_create_a.sql"
echo 'DROP TABLE a;' >"$work/m/001_rollback_a.sql"
held="SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND database =
      (SELECT oid FROM pg_database WHERE datname = current_database()))"

PGAPPNAME=somebody psql -X -q -c 'SELECT pg_advisory_lock(1651665506, 1), pg_sleep(60)' >/dev/null 2>&1 &
check 'the lock is held' await "$held"
pid=$(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'somebody'")

run migrate up --dir "$work/m" --wait 0s
same 'held: exit code' "$code" 75
has 'held: message' "$err" "error: the schema is locked by 'somebody' (pid $pid, local), connected since 20"
has 'held: hint' "$err" "hint: wait for it, or end it: psql -c 'SELECT pg_terminate_backend($pid)'"
same 'held: nothing is done' "$(sql "SELECT to_regclass('public.a') IS NULL AND to_regclass('schema_migrations') IS NULL")" t

run migrate up --dir "$work/m" --dry-run
same 'held: a dry run needs no lock' "$code" 0
run migrate status --dir "$work/m"
same 'held: status needs no lock' "$code" 3

# Another role sees no more than that, and is told so.
sql "CREATE ROLE stranger_$$ LOGIN"
sql "GRANT CREATE ON SCHEMA public TO stranger_$$"
PGUSER=stranger_$$ run migrate up --dir "$work/m" --wait 0s
same 'held, seen by a stranger: exit code' "$code" 75
has 'held, seen by a stranger: message' "$err" "locked by 'somebody' (pid $pid, another role)"
sql "DROP OWNED BY stranger_$$; DROP ROLE stranger_$$"

sql "SELECT pg_terminate_backend($pid)" >/dev/null
wait

# Two at once: the second finds the first by its name, or finds its work done.
"$BRIDGEJOB" migrate up --dir "$work/m" >"$work/first" 2>&1 &
check 'the first run holds the lock' await "$held"
run migrate up --dir "$work/m" --wait 0s
same 'two at once: exit code of the second' "$code" 75
has 'two at once: who holds it' "$err" "locked by 'bridgejob/migrate up' (pid "
wait $!
same 'two at once: exit code of the first' $? 0
same 'two at once: applied once' "$(sql 'SELECT count(*) FROM schema_migrations')" 1
same 'the lock is given back' "$(sql "$held")" f

run migrate up --dir "$work/m"
same 'afterwards: exit code' "$code" 0
has 'afterwards: nothing is left to do' "$err" 'nothing to do'

tap_done
