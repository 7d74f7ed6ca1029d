#!/bin/sh
# The runner counts honestly: nothing that failed, crashed or tested nothing passes.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# run TEST: the last line of tests/run and its exit code.
run() {
    tests/run --counts "$work/counts" group "$1" >"$work/out"
    code=$?
    echo "$(tail -n 1 "$work/out"), exit $code"
}

script() { # NAME BODY
    printf '#!/bin/sh\n%s\n' "$2" >"$work/$1"
    chmod +x "$work/$1"
    echo "$work/$1"
}

same "a silent success is one" "$(run true)" "group: 1 passed, 0 failed, exit 0"
same "a silent failure is one" "$(run false)" "group: 0 passed, 1 failed, exit 1"
same "TAP is counted" "$(run "$(script tap 'printf "1..3\nok 1 - a\nok 2 - b\n\tok not\nok 3 - c\n"')")" \
    "group: 3 passed, 0 failed, exit 0"
same "not ok fails, whatever the exit code" "$(run "$(script not_ok 'echo "ok 1"; echo "not ok 2"')")" \
    "group: 1 passed, 1 failed, exit 1"
same "an exit code fails, whatever was printed" "$(run "$(script code 'echo "ok 1"; exit 2')")" \
    "group: 1 passed, 1 failed, exit 1"
same "a crash fails" "$(run "$(script crash 'echo "ok 1"; kill -SEGV $$')")" "group: 1 passed, 1 failed, exit 1"
same "a summary is counted" "$(run "$(script summary 'echo "7 passed, 0 failed"')")" "group: 7 passed, 0 failed, exit 0"
same "a summary with failures fails" "$(run "$(script bad 'echo "7 passed, 2 failed"; exit 1')")" \
    "group: 7 passed, 2 failed, exit 1"
same "no test at all fails" "$(run "$(script none 'echo 1..0')")" "group: 0 passed, 1 failed, exit 1"
same "nothing passed, nothing failed: fails" "$(run "$(script zero 'echo "0 passed, 0 failed"')")" \
    "group: 0 passed, 1 failed, exit 1"
same "a test that is not there fails" "$(run "$work/missing")" "group: 0 passed, 1 failed, exit 1"
tests/run group >/dev/null
same "an empty group fails" $? 1

run "$(script loud 'echo "the reason"; exit 1')" >/dev/null
has "the output of a failed test is shown" "$(cat "$work/out")" "    the reason"

# --- many at a time, each with a server -------------------------------------------------------------------------------------
meet="$(script meet 'for _ in $(seq 300); do : >"$0.$1"; [ -e "$0.a" ] && [ -e "$0.b" ] && exec psql -XAtc "SELECT 1"; sleep 0.1; done; exit 1')"
many() { tests/run --counts "$work/counts" --servers 2 group "$@" >"$work/out"; echo "$(tail -n 1 "$work/out"), exit $?"; }
same "side by side, each with a server" "$(many "$meet a" "$meet b")" "group: 2 passed, 0 failed, exit 0"
same "both are named" "$(grep -c '^ok ' "$work/out")" 2
many true false "$work/missing" "$(script two 'echo "ok 1"; echo "ok 2"')" >/dev/null
same "each is counted" "$(tail -n 1 "$work/out")" "group: 3 passed, 2 failed"
same "and those that failed are named" "$(grep -c '^FAILED' "$work/out")" 2
tests/run --servers 2 group false >/dev/null
same "a failure among many fails" $? 1
PREPARED_CLUSTER=/nonsense PG_PLACE=/nonsense tests/run --servers 2 group true >/dev/null 2>&1
same "no server at all fails" $? 1

printf 'a 3 0\nb 4 0\n' >"$work/sum"
same "sum" "$(tests/run --sum "$work/sum"), exit $?" "7 passed, 0 failed, exit 0"
printf 'a 3 0\nb 4 1\n' >"$work/sum"
tests/run --sum "$work/sum" >/dev/null
same "a sum with failures fails" $? 1
: >"$work/sum"
tests/run --sum "$work/sum" >/dev/null
same "a sum of nothing fails" $? 1

tap_done
