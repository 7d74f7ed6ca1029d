#!/bin/bash
# rollup --tz: windows that follow the wall clock, by the server's own zone data.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

# hours NAMESPACE FROM TO: a stamp every half hour from FROM on and before TO.
hours() {
    sql "INSERT INTO metadata_stamps (id, file_hash, stamp_data, namespace, created_at)
         SELECT gen_random_uuid(), 'x', '{}', '$1', t FROM generate_series('$2'::timestamptz, '$3', '30 minutes') AS t
          WHERE t < '$3'"
}
hours berlin-spring '2025-03-29 00:00Z' '2025-04-01 00:00Z'
hours berlin-autumn '2025-10-25 00:00Z' '2025-10-28 00:00Z'
hours havana '2025-11-01 00:00Z' '2025-11-05 00:00Z'
hours lord-howe '2025-04-04 00:00Z' '2025-04-08 00:00Z'
hours apia '2011-12-28 00:00Z' '2012-01-03 00:00Z'
hours st-johns '2010-11-06 00:00Z' '2010-11-09 00:00Z'

# zone NAMESPACE WINDOW ZONE: its windows as the wall clock shows their starts, with length in hours and stamps.
zone() {
    run rollup --window "$2" --tz "$3" --namespace "$1"
    sql "SELECT concat_ws(' ', to_char(window_start AT TIME ZONE '$3', 'MM-DD HH24:MI'),
                          round(extract(epoch FROM window_end - window_start) / 3600, 1)::float8 || 'h', total_items_aggregated)
           FROM bridge_states WHERE namespace = '$1' AND configuration ->> 'window' = '$2' AND configuration ->> 'tz' = '$3'
          ORDER BY window_start"
}

same 'Berlin, spring: a day has 23 hours' "$(zone berlin-spring 1d Europe/Berlin | sed -n 2p)" '03-30 00:00 23h 46'
same 'Berlin, spring: 23 windows of an hour' \
    "$(zone berlin-spring 1h Europe/Berlin | grep -c '^03-30 .* 1h 2$')" 23
same 'Berlin, spring: six hours from midnight' "$(zone berlin-spring 6h Europe/Berlin | grep '^03-30')" '03-30 00:00 5h 10
03-30 06:00 6h 12
03-30 12:00 6h 12
03-30 18:00 6h 12'
same 'Berlin, autumn: a day has 25 hours' "$(zone berlin-autumn 1d Europe/Berlin | sed -n 2p)" '10-26 00:00 25h 50'
same 'Berlin, autumn: 25 windows of an hour' \
    "$(zone berlin-autumn 1h Europe/Berlin | grep -c '^10-26 .* 1h 2$')" 25
same 'Berlin, autumn: 02:00 comes twice' "$(zone berlin-autumn 1h Europe/Berlin | grep '^10-26 02')" '10-26 02:00 1h 2
10-26 02:00 1h 2'
same 'Berlin, autumn: six hours take seven' "$(zone berlin-autumn 6h Europe/Berlin | grep '^10-26')" '10-26 00:00 7h 14
10-26 06:00 6h 12
10-26 12:00 6h 12
10-26 18:00 6h 12'
same 'Havana: midnight comes twice, the day does not' "$(zone havana 1d America/Havana | sed -n 2,4p)" '11-01 00:00 24h 48
11-02 00:00 25h 50
11-03 00:00 24h 48'
same 'Lord Howe: half an hour' "$(zone lord-howe 1d Australia/Lord_Howe | sed -n 3,4p)" '04-06 00:00 24.5h 49
04-07 00:00 24h 48'
same 'Lord Howe: an hour takes one and a half' "$(zone lord-howe 1h Australia/Lord_Howe | grep '^04-06 01')" '04-06 01:00 1.5h 3'
same 'Apia: a date that was not' "$(zone apia 1d Pacific/Apia | sed -n 2,5p)" '12-28 00:00 24h 48
12-29 00:00 24h 48
12-31 00:00 24h 48
01-01 00:00 24h 48'
same "St. John's: back over midnight" "$(zone st-johns 1d America/St_Johns | sed -n 2,3p)" '11-06 00:00 24h 48
11-07 00:00 25h 50'
same 'a week begins on Monday' "$(zone berlin-spring 1w Europe/Berlin)" '03-24 00:00 167h 92
03-31 00:00 168h 52'
same 'a month' "$(zone berlin-spring 1mo Europe/Berlin)" '03-01 00:00 743h 140
04-01 00:00 720h 4'
same 'Kathmandu: a quarter of an hour' "$(zone berlin-spring 1d Asia/Kathmandu | sed -n 2p)" '03-30 00:00 24h 48'

# Against the wall clock of the server itself, a day at a time, over a year.
hours year '2024-12-31 00:00Z' '2026-01-02 00:00Z'
for tz in Europe/Berlin America/Havana Australia/Lord_Howe Africa/Casablanca Asia/Gaza America/New_York Pacific/Chatham Antarctica/Troll; do
    run rollup --window 1d --tz $tz --namespace year
    same "$tz: days of a year" "$(sql "SELECT count(*) FROM
        (SELECT (window_start AT TIME ZONE '$tz')::date AS day, total_items_aggregated::bigint FROM bridge_states
          WHERE namespace = 'year' AND configuration @> '{\"window\":\"1d\",\"tz\":\"$tz\"}'
         EXCEPT
         SELECT (created_at AT TIME ZONE '$tz')::date, count(*) FROM metadata_stamps WHERE namespace = 'year' GROUP BY 1) AS d
         ") $(sql "SELECT sum(total_items_aggregated) FROM bridge_states
                    WHERE namespace = 'year' AND configuration @> '{\"window\":\"1d\",\"tz\":\"$tz\"}'")" '0 17616'
done

# Late stamps go by the same windows.
sql "INSERT INTO metadata_stamps (id, file_hash, stamp_data, namespace, created_at)
     VALUES (gen_random_uuid(), 'x', '{}', 'berlin-autumn', '2025-10-26 01:10Z');
     INSERT INTO rollup_changes (namespace, bucket) VALUES ('berlin-autumn', '2025-10-26 01:10Z')"
same 'a late stamp in the second 02:00' "$(zone berlin-autumn 1h Europe/Berlin | grep '^10-26 02')" '10-26 02:00 1h 2
10-26 02:00 1h 3'

# Names of zones.
run rollup --window 1d --tz europe/berlin --namespace berlin-spring --format json
has 'in lower case: the same zone' "$out" '"tz":"Europe/Berlin","why":"marks"'
for tz in Mars/Olympus X5 EST5 "'; DROP TABLE bridge_states; --" '%s' Berlin; do
    run rollup --window 1d --tz "$tz"
    same "no zone '$tz': exit code" "$code" 64
    has "no zone '$tz': message" "$err" "the server knows no time zone '$tz'"
done
run rollup --window 1d --tz ''
same "no zone '': exit code" "$code" 64
same 'only their own zone was rolled up' "$(sql "SELECT count(*) FROM rollup_progress WHERE time_zone NOT LIKE '%/%'")" 0
run rollup --window 1d --tz Europe/Berlin --verify --namespace year
same 'verified' "$code ${out% in *}" '0 368 windows checked, 0 differences'

# A date alone is where its day begins in the zone.
begins() { "$BRIDGEJOB" rollup --window 1m --dry-run --format csv --from "$2" --to "$3" --tz "$1" --namespace "$4" | sed -n '2p;$p' | cut -d, -f2 | paste -sd' '; }
first() { sql "DELETE FROM metadata_stamps WHERE namespace = 'x'; INSERT INTO metadata_stamps (id, file_hash, stamp_data, namespace, created_at) SELECT gen_random_uuid(), 'x', '{}', 'x', t FROM unnest('{$1}'::timestamptz[]) AS t"; }
first '2025-10-14 14:59:59.999999Z,2025-10-14 15:00Z,2025-10-15 14:59Z,2025-10-15 15:00Z'
same 'a date in Tokyo' "$(begins Asia/Tokyo 2025-10-15 2025-10-16 x)" '2025-10-14T15:00:00Z 2025-10-15T14:59:00Z'
same 'a date in UTC' "$(begins UTC 2025-10-14 2025-10-15 x)" '2025-10-14T14:59:00Z 2025-10-14T15:00:00Z'
first '2025-11-02 03:59:59Z,2025-11-02 04:00Z,2025-11-02 05:00Z,2025-11-03 04:59Z,2025-11-03 05:00Z'
same 'a date whose midnight comes twice: the first' "$(begins America/Havana 2025-11-02 2025-11-03 x)" '2025-11-02T04:00:00Z 2025-11-03T04:59:00Z'
first '2025-03-09 04:59:59Z,2025-03-09 05:00Z,2025-03-10 03:59Z,2025-03-10 04:00Z'
same 'a date whose midnight is left out: the jump' "$(begins America/Havana 2025-03-09 2025-03-10 x)" '2025-03-09T05:00:00Z 2025-03-10T03:59:00Z'
first '2011-12-30 09:59:59Z,2011-12-30 10:00Z,2011-12-31 09:59Z,2011-12-31 10:00Z'
same 'a date that was left out: the next' "$(begins Pacific/Apia 2011-12-30 2012-01-01 x)" '2011-12-30T10:00:00Z 2011-12-31T09:59:00Z'
tap_done
