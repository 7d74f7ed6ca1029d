#!/bin/bash
# The tables depend only on the set of events: never on their order, on how they are split into files and batches,
# on the number of writers, on how often a line or a file comes, or on what was loaded before.
#
# For each seed an event soup is loaded once as it is; then dealt anew again and again, each time into a fresh
# database, with other options. A second, plain soup is dealt once, and what it makes is compared row by row with what
# tests/lib/oracle.pl makes of its events. SOUP_SEEDS (default 8) seeds from SOUP_FIRST (1), SOUP_DEALS (6) deals of each.
. tests/lib/tap.sh

seeds=${SOUP_SEEDS:-8}
first=${SOUP_FIRST:-1}
deals=${SOUP_DEALS:-6}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=$PGDATABASE
export PGOPTIONS='-c client_min_messages=warning'

fresh() { # NAME: a database with the schema, and nothing else, becomes the current one
    psql -XAtq -d "$home" -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1 TEMPLATE soup_template" || exit 1
    export PGDATABASE=$1
}
digest() { psql -XAtqf tests/lib/digest.sql; }
rows() { psql -XAtqf tests/lib/digest.sql -v rows=1; }
ingest() { "$BRIDGEJOB" ingest --quiet --rejects "$work/rejects" "$@" >>"$work/log" 2>&1; }

# same_tables WHAT: the current database holds what 'soup_plain' does; if not, the first rows that differ are shown.
same_tables() {
    if [ "$(digest)" = "$wanted" ]; then tap_line 0 "$1"; return; fi
    tap_line 1 "$1"
    PGDATABASE=soup_plain rows >"$work/wanted"
    rows >"$work/got"
    diff "$work/wanted" "$work/got" | head -n 6 | cut -c1-300 | sed "s/^/#   /"
    head -n 5 "$work/log" | cut -c1-300 | sed "s/^/#   /"
}

# The options of deal number $1: every batch size and number of writers comes up.
options() {
    local lines=(1 2 3 7 1000) workers=(1 2 3 4)
    echo "--batch-lines ${lines[$1 % 5]} --workers ${workers[$1 % 4]}"
}

# One deal: SEED DEAL WHAT-IS-LOADED
deal() {
    local dir=$work/deal files options
    options=$(options "$2")
    rm -rf "$dir"; mkdir "$dir"; : >"$work/log"
    mapfile -t files < <(perl tests/lib/deal.pl "$1$2" "$3" "$dir")
    fresh soup_deal
    # One run over all the files; a run for each; all these at once.
    # shellcheck disable=SC2086
    case $(($2 % 3)) in
    0) ingest $options "${files[@]}" || echo "exit $?" >>"$work/log" ;;
    1) for file in "${files[@]}"; do ingest $options "$file" || echo "exit $?" >>"$work/log"; done ;;
    2)
        options+=" in parallel"
        for file in "${files[@]}"; do (ingest ${options% in parallel} "$file" || echo "exit $?" >>"$work/log") & done
        wait
        ;;
    esac
    same_tables "seed $1, deal $2 into ${#files[@]} files, $options"
    if [ $(($2 % 3)) = 0 ]; then
        # shellcheck disable=SC2086
        inserted=$("$BRIDGEJOB" ingest --again --format json $options "${files[@]}" 2>>"$work/log" |
            sed 's/.*"inserted":\([0-9]*\).*/\1/')
        same "seed $1, deal $2: --again inserts nothing" "$inserted" 0
        same_tables "seed $1, deal $2: --again changes nothing"
    fi
}

# What the rules make of a plain soup: SEED DEAL
foretold() {
    local files options
    options=$(options "$2")
    perl tests/lib/soup.pl "$1" 150 plain >"$work/plain.ndjson"
    perl tests/lib/oracle.pl <"$work/plain.ndjson" >"$work/wanted"
    rm -rf "$work/deal"; mkdir "$work/deal"
    mapfile -t files < <(perl tests/lib/deal.pl "$1" "$work/plain.ndjson" "$work/deal")
    fresh soup_deal
    # shellcheck disable=SC2086
    ingest $options "${files[@]}"
    psql -XAtqf tests/lib/oracle.sql | perl tests/lib/oracle.pl rows >"$work/got"
    check "seed $1: there is something to foretell" test "$(wc -l <"$work/wanted")" -gt 20
    check "seed $1: the rows are those the oracle foretold" cmp "$work/wanted" "$work/got"
    diff "$work/wanted" "$work/got" | head -n 6 | cut -c1-300 | sed "s/^/#   /"
}

fresh_template() {
    psql -XAtq -c "DROP DATABASE IF EXISTS soup_template" -c "CREATE DATABASE soup_template" || exit 1
    PGDATABASE=soup_template "$BRIDGEJOB" migrate up --quiet || exit 1
}

fresh_template
n=0
for seed in $(seq "$first" $((first + seeds - 1))); do
    : >"$work/log"
    # Small soups show what went wrong, larger ones find more.
    perl tests/lib/soup.pl "$seed" $((20 + seed * 37 % 180)) >"$work/soup.ndjson"
    fresh soup_plain
    ingest "$work/soup.ndjson"
    same "seed $seed: nothing of the soup is refused" "$? $(cat "$work/log")" "0 "
    wanted=$(digest)
    for ((deal = 0; deal < deals; deal++)); do
        deal "$seed" "$n" "$work/soup.ndjson"
        n=$((n + 1))
    done
    foretold "$seed" "$n"
done

tap_done
