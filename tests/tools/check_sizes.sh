#!/bin/sh
# tools/sizes passes what is just small enough and refuses one more.
. tests/lib/tap.sh

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir "$tree/src" "$tree/jobs" "$tree/tests" "$tree/tools"

# sizes: what it says about the tree, then its exit code.
sizes() {
    tools/sizes "$tree"
    echo "exit $?"
}

# repeat N TEXT
repeat() { awk -v n="$1" -v text="$2" 'BEGIN { while (n-- > 0) print text }'; }

function_of() {
    printf 'int f(void)\n{\n'
    repeat "$1" '    g();'
    printf '}\n'
}

repeat 400 'int x;' >"$tree/src/a.c"
same "400 lines" "$(sizes)" "exit 0"
repeat 401 'int x;' >"$tree/src/a.c"
same "401 lines" "$(sizes)" "src/a.c:401: the file has more than 400 lines
exit 1"

function_of 59 >"$tree/src/a.c"
same "60 lines from brace to brace" "$(sizes)" "exit 0"
function_of 60 >"$tree/src/a.c"
same "61 lines from brace to brace" "$(sizes)" "src/a.c:63: a function of 61 lines: int f(void)
exit 1"
: >"$tree/src/a.c"
function_of 60 >"$tree/jobs/b.pgc"
has "embedded SQL counts too" "$(sizes)" "jobs/b.pgc:63: a function of 61 lines"
: >"$tree/jobs/b.pgc"

repeat 1 "/* $(printf 'é%.0s' $(seq 114)) */" >"$tree/tools/c.c"
same "120 columns, whatever the bytes" "$(sizes)" "exit 0"
repeat 1 "/* $(printf 'é%.0s' $(seq 115)) */" >"$tree/tools/c.c"
same "121 columns" "$(sizes)" "tools/c.c:1: a line of 121 columns
exit 1"

tap_done
