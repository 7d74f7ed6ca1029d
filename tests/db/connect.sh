#!/bin/sh
# Every way a libpq program is told where to connect, and every way a connection fails.
. "$(dirname "$0")/../lib/scratch.sh"

mkdir "$work/m"
echo 'CREATE TABLE here (id int);' >"$work/m/001_create_here.sql"
echo 'DROP TABLE here;' >"$work/m/001_rollback_here.sql"
db=$PGDATABASE
host=$PGHOST
user=$PGUSER
port=${PGPORT:-5432}

ours() { env -u PGSERVICE PGDATABASE="$db" PGHOST="$host" PGPORT="$port" PGUSER="$user" psql -X -A -t -q -c "$1"; }

# reaches WHAT ARGUMENT…: that way the program gets into our database, and leaves no trace there.
reaches() {
    what=$1
    shift
    run migrate up --dir "$work/m" "$@"
    same "$what: exit code" "$code $err" "0 "
    same "$what: the right database" "$(ours "SELECT to_regclass('public.here') IS NOT NULL")" t
    ours 'DROP TABLE public.here; DELETE FROM public.schema_migrations'
}

reaches 'environment'
PGDATABASE=postgres reaches '-d name' -d "$db"
PGDATABASE=postgres reaches '-d conninfo' -d "dbname=$db connect_timeout=3"
PGDATABASE=postgres reaches '-d URI' -d "postgresql:///$db?host=$host"
PGDATABASE=postgres reaches 'option without a variable' -d "dbname=$db keepalives=0 tcp_user_timeout=1000"

printf '[prod]\nhost=%s\nport=%s\ndbname=%s\nuser=%s\n[other]\nhost=%s\nport=%s\ndbname=postgres\nuser=%s\n' \
    "$host" "$port" "$db" "$user" "$host" "$port" "$user" >"$work/services"
export PGSERVICEFILE="$work/services"
(
    unset PGHOST PGPORT PGDATABASE PGUSER
    DATABASE_URL="postgresql://$user@/$db?host=$host&port=$port" reaches 'DATABASE_URL'
    PGSERVICE=prod reaches 'PGSERVICE'
    PGSERVICE=other reaches '-d beats the service' -d "$db"
    reaches 'service in a conninfo' -d 'service=prod'
    tap_done >/dev/null
)
same 'without PG* variables' $? 0

run migrate status --dir "$work/m" -d no_such_database
same 'no such database: exit code' "$code" 69
has 'no such database: message' "$err" 'error: connection to server on socket'
has 'no such database: says which' "$err" 'database "no_such_database" does not exist'
has 'no such database: hint' "$err" 'hint: create it with createdb'

PGUSER=nobody_here run migrate status --dir "$work/m"
same 'no such role: exit code' "$code" 69
has 'no such role: message' "$err" 'role "nobody_here" does not exist'

start=$(date +%s)
PGHOST=$work run migrate status --dir "$work/m"
same 'no server: exit code' "$code" 69
has 'no server: message' "$err" 'unreachable since '
has 'no server: hint' "$err" 'hint: is the server running there?'
check 'no server: said within 3 s' [ $(($(date +%s) - start)) -le 3 ]

PGHOST=127.0.0.1 PGPORT=1 run migrate status --dir "$work/m"
same 'port closed: exit code' "$code" 69
has 'port closed: message' "$err" 'Connection refused'

sql "CREATE ROLE crowded_$$ LOGIN CONNECTION LIMIT 0"
PGUSER=crowded_$$ run migrate status --dir "$work/m"
same 'no connection left: exit code' "$code" 75
has 'no connection left: message' "$err" 'too many connections for role'
has 'no connection left: tried again' "$err" 'tried 5 times'
sql "DROP ROLE crowded_$$"

PGSERVICE=nowhere run migrate status --dir "$work/m"
same 'no such service: exit code' "$code" 78
has 'no such service: message' "$err" "service 'nowhere'"

run migrate status --dir "$work/m" -d 'postgresql://u:hunter2@h/db?schema=public'
same 'URI of another tool: exit code' "$code" 64
has 'URI of another tool: message' "$err" 'what -d gives is no connection string libpq can read'
same 'URI of another tool: the password stays unsaid' "$(printf %s "$err" | grep -c hunter2)" 0

PGPASSWORD='' run migrate status --dir "$work/m" -d "postgresql://$user:hunter2@/$db?host=$host"
has 'a password on the command line: warned of' "$err" 'warning: a password on the command line can be seen by others'
has 'a password on the command line: where to put it' "$err" 'hint: put it into ~/.pgpass, mode 0600'
same 'a password on the command line: unsaid' "$(printf %s "$err$out" | grep -c hunter2)" 0
mkfifo "$work/fifo"
"$BRIDGEJOB" ingest --dry-run -d "postgresql://$user:hunter2@/$db?host=$host" "$work/fifo" >/dev/null 2>&1 &
pid=$!
check 'a password on the command line: the program runs' await "SELECT pg_sleep(0.3) IS NOT NULL"
same 'a password on the command line: blanked' "$(tr '\0' ' ' <"/proc/$pid/cmdline" | sed 's/.* -d //')" \
    "postgresql://$user:xxxxxxx@/$db?host=$host $work/fifo "
kill $pid
wait $pid
for bad in 0 65536 x 5432x 1,i:x '5432%20'; do
    run migrate status --dir "$work/m" -d "postgresql://h:$bad/db"
    same "port '$bad': exit code" "$code" 64
    has "port '$bad': message" "$err" 'what -d gives names a port that is no number from 1 to 65535'
done
run migrate status --dir "$work/m" -d 'postgresql://u:p@ss:hunter2@h/db'
same "an '@' in a password: exit code" "$code" 64
same "an '@' in a password: nothing of it is said" "$(printf %s "$err" | grep -c hunter2)" 0
reaches 'several ports' -d "host=$work,$host port=,$port dbname=$db"

# What a role or a database has set is not what we rely on.
sql "CREATE SCHEMA evil"
sql "CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT NULL::timestamptz'"
sql "ALTER DATABASE \"$db\" SET search_path = evil, pg_catalog"
sql "ALTER DATABASE \"$db\" SET statement_timeout = '1ms'"
sql "ALTER DATABASE \"$db\" SET DateStyle = 'SQL, DMY'"
reaches 'hostile settings'

tap_done
