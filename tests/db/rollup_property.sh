#!/bin/bash
# Whatever happens on the way, a last rollup leaves the rows that a brute-force oracle (tests/lib/rollup_oracle.sql)
# makes of the raw stamps: late events, changes of the clocks, ingests and rollups at the same time, rollups that are
# killed or lose their server process, transactions of others that hold their marks back.
#
# RUNS (default 3) runs from SEED (default 1) on; a seed makes the same events, windows and steps again, the moments as
# far as a clock can. STEPS (default 6) ingests in each run.
. tests/lib/tap.sh
. tests/lib/session.sh

runs=${RUNS:-3}
first=${SEED:-1}
steps=${STEPS:-6}
lines=500
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=$PGDATABASE
log=$work/log
export PGOPTIONS='-c client_min_messages=warning'
types=(namespace_grouping time_window file_type_grouping size_buckets workflow_grouping)

# Zone and instant (when its clock changes, mostly), with what is special.
places=(
    "Europe/Berlin 1761440400"        # back by an hour, from 03:00: two hours are shown twice
    "Europe/Berlin 1743296400"        # forward over 02:00
    "America/Havana 1762059600"       # back from 01:00 to midnight: the date begins twice
    "America/Havana 1741496400"       # forward from midnight: the date begins at 01:00
    "Australia/Lord_Howe 1759591800"  # forward by half an hour
    "Australia/Lord_Howe 1775314800"  # back by half an hour
    "Pacific/Apia 1325239200"         # a day that does not exist
    "America/St_Johns 1289097060"     # back at a minute past midnight, into the day before
    "Asia/Kathmandu 1761440400"       # 5:45 h from UTC
    "UTC 1767225600"                  # a new year
)

sql() { psql -XAtq -v ON_ERROR_STOP=1 -c "$1" 2>>"$log"; }
# Into variables, as a subshell has random numbers of its own.
pick() { local i=$((RANDOM % ($# - 1) + 2)); printf -v "$1" %s "${!i}"; }
nap() { local ms; printf -v ms '0.%03d' $((RANDOM % $1)); sleep "$ms"; }
rollup() { # NUMBER of a definition, OPTION…
    local definition
    read -ra definition <<<"${definitions[$1]}"
    "$BRIDGEJOB" rollup --quiet --window "${definition[0]}" --tz "${definition[1]}" --type "${definition[2]}" \
        --max-uniques "${definition[3]}" "${@:2}" >>"$log" 2>&1
}
ingest() { # FILE
    "$BRIDGEJOB" ingest --quiet --workers 2 --batch-lines "$lines" --rejects "$work/rejects" "$1" >>"$log" 2>&1
}
# What a run that was disturbed may say: that it is to be tried again.
may_fail() { case $1 in 0 | 75 | 137) ;; *) echo "exit $1" >>"$work/bad" ;; esac; }
rows() { # NUMBER of a definition, OPTION…: of the oracle, or with -v table=1 those in the table
    local definition
    read -ra definition <<<"${definitions[$1]}"
    psql -XAtqf tests/lib/rollup_oracle.sql -v window="${definition[0]}" -v tz="${definition[1]}" \
        -v type="${definition[2]}" -v cap="${definition[3]}" "${@:2}" 2>&1
}

# Another program's transaction: it adds a stamp and its mark, and takes its time to end.
open_transaction() {
    local at=$((centre + RANDOM * 4 - 65536))
    hold "
WITH stamp AS (
    INSERT INTO metadata_stamps (id, file_hash, stamp_data, namespace, created_at)
    SELECT gen_random_uuid(), 'held', '{\"file_size\": 7, \"content_type\": \"a/held\"}', 'acme',
           to_timestamp($at)
    RETURNING namespace, created_at)
INSERT INTO rollup_changes (namespace, bucket) SELECT namespace, date_trunc('minute', created_at) FROM stamp"
}

# One step: a part of the events goes in, and something happens beside it.
step() { # FILE
    local pid ingest end definition=$((RANDOM % ${#definitions[@]})) other=$((RANDOM % ${#definitions[@]}))
    pick lines 3 20 500
    case $((RANDOM % 6)) in
    0) ingest "$1"; may_fail $?; rollup "$definition"; may_fail $? ;;
    1)
        ingest "$1" & ingest=$!
        nap 40; rollup "$definition"; may_fail $?; rollup "$other"; may_fail $?
        wait $ingest; may_fail $?
        ;;
    2)
        ingest "$1"; may_fail $?
        rollup "$definition" & pid=$!
        nap 80; kill -9 "$(pgrep -P $pid | head -n 1)" 2>/dev/null; wait $pid 2>/dev/null; may_fail $?
        ;;
    3)
        open_transaction
        ingest "$1"; may_fail $?; rollup "$definition"; may_fail $?
        pick end COMMIT COMMIT ROLLBACK
        let_go "$end"
        ;;
    4)
        ingest "$1" & ingest=$!
        rollup "$definition" & pid=$!
        nap 60; rollup "$other"; may_fail $?
        wait $pid; may_fail $?; wait $ingest; may_fail $?
        ;;
    5)
        ingest "$1"; may_fail $?
        rollup "$definition" & pid=$!
        nap 60
        sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
              WHERE datname = current_database() AND application_name ~ '^bridgejob/rollup'" >/dev/null
        wait $pid; may_fail $?
        ;;
    esac
}

# The definition's rows are the oracle's, --verify finds nothing, and another rollup has nothing to do.
ends_well() { # NUMBER
    local what="seed $seed, ${definitions[$1]}" code versions i
    for i in {1..50}; do
        rollup "$1"; code=$?
        [ $code = 75 ] || break
        sleep 0.1
    done
    same "$what: the last rollup" $code 0
    rows "$1" >"$work/wanted"
    rows "$1" -v table=1 >"$work/got"
    check "$what: there are windows" test -s "$work/wanted"
    check "$what: the rows are the oracle's" cmp -s "$work/wanted" "$work/got"
    diff "$work/wanted" "$work/got" | head -n 6 | cut -c1-700 | sed 's/^/#   /'
    rollup "$1" --verify
    same "$what: --verify finds no difference" $? 0
    versions=$(sql "SELECT md5(string_agg(b::text, '' ORDER BY bridge_id)) FROM bridge_states AS b")
    rollup "$1"
    rollup "$1" --from 2000-01-01T00:00:00Z --to 2030-01-01T00:00:00Z
    same "$what: once more changes nothing" \
        "$(sql "SELECT md5(string_agg(b::text, '' ORDER BY bridge_id)) FROM bridge_states AS b")" "$versions"
}

prepare() { # seed
    local zone span width tz type cap
    RANDOM=$1
    read -r zone centre <<<"${places[$1 % ${#places[@]}]}"
    pick span 100000 100000 100000 6000000
    if [ "$span" = 100000 ]; then
        widths=(1m 5m 15m 30m 1h 2h 3h 4h 6h 8h 12h 1d 2d)
    else
        widths=(6h 1d 2d 7d 10d 1w 2w 1mo 2mo 3mo)
    fi
    definitions=()
    for _ in 1 2 3; do
        pick width "${widths[@]}"
        pick tz "$zone" "$zone" UTC
        pick type "${types[@]}"
        pick cap 1 3 10000 10000
        definitions+=("$width $tz $type $cap")
    done
    mapfile -t definitions < <(printf '%s\n' "${definitions[@]}" | sort -u -k1,3)
    psql -XAtq -d "$home" -c "DROP DATABASE IF EXISTS rollup_run WITH (FORCE)" \
        -c "CREATE DATABASE rollup_run TEMPLATE rollup_template" || exit 1
    export PGDATABASE=rollup_run
    rm -f "$work"/part.* "$work/bad"
    : >"$log"
    perl tests/lib/rollup_events.pl "$1" $((100 + RANDOM % 200)) "$centre" "$span" >"$work/events"
    split -n "r/$steps" "$work/events" "$work/part."
}

psql -XAtq -c "DROP DATABASE IF EXISTS rollup_template" -c "CREATE DATABASE rollup_template" || exit 1
PGDATABASE=rollup_template "$BRIDGEJOB" migrate up --quiet || exit 1

for seed in $(seq "$first" $((first + runs - 1))); do
    failed=$tap_failed
    prepare "$seed"
    for part in "$work"/part.*; do step "$part"; done
    for part in "$work"/part.*; do ingest "$part" || echo "ingest: $?" >>"$work/bad"; done
    for i in "${!definitions[@]}"; do ends_well "$i"; done
    same "seed $seed: nothing failed that should not" "$(cat "$work/bad" 2>/dev/null)" ''
    [ "$failed" = "$tap_failed" ] || sed 's/^/# /' "$log" | sort | uniq -c | head -n 20
done
tap_done
