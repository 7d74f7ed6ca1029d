#!/bin/sh
# Behind a real pooler: in transaction mode refused before anything is locked, in session mode fine.
. "$(dirname "$0")/../lib/scratch.sh"

if ! command -v pgbouncer >/dev/null; then
    echo 'not ok - pgbouncer is not installed: make deps'
    exit 1
fi
mkdir "$work/m" "$work/pool"
echo 'CREATE TABLE a (id int);' >"$work/m/001_create_a.sql"

# It refuses to run as root, and only the server's user gets to the server's socket.
as_owner=
if [ "$(id -u)" = 0 ]; then
    owner=$(stat -c %U "$PGHOST")
    as_owner="setpriv --reuid=$owner --regid=$(id -g "$owner") --clear-groups"
    chmod 755 "$work"
    chown "$owner" "$work/pool"
fi
# pool MODE SIZE [SETTING…]: start it; sessions find it with PGHOST=$work/pool.
pool() {
    cat >"$work/pool/ini" <<END
[databases]
* = host=$PGHOST port=$PGPORT user=$PGUSER
[pgbouncer]
unix_socket_dir = $work/pool
listen_addr =
listen_port = 6432
auth_type = any
pool_mode = $1
default_pool_size = $2
server_round_robin = $3
logfile = $work/pool/log
query_wait_timeout = 10
END
    # shellcheck disable=SC2086
    (cd / && exec $as_owner pgbouncer -q "$work/pool/ini") 9>&- &
    pooler=$!
    for _ in $(seq 20); do
        PGHOST=$work/pool PGPORT=6432 timeout 2 psql -X -q -c 'SELECT 1' >/dev/null 2>&1 && return
        sleep 0.1
    done
    echo "# the pooler did not start: $(cat "$work/pool/log")"
}
unpool() {
    kill "$pooler"
    wait "$pooler" 2>/dev/null
}
trap 'kill "$pooler" 2>/dev/null; scratch_end' EXIT
through() { PGHOST=$work/pool PGPORT=6432 run "$@"; }
locks="SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"

# refused WHAT
refused() {
    through migrate up --dir "$work/m"
    same "$1: exit code" "$code" 78
    has "$1: message" "$err" 'error: the connection goes through a pooler in transaction mode'
    has "$1: hint" "$err" 'hint: connect to the server itself, or to a pool in session mode'
    same "$1: nothing done, nothing locked" "$(sql "SELECT to_regclass('public.a') IS NULL AND to_regclass('schema_migrations') IS NULL") $(sql "$locks")" 't 0'
}

# Alone, every transaction gets the same backend: only another connection brings it to light.
pool transaction 5 0
refused 'transaction mode'
through migrate status --dir "$work/m"
same 'transaction mode: what locks nothing works' "$code" 3
unpool

# One server connection for all.
pool transaction 1 0
refused 'transaction mode, one backend'
unpool

# Two backends in turn: it shows at once.
pool transaction 5 1
through migrate status --dir "$work/m"
PGHOST=$work/pool PGPORT=6432 psql -X -q -c 'SELECT pg_sleep(1)' >/dev/null &
PGHOST=$work/pool PGPORT=6432 psql -X -q -c 'SELECT pg_sleep(1)' >/dev/null
wait $!
refused 'transaction mode, in turn'
unpool

pool session 5 0
through migrate up --dir "$work/m"
same 'session mode: exit code' "$code$err" 0
same 'session mode: applied' "$(sql 'SELECT count(*) FROM schema_migrations')" 1
unpool

# A pool in session mode that is full but for us: the look from beside finds no place, and that is no refusal.
echo 'CREATE TABLE b (id int);' >"$work/m/002_create_b.sql"
pool session 1 0
through migrate up --dir "$work/m"
same 'session mode, one backend: exit code' "$code" 0
same 'session mode, one backend: applied' "$(sql 'SELECT count(*) FROM schema_migrations')" 2
unpool

tap_done
