#!/bin/bash
# tests/lib/pg.sh: the server is there for the command, and gone after it, however it ended.
. tests/lib/tap.sh

work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT

# What a command inside sees; the folder of the server goes to $work/dir.
inside='echo "$PGHOST" >"$0/dir"; psql -XAtc "$1"'

gone() { # within 20 s: the folder, and with it the server
    for _ in $(seq 200); do
        [ -e "$(cat "$work/dir")" ] || return 0
        sleep 0.1
    done
    return 1
}

same "a superuser in an empty database" \
    "$(tests/lib/pg.sh sh -c "$inside" "$work" "SELECT rolsuper, count(c) FROM pg_roles LEFT JOIN pg_class c
       ON relnamespace = 'public'::regnamespace WHERE rolname = current_user GROUP BY 1")" "t|0"
check "gone afterwards" test ! -e "$(cat "$work/dir")"

same "no TCP" "$(tests/lib/pg.sh psql -XAtc 'SHOW listen_addresses')" ""
same "own settings" "$(PG_SETTINGS='work_mem = 7MB' tests/lib/pg.sh psql -XAtc 'SHOW work_mem')" "7MB"
same "the caller's server is out of reach" \
    "$(PGHOSTADDR=192.0.2.1 PGSERVICE=none PGOPTIONS=-cbad=1 DATABASE_URL=postgresql://x \
       tests/lib/pg.sh sh -c 'psql -XAtc "SELECT 1"; echo "${DATABASE_URL-unset}"')" "1
unset"

same "in the place that is named" "$(PG_PLACE=$work tests/lib/pg.sh sh -c 'echo "${PGHOST%/*}"' 2>&1)" "$work"
prepared=$(tests/lib/pg.sh --prepare sh -c 'echo "$PREPARED_CLUSTER ${PGHOST-no server}"; touch "$PREPARED_CLUSTER/mark"
    tests/lib/pg.sh sh -c '\''ls "$PGHOST/data/mark" && psql -XAtc "SELECT 1"'\''; exit 9')
same "prepared: the command's exit code" $? 9
has "prepared: no server" "$prepared" "/data no server"
has "prepared: a server begins with it" "$prepared" "/data/mark
1"
check "prepared: gone afterwards" test ! -e "${prepared%% *}"

tests/lib/pg.sh sh -c 'exit 9'
same "the command's exit code" $? 9

said=$(PG_SETTINGS='nonsense = 1' tests/lib/pg.sh true 2>&1)
same "a server that does not start: exit code" $? 70
has "a server that does not start: why" "$said" 'unrecognized configuration parameter "nonsense"'
has "a server that does not start: message" "$said" "pg.sh: error: the server did not start"

# Of a process that is over a zombie may stay, where process 1 does not collect them: it has no command line.
ended() { ! grep -qs . "/proc/$1/cmdline"; }

for signal in TERM INT KILL; do
    rm -f "$work/dir"
    # Job control, as in a terminal: without it bash has background commands ignore SIGINT.
    set -m
    tests/lib/pg.sh sh -c 'echo "$PGHOST" >"$0/dir.tmp" && mv "$0/dir.tmp" "$0/dir" && exec sleep 30' "$work" &
    pid=$!
    set +m
    for _ in $(seq 200); do [ -e "$work/dir" ] || sleep 0.1; done
    check "SIG$signal: it runs" test -S "$(cat "$work/dir")/.s.PGSQL.5432"
    postmaster=$(head -n 1 "$(cat "$work/dir")/data/postmaster.pid")
    kill -$signal -- -$pid
    wait $pid 2>/dev/null
    check "SIG$signal: gone afterwards" gone
    check "SIG$signal: no server process left" ended "$postmaster"
done

tap_done
