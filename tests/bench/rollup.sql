-- The plain statement that the rollup is measured against: hours of UTC, by namespace, everything that a row of the type
-- namespace_grouping holds, in one INSERT … SELECT … GROUP BY, as somebody would write it who needs it once.
INSERT INTO plain_states (bridge_id, namespace, total_items_aggregated, total_workflows_processed, total_size_bytes,
        unique_file_types, unique_workflows, aggregation_metadata, aggregation_type, window_start, window_end,
        configuration, current_fsm_state, last_aggregation_timestamp, created_at, updated_at)
SELECT uuid_generate_v5('02ecf53b-d8bc-5710-9d01-6d8e2e01e7f7', namespace || ' 1h ' || window_start),
       namespace,
       count(*),
       count(DISTINCT workflow_id),
       coalesce(sum(bytes), 0),
       coalesce(array_agg(DISTINCT type) FILTER (WHERE type IS NOT NULL), '{}'),
       coalesce(array_agg(DISTINCT workflow_id) FILTER (WHERE workflow_id IS NOT NULL), '{}'),
       jsonb_build_object(
           'file_type_distribution', (SELECT jsonb_object_agg(type, n)
                                        FROM (SELECT t AS type, count(*) AS n FROM unnest(array_agg(type)) AS t
                                               WHERE t IS NOT NULL GROUP BY t) AS d),
           'size_buckets', jsonb_build_object('small', count(*) FILTER (WHERE bytes < 1048576),
                                              'medium', count(*) FILTER (WHERE bytes BETWEEN 1048576 AND 10485760),
                                              'large', count(*) FILTER (WHERE bytes > 10485760)),
           'workflow_type_distribution', (SELECT jsonb_object_agg(type, n)
                                            FROM (SELECT t AS type, count(*) AS n FROM unnest(array_agg(workflow_type)) AS t
                                                   WHERE t IS NOT NULL GROUP BY t) AS d),
           'avg_file_size_bytes', round(avg(bytes), 2),
           'failed_workflows', count(DISTINCT workflow_id) FILTER (WHERE current_state = 'FAILED'),
           'truncated', greatest(count(DISTINCT workflow_id), count(DISTINCT type)) > 10000),
       'namespace_grouping',
       window_start,
       window_start + INTERVAL '1 hour',
       '{"window": "1h", "tz": "UTC", "type": "namespace_grouping", "max_uniques": 10000}',
       'IDLE',
       now(), now(), now()
  FROM (SELECT s.namespace, date_trunc('hour', s.created_at) AS window_start, s.workflow_id,
               coalesce(s.stamp_data ->> 'content_type', s.stamp_data #>> '{stamp_data,content_type}',
                        s.stamp_data #>> '{file_metadata,content_type}') AS type,
               coalesce(s.stamp_data ->> 'file_size', s.stamp_data ->> 'size_bytes',
                        s.stamp_data #>> '{stamp_data,file_size}', s.stamp_data #>> '{stamp_data,size_bytes}',
                        s.stamp_data #>> '{file_metadata,file_size}',
                        s.stamp_data #>> '{file_metadata,size_bytes}')::bigint AS bytes,
               w.workflow_type, w.current_state
          FROM metadata_stamps AS s
          LEFT JOIN workflow_executions AS w ON w.id = s.workflow_id) AS stamps
 GROUP BY namespace, window_start;
