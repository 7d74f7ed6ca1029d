# For the tests of broken things: . tests/fault/lib/fault.sh
# They run in $work. Every fault that showed what the test wants of it becomes a row of the fault matrix, in
# $FAULT_ROWS (a file; none without): fault, message, exit code, state after, what the rerun did, by tabs.
#
#   undisturbed FILE…      load them into a database of its own: their tables are what every fault must end in
#   fault NAME             a database as new; NAME is the row's first column
#   ingest ARGUMENT…       run; start ARGUMENT…: in the background, as $pid; finish: wait for it
#   ends EXIT MESSAGE LEFT      the run's exit code, its first message ('-': none), what left.sql says of it
#   again EXIT [ARGUMENT…]      the same command again, or another: its exit code, and the tables of 'undisturbed'
# Numbers in messages are written N.

here=$PWD
# shellcheck source=tests/lib/tap.sh
. "$here/tests/lib/tap.sh"

work=$(mktemp -d)
home=$PGDATABASE
rows=${FAULT_ROWS:-/dev/null}
case $rows in /*) ;; *) rows=$here/$rows ;; esac
export PGOPTIONS='-c client_min_messages=warning -c statement_timeout=0 -c lock_timeout=0'
fault_end() {
    exec 3>&-
    cd / || exit
    rm -rf "$work"
}
trap fault_end EXIT
cd "$work" || exit 1

sql() { psql -XAtq -c "$1" 2>&1; }
digest() { psql -XAtqf "$here/tests/lib/digest.sql"; }
fresh() { # the checkpoint: a crash would set back the sequences of a database that was just copied
    psql -XAtq -d "$home" -c "DROP DATABASE IF EXISTS ${home}_$1 WITH (FORCE)" -c "CREATE DATABASE ${home}_$1 TEMPLATE ${home}_new" \
        -c "ALTER DATABASE ${home}_$1 SET synchronous_commit = on" -c CHECKPOINT || exit 1
    export PGDATABASE=${home}_$1
}
injected=()
with() { # WHAT SETTING… --: from here on the program runs so; 'with --': as it is
    injected=()
    [ "$1" != -- ] || return 0
    injected=(INJECT="$1")
    shift
    while [ "$1" != -- ]; do injected+=("INJECT_$1"); shift; done
    injected+=(LD_PRELOAD="$TOOLS/inject.so" ASAN_OPTIONS="$ASAN_OPTIONS:verify_asan_link_order=0")
}

start() {
    arguments=("$@")
    env -u PGOPTIONS "${injected[@]}" "$BRIDGEJOB" ingest --quiet --batch-lines 100 --workers 2 "$@" >out 2>err </dev/null &
    pid=$!
}
finish() { wait "$pid"; code=$?; }
ingest() { start "$@"; finish; }
plain() { sed -E "s|$PGHOST|SERVER|g"';s/^bridgejob ingest: (error|warning): //; s/[0-9]{4}-[0-9:T.-]*Z/TIME/g; s/[0-9]+(\.[0-9]+)?/N/g' <<<"$1"; }
left() { psql -XAtqf "$here/tests/fault/lib/left.sql" -v all="$all"; }
rejects() { # of the last run
    local kept
    kept=$(find rejects -type f 2>/dev/null | sed -E 's/.*\.[0-9-]+\.(rej[a-z.]*).*/\1/' | sort | tr '\n' ' ')
    [ -z "$kept" ] || echo ", ${kept% } kept"
}

undisturbed() {
    psql -XAtq -c "DROP DATABASE IF EXISTS ${home}_new" -c "CREATE DATABASE ${home}_new" || exit 1
    PGDATABASE=${home}_new "$BRIDGEJOB" migrate up --quiet || exit 1
    fresh undisturbed
    all=0
    ingest "$@"
    wanted_code=$code
    wanted=$(digest) all=$(sql "SELECT count(*) FROM event_logs")
    check "undisturbed: $code, $all events" test "$all" -gt 0 -a \( $code = 0 -o $code = 3 \)
    rm -rf rejects
}
fault() {
    fresh run
    with --
    rm -rf rejects once
    fault=$1 failed_before=$tap_failed
}
ends() {
    message=$(plain "$(grep -m1 -E '^bridgejob ingest: (error|warning): ' err)")
    [ -n "$message" ] || message=-
    state="$(left)$(rejects)"
    exit_code=$code
    same "$fault: exit code" "$code" "$1"
    same "$fault: message" "$message" "$2"
    same "$fault: state after" "$state" "$3"
    same "$fault: no temporary file is left" "$(find . -name '*.tmp')" ""
    [ "$code" = 0 ] || [ "$code" = 3 ] || [ "$code" -gt 128 ] || check "$fault: what to do" grep -q 'hint: \|run the same command again' err
    [ $tap_failed = "$failed_before" ] || sed 's/^/# /' err
}
again() {
    local wanted_now=$1
    shift
    [ $# != 0 ] || set -- "${arguments[@]}"
    with --
    ingest "$@"
    same "$fault: run again" "$code" "$wanted_now"
    same "$fault: the tables of an undisturbed run" "$(digest)" "$wanted"
    [ $tap_failed = "$failed_before" ] || { sed 's/^/# /' err; return; }
    printf '%s\t%s\t%s\t%s\t%s\n' "$fault" "$message" "$exit_code" "$state" "exit $code, tables equal" >>"$rows"
}

# until_sql QUERY: wait until it says t, at most 20 s.
until_sql() {
    local i
    for i in {1..400}; do
        [ "$(sql "$1")" != t ] || return 0
        sleep 0.05
    done
    echo "# never: $1"
    return 1
}
ours="application_name ~ '^bridgejob/ingest' AND datname = current_database()"
waiting() { until_sql "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND $ours"; }
gone() { until_sql "SELECT count(*) = 0 FROM pg_stat_activity WHERE $ours"; }

# hold STATEMENT: another session, in a transaction, until 'let_go'; 'also STATEMENT' in the same one.
hold() {
    rm -f hold; mkfifo hold
    psql -XAtq <hold >held 2>&1 &
    holder=$!
    exec 3>hold
    also "BEGIN; $1; SELECT 'held'"
    until grep -q held held; do sleep 0.02; done
}
also() { echo "$1;" >&3; }
let_go() { also COMMIT; exec 3>&-; wait "$holder"; }

# As someone else would: the server's own user stops or starts it, without a word to anybody.
server() { # stop|start
    local as=() how=(-m immediate stop)
    [ "$1" = stop ] || how=(-l server.log -w start)
    [ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    # Nor may it keep the other session's input open.
    (cd "$PGHOST" && "${as[@]}" pg_ctl -D data "${how[@]}") >>server 2>&1 3>&-
}

# good FILE: events that touch every table
good() { { perl "$here/tests/lib/soup.pl" 4711 200 plain; "$TOOLS/genevents" --events 800 --late 5; } >"$1"; }
