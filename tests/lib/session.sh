# Another session, beside the program: . tests/lib/session.sh
#
#   hold STATEMENTS    a psql in a transaction that has run them; it stays, as $holder
#   also STATEMENTS    more in the same transaction
#   let_go [END]       END (default COMMIT) it, and wait until psql is gone
#
# One at a time. Needs $work, which is where it leaves what psql said: $work/held. PGAPPNAME is its name.

hold() {
    rm -f "$work/hold" "$work/held"
    mkfifo "$work/hold"
    psql -XAtq <"$work/hold" >"$work/held" 2>&1 3>&- &
    holder=$!
    # Open both ways: psql may be dead before this end of the pipe writes to it.
    exec 3<>"$work/hold"
    also "BEGIN; $1; SELECT 'held'"
    for _ in $(seq 500); do
        ! grep -q '^held$' "$work/held" || return 0
        sleep 0.02
    done
    sed 's/^/# not held: /' "$work/held"
    return 1
}
also() { echo "$1;" >&3; }
# The program has this end of the pipe too, so closing it would not be the end of the input.
let_go() {
    also "${1:-COMMIT}"
    echo '\q' >&3
    exec 3>&-
    wait "$holder"
}
