#!/bin/sh
# The fault matrix tells what was seen from what was written down.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
row() { printf '%s\t%s\tingest a|b\t-\t0\tfile done\tskips, exit 0\n' "$1" "$2"; }
verdict() { tests/fault/matrix "$@" >"$work/out"; echo $?; }

{ row Disk full; row Disk gone; row Server stops; } >"$work/rows"
tests/fault/matrix "$work/rows" >"$work/matrix.md"
same "a heading for each section" "$(grep -c '^## ' "$work/matrix.md")" 2
has "a row for each fault, its bars escaped" "$(cat "$work/matrix.md")" '| gone | `ingest a\|b` | - | 0 | file done | skips, exit 0 |'
same "what was seen stands there" "$(verdict --check "$work/rows" "$work/matrix.md")" 0
row Disk full >"$work/few"
same "a part of it does" "$(verdict --check "$work/few" "$work/matrix.md")" 0
same "but it is not all" "$(verdict --check-all "$work/few" "$work/matrix.md")" 1
has "what was not seen is named" "$(cat "$work/out")" "| stops |"
row Disk full | sed 's/exit 0/exit 3/' >"$work/other"
same "another outcome does not" "$(verdict --check "$work/other" "$work/matrix.md")" 1
has "and is named" "$(cat "$work/out")" "skips, exit 3"
: >"$work/none"
same "nothing seen is no proof" "$(verdict --check "$work/none" "$work/matrix.md")" 1
tap_done
