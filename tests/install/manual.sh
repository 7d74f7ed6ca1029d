#!/bin/bash
# Manual pages: one for each command, clean for groff and mandoc, and what they show can be copied.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tools/manuals "$BRIDGEJOB" "$work"
export LC_ALL=C.UTF-8 MANWIDTH=80 MANROFFOPT=-c
same 'a page for each command, and one for all' "$(find "$work" -name '*.1' | wc -l)" \
    "$(($("$BRIDGEJOB" help --format list | wc -l) + 1))"

for page in "$work"/*.1; do
    name=$(basename "$page" .1)
    man --warnings -E UTF-8 -l "$page" >"$work/text" 2>"$work/warnings"
    same "$name: man shows it without a warning" "$? $(cat "$work/warnings")" '0 '
    same "$name: mandoc has nothing against it" "$(mandoc -Tlint -W warning "$page" 2>&1)" ''
    same "$name: whatis finds its name" "$(lexgrog "$page" | sed 's/.*: "\([^ ]*\) - .*/\1/')" "$name"
    same "$name: hyphens and quotes are those that are typed" "$(grep -c '[‐‑−‘’“”´]' "$work/text")" 0
    check "$name: no line is too long" awk 'length($0) > 80 { exit 1 }' "$work/text"
    # What the help prints is in the page, word for word, whatever the lines.
    words=$(tr -s ' \n' ' ' <"$work/text")
    command=$(sed 's/^bridgejob-*//' <<<"$name")
    [ "$name" = bridgejob ] || command=$(grep -x -E "${command//-/[ -]}" "$work/list")
    # shellcheck disable=SC2086
    "$BRIDGEJOB" help $command >"$work/help"
    missing=
    while read -r option; do
        case $words in *" $option "* | *" $option, "*) ;; *) missing="$missing $option" ;; esac
    done < <(grep -o -E '^  (-.,|   ) --[a-z-]+( [A-Z][A-Z:-]*)?' "$work/help" | sed 's/.*--/--/')
    while read -r example; do
        case $words in *" $example "*) ;; *) missing="$missing $example" ;; esac
    done < <(sed -n '/^Examples:/,$s/^  //p' "$work/help" | tr -s ' ')
    same "$name: it has every option and example of the help" "$missing" ''
done

same 'docs/operations.md says what to do for every exit code' "$(grep -o '^### [0-9]*$' docs/operations.md | tr -d '# ')" \
    "$("$BRIDGEJOB" help | sed -n '/^Exit codes:/,/^$/s/^ *\([0-9][0-9]*\)  .*/\1/p')"

# Text that roff would take for its own.
for part in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' ENVIRONMENT FILES EXAMPLES 'SEE ALSO'; do
    check "bridgejob-ingest has $part" grep -q "^\.SH $part\$" "$work/bridgejob-ingest.1"
done
tap_done
