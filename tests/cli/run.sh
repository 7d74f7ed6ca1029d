#!/bin/sh
# The command line against its goldens: run.sh BINARY [--update]
#
# NAME.sh is run in a scratch directory of its own with a clean environment and
# 'bridgejob' in its PATH; stdout, stderr and exit code must equal NAME.out, NAME.err
# and NAME.exit to the byte. --update writes them anew: read the diff before it is
# committed. No test here needs a database.
set -u

if [ $# -lt 1 ] || [ ! -x "$1" ]; then
    echo "usage: $0 BINARY [--update]" >&2
    exit 64
fi
if [ -e /etc/bridgejob.conf ]; then
    echo "$0: /etc/bridgejob.conf is there, and would be read" >&2
    exit 78
fi
binary=$(realpath "$1")
update=${2-}
here=$(realpath "$(dirname "$0")")
scratch=$(mktemp -d) || exit 73
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
passed=0
failed=0

mkdir "$scratch/bin" "$scratch/got"
ln -s "$binary" "$scratch/bin/bridgejob"
ln -s "$here/bin/try" "$scratch/bin/try"

run_test() {
    mkdir "$scratch/$1"
    (cd "$scratch/$1" &&
        env -i PATH="$scratch/bin:/usr/bin:/bin" HOME=/nonexistent LC_ALL=C \
            timeout 20 sh "$here/$1.sh" </dev/null >"$scratch/got/$1.out" 2>"$scratch/got/$1.err")
    echo $? >"$scratch/got/$1.exit"
}

check_test() {
    for part in out err exit; do
        diff -u "$here/$1.$part" "$scratch/got/$1.$part" || return 1
    done
}

for script in "$here"/*.sh; do
    name=$(basename "$script" .sh)
    [ "$name" = run ] && continue
    run_test "$name"
    if [ "$update" = --update ]; then
        cp "$scratch/got/$name.out" "$scratch/got/$name.err" "$scratch/got/$name.exit" "$here/"
    fi
    if check_test "$name"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "FAILED: $name"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
