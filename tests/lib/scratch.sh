# For tests of the program against a server: . tests/lib/scratch.sh
# The environment leads to a server as a superuser (tests/lib/pg.sh sets it so); BRIDGEJOB is the program.
# PGDATABASE becomes a database of this test's own, $work a directory; both are gone at the end.

# shellcheck source=tests/lib/tap.sh
. "$(dirname "$0")/../lib/tap.sh"

work=$(mktemp -d)
PGDATABASE=scratch_$(basename "$0" .sh)_$$
export PGDATABASE
unset DATABASE_URL PGSERVICE PGOPTIONS PGAPPNAME PGPASSWORD

scratch_end() {
    psql -X -q -d postgres -c "DROP DATABASE IF EXISTS \"$PGDATABASE\" WITH (FORCE)" 2>/dev/null
    rm -rf "$work"
}
trap scratch_end EXIT
trap 'exit 1' HUP INT TERM
psql -X -q -d postgres -c "CREATE DATABASE \"$PGDATABASE\"" || exit 1

sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"; }

# run ARGUMENT…: run the program; its exit code, stdout and stderr are in $code, $out and $err.
run() {
    "$BRIDGEJOB" "$@" >"$work/out" 2>"$work/err" </dev/null
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

# await SQL: until the query says t, at most 10 s.
await() {
    for _ in $(seq 100); do
        [ "$(sql "$1")" = t ] && return 0
        sleep 0.1
    done
    return 1
}
