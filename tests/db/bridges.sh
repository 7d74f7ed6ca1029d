#!/bin/sh
# 'bridges' lists what stands in bridge_states, whoever wrote it: newest window first, filtered, in every format.
. "$(dirname "$0")/../lib/scratch.sh"

run bridges
same 'schema not migrated: exit code' "$code" 78
run migrate up
run bridges
same 'nothing there: a heading' "$code $(echo "$out" | wc -l)" '0 2'
run bridges --format json
same 'nothing there: an empty array' "$out" '[]'

sql "INSERT INTO bridge_states (bridge_id, namespace, current_fsm_state, window_start, window_end, configuration,
            aggregation_metadata, aggregation_type, total_items_aggregated, total_workflows_processed,
            total_size_bytes, unique_file_types, items_per_second, aggregation_duration_ms)
     SELECT format('00000000-0000-4000-8000-00000000000%s', i)::uuid, namespace, 'IDLE',
            now() - i * INTERVAL '1 hour', now() - (i - 1) * INTERVAL '1 hour',
            jsonb_build_object('window', w, 'tz', tz), jsonb_build_object('failed_workflows', failed), type, i, i, i * 100,
            ARRAY['a,b', 'c\"'], 1.5, 3
       FROM (VALUES (1, 'acme', '1h', 'UTC', 'namespace_grouping', '0'::jsonb),
                    (2, E'o''hara %s\n', '1h', 'UTC', 'namespace_grouping', '2'),
                    (3, '*', '1h', 'Europe/Berlin', 'time_window', '3.7'),
                    (4, 'acme', '30m', 'UTC', 'size_buckets', '1e1000'),
                    (5, 'acme', '1h', 'UTC', 'namespace_grouping', '\"many\"')
            ) AS t (i, namespace, w, tz, type, failed)"
sql "INSERT INTO bridge_states (bridge_id, namespace, current_fsm_state, configuration, aggregation_metadata, version,
            aggregation_type, total_size_bytes, unique_file_types)
     VALUES ('00000000-0000-4000-8000-000000000009', '', 'IDLE', NULL, NULL, NULL, NULL, NULL, NULL)"

ids() { run bridges --format csv "$@"; echo "$out" | sed 1d | grep -o '00000000-0000-4000-8000-00000000000.' | sed 's/.*\(.\)$/\1/' | tr -d '\n'; }
same 'newest window first, those without one last' "$(ids)" 123459
same '--namespace' "$(ids --namespace acme)" 145
same '--namespace with a quote, a per cent sign and a newline' "$(ids -n "o'hara %s
")" 2
same '--namespace that is not there' "$(ids -n "' OR true --")" ''
same '--type' "$(ids --type time_window)" 3
same '--window, however it is written' "$(ids --window 1h) $(ids --window 60m)" "1235 1235"
same '--tz' "$(ids --tz Europe/Berlin)" 3
same '--tz, however it is written' "$(ids --tz europe/berlin)" 3
for gaps in '' --gaps; do
    # shellcheck disable=SC2086
    run bridges --tz nope $gaps
    same "a zone that is none $gaps: exit code" "$code $out" '64 '
    has "a zone that is none $gaps: message" "$err" "error: the server knows no time zone 'nope'"
done
same '--since' "$(ids --since 90m)" 12
same 'all at once' "$(ids -n acme --type namespace_grouping --window 1h --tz UTC --since 2h)" 1
same '--from' "$(ids --from 150m)" 123
same '--from a date' "$(ids --from 2020-01-01 --to 190m)" 45
same '--from a time, --to as long ago' "$(ids --from 2020-01-01T00:00:00Z --to 190m)" 45
same '--to' "$(ids --from 230m --to 130m)" 34
run bridges --since 1h --from 2h
same '--since and --from: exit code' "$code" 64
has '--since and --from: message' "$err" "'--since' and '--from' say the same"
run bridges --from yesterday
same 'a time that is none: exit code' "$code" 64
has 'a time that is none: message' "$err" "'--from' must be a time such as"
run bridges --from 1h --to 2h
same '--from behind --to: exit code' "$code" 64
run bridges --window 7m
same 'a width that is none: exit code' "$code" 64
has 'a width that is none: hint' "$err" "hint: try 'bridgejob help bridges'"
same '--limit' "$(ids --limit 2)" 12
run bridges --limit 2
has '--limit says that there is more' "$err" 'the newest 2; there are more (--limit)'
run bridges --limit 6
same '--limit that is just enough says nothing' "$err" ''
run bridges --limit 2 --quiet
same '--quiet says nothing either' "$code $err" '0 '
same 'a type that does not exist' "$(ids --type nonsense)" ''

run bridges --limit 1 --format csv
same 'keys' "$(echo "$out" | head -n 1)" "window_start,window_end,window,tz,namespace,type,items,workflows,\
failed_workflows,size_bytes,version,bridge_id,state,aggregated_at,duration_ms,items_per_second,file_types,metadata,configuration"
run bridges --format json
same 'JSON is JSON' "$(printf "SELECT jsonb_array_length(\$json\$%s\$json\$)" "$out" | psql -XAt)" 6
same 'JSON: figures' "$(printf "SELECT b -> 'items', b -> 'workflows', b -> 'size_bytes', b -> 'failed_workflows', b -> 'namespace',
    b -> 'file_types', b -> 'items_per_second' FROM jsonb_array_elements(\$json\$%s\$json\$) WITH ORDINALITY AS a (b, i) WHERE i = 2" \
    "$out" | psql -XAt)" '2|2|200|2|"o'\''hara %s\n"|["a,b", "c\""]|1.50'
same 'JSON: what is no count is null' "$(printf "SELECT string_agg(b ->> 'failed_workflows', ' ' ORDER BY i), count(b ->> 'version')
    FROM jsonb_array_elements(\$json\$%s\$json\$) WITH ORDINALITY AS a (b, i)" "$out" | psql -XAt)" '0 2 3|5'
run bridges
has 'a table shows control characters' "$out" "o'hara %s\\x0a"
run bridges --limit 0
same 'a limit of nothing: exit code' "$code" 64
tap_done
