-- What a rollup's rows must be, told from the stamps by brute force and in another way than the job does it: a clock
-- that ticks every minute says where windows begin, plain GROUP BYs say what is in them. One line a row, the same form
-- for what must be (default) and for what the table holds (-v table=1), so that diff(1) shows what is wrong.
--   psql -XAtqf tests/lib/rollup_oracle.sql -v window=1h -v tz=Europe/Berlin -v type=namespace_grouping -v cap=10000
-- The window is N and one of m, h, d, w, mo.
SET timezone = 'UTC';
SET jit = off;
\if :{?table}
CREATE TEMPORARY VIEW rolled AS
    SELECT window_start, window_end, namespace, total_items_aggregated AS items, total_workflows_processed AS workflows,
           total_size_bytes AS bytes, unique_file_types AS types, unique_workflows AS ids,
           aggregation_metadata AS metadata
      FROM bridge_states
     WHERE aggregation_type = :'type'
       AND configuration = jsonb_build_object('window', :'window', 'tz', :'tz', 'type', :'type', 'max_uniques', :cap)
       AND current_fsm_state = 'IDLE';
\else
CREATE TEMPORARY TABLE width AS
    SELECT n, unit, CASE unit WHEN 'm' THEN n WHEN 'h' THEN 60 * n END AS minutes
      FROM (SELECT (regexp_match(:'window', '^(\d+)(m|h|d|w|mo)$'))[1]::bigint AS n,
                   (regexp_match(:'window', '^(\d+)(m|h|d|w|mo)$'))[2] AS unit) AS w;

-- Every minute of the time that matters, and what a clock on a wall in the zone shows. A window that is under way when
-- the stamps begin must begin itself, so the clock starts two windows earlier, and runs on for two.
CREATE TEMPORARY TABLE clock AS
    SELECT at, wall,
           CASE WHEN unit IN ('m', 'h') THEN floor(extract(epoch FROM wall) / 60 / minutes)
                WHEN unit = 'd' THEN floor((wall::date - '1970-01-01'::date) / n::numeric)
                WHEN unit = 'w' THEN floor((wall::date - '1969-12-29'::date) / 7 / n)
                WHEN unit = 'mo' THEN floor(((extract(year FROM wall) - 1970) * 12 + extract(month FROM wall) - 1) / n)
           END AS number,
           unit IN ('m', 'h') AND extract(epoch FROM wall) / 60 % minutes = 0 AS shown
      FROM width,
           LATERAL (SELECT generate_series(min(date_trunc('minute', created_at)) - margin,
                                           max(created_at) + margin, '1 minute') AS at
                      FROM metadata_stamps,
                           LATERAL (SELECT 2 * n * CASE unit WHEN 'm' THEN interval '1 day' WHEN 'h' THEN interval '1 day'
                                                             WHEN 'd' THEN interval '1 day' WHEN 'w' THEN interval '7 days'
                                                             ELSE interval '31 days' END AS margin) AS m
                     GROUP BY margin) AS s,
           LATERAL (SELECT at AT TIME ZONE :'tz' AS wall) AS w;

-- A window begins where the clock first gets to its number, or jumps over where that would be; so a date that begins
-- twice has begun. A window of minutes or hours also begins where the clock comes to show a multiple of its width again;
-- but not at the very instant when the clock is set back, when less than the window is shown again.
CREATE TEMPORARY TABLE windows AS
    SELECT at AS window_start, lead(at) OVER (ORDER BY at) AS window_end
      FROM (SELECT at, wall, shown, number, max(number) OVER before AS highest, lag(wall) OVER (ORDER BY at) AS last,
                   max(wall) OVER before + INTERVAL '1 minute' AS reached
              FROM clock
            WINDOW before AS (ORDER BY at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS c, width
     WHERE number > highest OR (shown AND (wall > last OR wall + minutes * INTERVAL '1 minute' <= reached));

-- A size is a number that a column of bigint takes; a type is a text of 1 to 255 characters, and else unknown, as is that of
-- a workflow that is not there.
CREATE TEMPORARY TABLE stamps AS
    SELECT w.window_start, w.window_end, CASE WHEN :'type' = 'time_window' THEN '*' ELSE s.namespace END AS namespace,
           s.workflow_id, coalesce(f.workflow_type, 'unknown') AS workflow_type,
           f.current_state, coalesce(t.type, 'unknown') AS type, b.bytes,
           CASE WHEN b.bytes < 1048576 THEN 'small' WHEN b.bytes <= 10485760 THEN 'medium'
                WHEN b.bytes > 10485760 THEN 'large' END AS bucket
      FROM metadata_stamps AS s
      JOIN windows AS w ON s.created_at >= w.window_start AND s.created_at < w.window_end
      LEFT JOIN workflow_executions AS f ON f.id = s.workflow_id
     CROSS JOIN LATERAL (SELECT (SELECT round(v::text::numeric)::bigint
                                   FROM unnest(ARRAY[1, 2, 3, 4, 5, 6],
                                               ARRAY[stamp_data -> 'file_size', stamp_data -> 'size_bytes',
                                                     stamp_data -> 'stamp_data' -> 'file_size',
                                                     stamp_data -> 'stamp_data' -> 'size_bytes',
                                                     stamp_data -> 'file_metadata' -> 'file_size',
                                                     stamp_data -> 'file_metadata' -> 'size_bytes']) AS p (place, v)
                                  WHERE jsonb_typeof(v) = 'number'
                                    AND v::text::numeric BETWEEN 0 AND 9223372036854775807
                                  ORDER BY place LIMIT 1) AS bytes) AS b
     CROSS JOIN LATERAL (SELECT (SELECT v #>> '{}'
                                   FROM unnest(ARRAY[1, 2, 3],
                                               ARRAY[stamp_data -> 'content_type',
                                                     stamp_data -> 'stamp_data' -> 'content_type',
                                                     stamp_data -> 'file_metadata' -> 'content_type']) AS p (place, v)
                                  WHERE jsonb_typeof(v) = 'string' AND length(v #>> '{}') BETWEEN 1 AND 255
                                  ORDER BY place LIMIT 1) AS type) AS t;

-- What is counted by a name: stamps of a file type, of a bucket of sizes, of a type of workflow. As with lists of distinct
-- values, the first names up to the cap are there.
CREATE TEMPORARY VIEW distributions AS
    SELECT window_start, namespace, what, jsonb_object_agg(name, items) AS counts,
           jsonb_object_agg(name, jsonb_build_object('items', items, 'workflows', workflows, 'size_bytes', bytes,
                                                     'failed_workflows', failed)) AS groups
      FROM (SELECT window_start, namespace, what, name,
                   row_number() OVER (PARTITION BY window_start, namespace, what ORDER BY name COLLATE "C") AS place,
                   count(*) AS items, count(DISTINCT workflow_id) AS workflows, coalesce(sum(bytes), 0) AS bytes,
                   count(DISTINCT workflow_id) FILTER (WHERE current_state = 'FAILED') AS failed
              FROM stamps
             CROSS JOIN LATERAL (VALUES ('type', type), ('bucket', bucket), ('workflow', workflow_type)) AS v (what, name)
             WHERE name IS NOT NULL
             GROUP BY window_start, namespace, what, name) AS d
     WHERE place <= :cap
     GROUP BY window_start, namespace, what;

CREATE TEMPORARY VIEW rolled AS
    SELECT s.window_start, s.window_end, s.namespace, count(*) AS items, count(DISTINCT workflow_id) AS workflows,
           coalesce(sum(bytes), 0) AS bytes,
           array(SELECT DISTINCT type COLLATE "C" AS t FROM stamps AS i
                  WHERE (i.window_start, i.namespace) = (s.window_start, s.namespace)
                  ORDER BY t LIMIT :cap) AS types,
           array(SELECT DISTINCT workflow_id AS w FROM stamps AS i
                  WHERE (i.window_start, i.namespace) = (s.window_start, s.namespace) AND workflow_id IS NOT NULL
                  ORDER BY w LIMIT :cap) AS ids,
           jsonb_build_object(
               'file_type_distribution', (SELECT counts FROM distributions AS d WHERE what = 'type'
                   AND (d.window_start, d.namespace) = (s.window_start, s.namespace)),
               'workflow_type_distribution', (SELECT counts FROM distributions AS d WHERE what = 'workflow'
                   AND (d.window_start, d.namespace) = (s.window_start, s.namespace)),
               'size_buckets', jsonb_build_object('small', count(*) FILTER (WHERE bucket = 'small'),
                   'medium', count(*) FILTER (WHERE bucket = 'medium'), 'large', count(*) FILTER (WHERE bucket = 'large')),
               'avg_file_size_bytes', round(avg(bytes), 2),
               'failed_workflows', count(DISTINCT workflow_id) FILTER (WHERE current_state = 'FAILED'),
               'truncated', greatest(count(DISTINCT type), count(DISTINCT workflow_id), count(DISTINCT workflow_type),
                                    CASE WHEN :'type' = 'size_buckets' THEN count(DISTINCT bucket) END) > :cap)
           || CASE WHEN :'type' IN ('file_type_grouping', 'size_buckets', 'workflow_grouping')
                   THEN jsonb_build_object('groups', coalesce((SELECT groups FROM distributions AS d
                            WHERE what = CASE :'type' WHEN 'file_type_grouping' THEN 'type' WHEN 'size_buckets' THEN 'bucket'
                                                      ELSE 'workflow' END
                              AND (d.window_start, d.namespace) = (s.window_start, s.namespace)), '{}'))
                   ELSE '{}' END AS metadata
      FROM stamps AS s
     GROUP BY s.window_start, s.window_end, s.namespace;
\endif
SELECT format('%s .. %s  %L  items %s workflows %s bytes %s  types %s  ids %s  %s', window_start, window_end, namespace,
              items, workflows, bytes, types, ids, metadata)
  FROM rolled
 ORDER BY window_start, namespace COLLATE "C";
