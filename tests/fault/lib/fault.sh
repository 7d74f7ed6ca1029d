# For the tests of broken things: . tests/fault/lib/fault.sh
# They run in $work, and each of them shows what it wants of a fault in the order of these words:
#
#   section TEXT           what the faults that follow have in common: a heading of the matrix
#   undisturbed FILE…      load them into a database of its own: its tables are what every fault must end in
#   fault NAME             a database as new; without it the next words speak of the same
#   with WHAT SETTING… --  the program's system calls fail (tests/fault/inject.c); after 'fault' and 'again' they do not
#   ingest ARGUMENT…       run; start ARGUMENT…: in the background, as $pid; finish: wait for it
#   ends EXIT MESSAGE LEFT      the run's exit code, its first error, else warning ('-': none), what is left
#   again EXIT [ARGUMENT…]      the same command again, or another: its exit code, and the tables of 'undisturbed'
#
# A fault for which all of this held becomes a row of the fault matrix (tests/fault/matrix), in $FAULT_ROWS (a file; none
# without). In MESSAGE numbers are written N, times TIME, the server's directory SERVER. LEFT is what left.sql says, and
# the refused lines that were kept, with their reasons; 'no or some events' takes either.
#
# FAULTS=short leaves out what takes long: 'long || …' says so.

here=$PWD
# shellcheck source=tests/lib/tap.sh
. "$here/tests/lib/tap.sh"
# shellcheck source=tests/lib/session.sh
. "$here/tests/lib/session.sh"

work=$(mktemp -d)
home=$PGDATABASE
rows=${FAULT_ROWS:-/dev/null}
case $rows in /*) ;; *) rows=$here/$rows ;; esac
unset DATABASE_URL PGSERVICE PGPASSWORD PGAPPNAME
export PGOPTIONS='-c client_min_messages=warning -c statement_timeout=0 -c lock_timeout=0'
fault_end() {
    kill -CONT $stopped 2>/dev/null
    cd / || exit
    chmod -R u+w "$work"
    rm -rf "$work"
}
trap fault_end EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1

long() { [ "${FAULTS-}" != short ]; }
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
    injected+=(LD_PRELOAD="$TOOLS/inject.so" ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0")
}

options=(--quiet --batch-lines 100 --workers 2)
start() {
    arguments=("$@")
    env -u PGOPTIONS "${injected[@]}" "$BRIDGEJOB" ingest "${options[@]}" "$@" >out 2>err </dev/null &
    pid=$!
}
finish() { wait "$pid"; code=$?; } 2>/dev/null # bash's own word of a kill
ingest() { start "$@"; finish; }
first_message() { grep -m1 '^bridgejob ingest: error: ' "$1" || grep -m1 '^bridgejob ingest: warning: ' "$1"; }
plain() { sed -E "s|$PGHOST|SERVER|g"';s/^bridgejob ingest: (error|warning): //; s/[0-9]{4}-[0-9:T.-]*Z/TIME/g; s/[0-9]+(\.[0-9]+)?/N/g' <<<"$1"; }
left() { psql -XAtqf "$here/tests/fault/lib/left.sql" -v all="$all"; }
kept() { # of refused lines
    [ -n "$(find rejects -type f 2>/dev/null)" ] || return 0
    [ -z "$(find rejects -type f ! -perm 600)" ] || echo ", refused lines that others can read"
    [ "$(find rejects -name '*.rej' | wc -l)" = "$(find rejects -name '*.rej.jsonl' | wc -l)" ] || echo ", half of the refused lines"
    echo ", refused lines kept ($(cat rejects/*.jsonl | grep -o '"reason":"[^"]*"' | cut -d'"' -f4 | sort -u | tr '\n' ' ' | sed 's/ $//; s/ /, /g'))"
}

undisturbed() {
    psql -XAtq -c "DROP DATABASE IF EXISTS ${home}_new" -c "CREATE DATABASE ${home}_new" || exit 1
    PGDATABASE=${home}_new "$BRIDGEJOB" migrate up --quiet || exit 1
    fresh undisturbed
    all=0
    ingest "$@"
    wanted=$(digest) all=$(sql "SELECT count(*) FROM event_logs")
    check "undisturbed: exit code $code, $all events" test "$all" -gt 0 -a \( $code = 0 -o $code = 3 \)
    rm -rf rejects
}
section() { section=$1; }
fault() {
    fresh run
    with --
    chmod -R u+w rejects 2>/dev/null
    rm -rf rejects once
    fault=$1 failed_before=$tap_failed ended=
}
# state_is WHAT WANTED: WANTED may say 'no or some events', and so on.
state_is() {
    local pattern
    pattern=$(sed -E 's/[][().*+?^$]/\\&/g; s/no, some or all events/(no|some|all) events/; s/(no|some) or (some|all) events/(\1|\2) events/' <<<"$2")
    if [[ $state =~ ^$pattern$ ]]; then state=$2; fi
    same "$1" "$state" "$2"
}
ends() {
    message=$(plain "$(first_message err)")
    [ -n "$message" ] || message=-
    state="$(left)$(kept)"
    exit_code=$code
    same "$fault: exit code" "$code" "$1"
    same "$fault: message" "$message" "$2"
    state_is "$fault: state after" "$3"
    same "$fault: no temporary file is left" "$(find . -name '*.tmp')" ""
    same "$fault: no complaint of the sanitizers" "$(grep -E 'Sanitizer|runtime error' err)" ""
    case $code in
    0 | 3 | 137) ;;
    *) check "$fault: what to do" grep -q 'hint: \|run the same command again' err ;;
    esac
    command="ingest ${arguments[*]}"
    ended=1
    [ $tap_failed = "$failed_before" ] || sed 's/^/# /' err
}
again() {
    local wanted_now=$1 did=loads
    shift
    [ $# != 0 ] || set -- "${arguments[@]}"
    with --
    ingest --format json "$@"
    same "$fault: run again" "$code" "$wanted_now"
    same "$fault: the tables of an undisturbed run" "$(digest)" "$wanted"
    grep -q '"files_skipped":0,' out || did=skips
    row "$did, exit $code, tables equal"
}
row() { # WHAT THE RERUN DID
    [ $tap_failed = "$failed_before" ] || { sed 's/^/# /' err; return; }
    [ -n "$ended" ] || return
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$section" "$fault" "$command" "$message" "$exit_code" "$state" "$1" >>"$rows"
}

# until_sql QUERY: wait until it says t, at most 60 s.
until_sql() {
    local i
    for i in {1..1200}; do
        [ "$(sql "$1")" != t ] || return 0
        sleep 0.05
    done
    echo "# never: $1"
    return 1
}
ours="application_name ~ '^bridgejob/ingest' AND datname = current_database()"
waiting() { until_sql "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND $ours"; }
gone() { until_sql "SELECT count(*) = 0 FROM pg_stat_activity WHERE $ours"; }

# A process of the run has stopped itself: $stopped. Its parent does not notice.
stopped=
stops() {
    local i
    for i in {1..1200}; do
        stopped=$(pgrep -P "$pid" -r T) && return 0
        sleep 0.05
    done
    echo "# never stopped"
    return 1
}
go_on() { kill -CONT $stopped; stopped=; }

# As someone else would: the server's own user stops or starts it, without a word to anybody.
server() { # stop|start
    local as=() how=(-m immediate stop)
    [ "$1" = stop ] || how=(-l server.log -w start)
    [ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
    (cd "$PGHOST" && "${as[@]}" pg_ctl -D data "${how[@]}") >>server 2>&1
}

# good FILE: events that touch every table
good() { { perl "$here/tests/lib/soup.pl" 4711 200 plain; "$TOOLS/genevents" --events 800 --late 5; } >"$1"; }
