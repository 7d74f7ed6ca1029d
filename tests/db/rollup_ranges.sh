#!/bin/bash
# rollup over long ranges and many windows: by one pass or window by window, in parts, from the first year to the last.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

# add NAMESPACE SERIES [marked]: a stamp at each time, with its mark.
add() {
    sql "INSERT INTO metadata_stamps (id, file_hash, stamp_data, namespace, created_at)
         SELECT gen_random_uuid(), 'x', '{\"file_size\":3}', '$1', t FROM $2"
    [ -z "${3-}" ] || sql "INSERT INTO rollup_changes (namespace, bucket) SELECT '$1', date_trunc('minute', t) FROM $2"
}
# wrong UNIT SIZE: windows in UTC that are not what date_trunc makes of the stamps, or the other way round.
wrong() {
    sql "WITH stored AS (
             SELECT namespace, window_start, total_items_aggregated::bigint AS n FROM bridge_states
              WHERE configuration @> '{\"window\": \"$2\", \"tz\": \"UTC\", \"type\": \"namespace_grouping\"}'
         ), wanted AS (
             SELECT namespace, date_trunc('$1', created_at) AS window_start, count(*) AS n FROM metadata_stamps
              WHERE created_at >= '1973-01-01' AND created_at < '2200-01-01' GROUP BY 1, 2)
         SELECT count(*) FROM ((TABLE stored EXCEPT TABLE wanted) UNION ALL (TABLE wanted EXCEPT TABLE stored)) AS d"
}

add edge "unnest(ARRAY['1972-12-31 23:59:59.999999', '1973-01-01', '1999-12-31 23:59:30', '2024-02-29 12:00',
    '2199-12-31 23:59:59.999999', '2200-01-01', 'infinity', '-infinity']::timestamptz[]) AS t"
# A part has 100000 windows: of a minute, 69 days, 10 hours and 40 minutes from the first stamp on.
add parts "unnest(ARRAY['2025-01-01', '2025-03-11 10:38:59', '2025-03-11 10:39', '2025-03-11 10:40', '2025-03-11 10:40:59',
    '2025-03-11 10:41', '2025-05-20 21:20', '2025-05-20 21:21']::timestamptz[]) AS t"
for window in 1m 1h 1d 1mo; do
    run rollup --window $window
    same "$window: exit code" "$code $err" '0 '
done
same 'minutes' "$(wrong minute 1m)" 0
same 'hours' "$(wrong hour 1h)" 0
same 'days' "$(wrong day 1d)" 0
same 'months' "$(wrong month 1mo)" 0
run rollup --window 1h --tz Europe/Berlin
same 'in a zone: nothing is lost' "$code $(sql "SELECT sum(total_items_aggregated) FROM bridge_states
    WHERE configuration @> '{\"window\": \"1h\", \"tz\": \"Europe/Berlin\"}'")" '0 12'
run rollup --window 1h --from 1972-12-31T23:59:59Z
same 'a range that begins too early: exit code' "$code" 64

# Many windows side by side: one pass. A few, far apart: one by one. All of it also for all name spaces together.
run rollup --window 1m --type time_window
add dense "generate_series('2025-06-01'::timestamptz, '2025-06-01 09:59', '1 minute') AS t" marked
add dense "generate_series('2025-06-01'::timestamptz, '2025-06-01 09:59', '2 minutes') AS t" marked
run rollup --window 1m --format json
has 'many windows: as many as there are' "$out" '{"windows_changed":600,"windows_checked":600,'
same 'many windows' "$(wrong minute 1m)" 0
add sparse "generate_series('2010-01-01'::timestamptz, '2020-01-01', '7 days') AS t" marked
run rollup --window 1m --format json
has 'windows far apart: as many as there are' "$out" '{"windows_changed":522,"windows_checked":522,'
same 'windows far apart' "$(wrong minute 1m)" 0
run rollup --window 1m --type time_window
same 'together' "$(sql "SELECT count(*), sum(total_items_aggregated) FROM bridge_states WHERE aggregation_type = 'time_window'")" \
    "$(sql "SELECT count(DISTINCT date_trunc('minute', created_at)), count(*) FROM metadata_stamps
             WHERE created_at >= '1973-01-01' AND created_at < '2200-01-01'")"
run rollup --window 1m --verify
same 'verified' "$code" 0
run rollup --window 1m --type time_window --verify
same 'verified together' "$code" 0
run rollup --window 1m --dry-run --from 2025-06-01T00:00:30Z --to 2025-06-01T00:02:00Z
same 'a range as windows that touch it' "$(grep -c '^dense .* range$' "$work/out")" 2

# Many stamps of many name spaces in a window, and more windows than one part of keys takes.
add many "generate_series('2025-07-01'::timestamptz, '2025-07-01 23:59:59', '1 second') AS t" marked
sql "UPDATE metadata_stamps SET namespace = 'many' || extract(second FROM created_at)::int WHERE namespace = 'many';
     INSERT INTO rollup_changes (namespace, bucket) SELECT DISTINCT namespace, date_trunc('minute', created_at)
       FROM metadata_stamps WHERE namespace LIKE 'many%'"
run rollup --window 1m --format json
has 'many name spaces: as many windows' "$out" '{"windows_changed":86400,'
same 'many name spaces' "$(wrong minute 1m)" 0
run rollup --window 1m --format json
has 'many name spaces: once' "$out" '"windows_checked":0'

tap_done
