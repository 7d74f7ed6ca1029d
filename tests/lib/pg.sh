#!/bin/bash
# Runs a command against a PostgreSQL server of its own, and leaves nothing behind.
#
#   tests/lib/pg.sh COMMAND [ARGUMENT…]               (tests/lib/pg.sh bash: a place to play)
#   tests/lib/pg.sh --prepare COMMAND [ARGUMENT…]     no server, but what those that COMMAND starts this way begin with
#
# The server lives in a temporary directory, listens on a Unix socket only, trusts everybody who can reach it and
# does not wait for the disk. PGHOST, PGPORT, PGUSER (a superuser) and PGDATABASE (an empty database) lead to it.
# PG_SETTINGS holds further lines for postgresql.conf, PG_INITDB further options of initdb, PG_PLACE the directory to
# make the temporary one in (default: memory when there is plenty, else /tmp). The exit code is the command's.
set -u -o pipefail

die() { echo "pg.sh: error: $1" >&2; exit 70; }

prepare=
[ "${1-}" != --prepare ] || { prepare=1; shift; }
[ $# -ge 1 ] || { echo "usage: tests/lib/pg.sh [--prepare] COMMAND [ARGUMENT…]" >&2; exit 64; }

# pg_config's own choice when that is a server, else the newest one Debian has.
find_server() {
    local dir
    for dir in "$(pg_config --bindir 2>/dev/null)" $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV); do
        [ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] && { echo "$dir"; return; }
    done
    return 1
}

# A database is some 300 small files, and on a disk making and removing them is most of what tests have a server do.
# A file system in memory may be larger than what memory is left.
find_place() {
    local needed=4194304 kB # of 1 kB
    kB=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo)
    [ "${kB:-0}" -gt $needed ] || { echo /tmp; return; }
    kB=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1)
    if [ -w /dev/shm ] && [ "${kB:-0}" -gt $needed ]; then echo /dev/shm; else echo /tmp; fi
}

bin=$(find_server) || die "no PostgreSQL server found; try 'make deps'"
# Nothing of the caller's own database may shine through.
settings=${PG_SETTINGS-}
place=${PG_PLACE:-$(find_place)}
read -r -a initdb <<<"${PG_INITDB-}"
unset "${!PG@}" DATABASE_URL

# Not $TMPDIR: a socket's path has at most 107 bytes, and the server's user must be able to get there.
dir=$(mktemp -d "$place/bridgejob-pg.XXXXXX") || die "no temporary directory"

# PostgreSQL refuses to run as root.
as_owner=()
if [ "$(id -u)" = 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    chown "$owner" "$dir"
    as_owner=(setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups)
fi
cd_owner() { (cd "$dir" && exec "${as_owner[@]}" "$@" 9>&-); }

# A keeper takes the server down when the other end of its pipe is closed: by the last line of this script, or by
# its death, whatever killed it. It has a session of its own, so no Ctrl-C and no kill of the group reaches it.
keep='cat; cd "$1"; shift; "$@"; cd /; rm -rf "$OLDPWD"'
exec 9> >(exec setsid sh -c "$keep" keeper "$dir" "${as_owner[@]}" "$bin/pg_ctl" -D data -m immediate stop >/dev/null 2>&1)
keeper=$!
end() {
    exec 9>&-
    wait "$keeper"
    exit "$1"
}
give_up() {
    cat "$dir"/*.log >&2
    echo "pg.sh: error: $1" >&2
    end 70
}

if [ -n "${PREPARED_CLUSTER-}" ] && [ ${#initdb[@]} = 0 ]; then
    cd_owner cp -a "$PREPARED_CLUSTER" data 2>"$dir/start.log" || give_up "no copy of $PREPARED_CLUSTER"
else
    cd_owner "$bin/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync \
        "${initdb[@]}" >"$dir/start.log" 2>&1 || give_up "initdb failed"
fi
if [ -n "$prepare" ]; then
    export PREPARED_CLUSTER=$dir/data
    "$@" 9>&-
    end $?
fi
cat >>"$dir/data/postgresql.conf" <<SETTINGS
listen_addresses = ''
unix_socket_directories = '$dir'
fsync = off
full_page_writes = off
synchronous_commit = off
max_wal_size = 4GB
timezone = 'UTC'
$settings
SETTINGS
cd_owner "$bin/pg_ctl" -D data -l server.log -w start >"$dir/start.log" 2>&1 || give_up "the server did not start"

export PATH=$bin:$PATH PGHOST=$dir PGPORT=5432 PGUSER=postgres PGDATABASE=bridgejob
psql -X -q -d postgres -c "CREATE DATABASE bridgejob" || give_up "no database"

"$@" 9>&-
end $?
