#!/bin/bash
# The schema as the migrations make it: each rollback takes back exactly what its forward file made, the catalog is
# what it is meant to be, a role without rights gets by, and the database guide's SELECTs run.
#
#   tests/db/catalog.sh      (needs a superuser's connection in the environment: PGHOST …; leaves nothing behind)
set -u -o pipefail
cd "$(dirname "$0")/../.." || exit 70

export PGDATABASE=postgres
unset PGOPTIONS
scratch=catalog_test_$$
owner=catalog_owner_$$
guest=catalog_guest_$$
work=$(mktemp -d)
failures=0

sql() { psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
here() { sql -d "$scratch" "$@"; }
apply() { here -1 -f "$1" 2>"$work/messages"; }

clean_up() {
    sql -c "DROP DATABASE IF EXISTS $scratch" -c "DROP ROLE IF EXISTS $owner" -c "DROP ROLE IF EXISTS $guest" 2>/dev/null
    rm -rf "$work"
}
trap clean_up EXIT

fresh() { sql -c "DROP DATABASE IF EXISTS $scratch" -c "CREATE DATABASE $scratch ${1-}" 2>/dev/null; }

# ok WHAT COMMAND…: what the command says is shown where it fails.
ok() {
    local what=$1
    shift
    if "$@" >"$work/output" 2>&1; then
        echo "ok - $what"
    else
        echo "not ok - $what"
        sed 's/^/# /' "$work/output" "$work/messages" 2>/dev/null
        failures=$((failures + 1))
    fi
}
same() { diff -u "$1" "$2"; }
# equals SQL WANTED: the one thing the query says.
equals() { [ "$(here -c "$1")" = "$2" ] || { echo "'$1' gives '$(here -c "$1")', not '$2'"; false; }; }
refused() { ! here "$@" 2>/dev/null || { echo "not refused: $*"; false; }; }

forward_files() { find "$1" -maxdepth 1 -name '[0-9]*.sql' ! -name '*_rollback_*' ! -name '*.down.sql' | LC_ALL=C sort; }
rollback_of() {
    case $1 in
    *.up.sql) echo "${1%.up.sql}.down.sql" ;;
    *) set -- "${1%/*}" "${1##*/}"; echo "$1/${2%%_*}"_rollback_*.sql ;;
    esac
}

# Everything a migration could leave behind, a line each.
OURS="nspname !~ '^pg_' AND nspname <> 'information_schema'"
snapshot() {
    here <<SQL
SELECT 'schema ' || nspname FROM pg_namespace WHERE $OURS ORDER BY 1;
SELECT 'extension ' || extname FROM pg_extension ORDER BY 1;
SELECT concat_ws(' ', 'relation', oid::regclass, relkind, relpersistence, relispartition, pg_get_partkeydef(oid), reloptions)
  FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE $OURS) ORDER BY 1;
SELECT concat_ws(' ', 'column', attrelid::regclass, row_number() OVER (PARTITION BY attrelid ORDER BY attnum), attname,
                 format_type(atttypid, atttypmod), attnotnull, attidentity, pg_get_expr(adbin, adrelid))
  FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE attrelid IN (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE $OURS)
   AND attnum > 0 AND NOT attisdropped ORDER BY 1;
SELECT concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid)
  FROM pg_index WHERE indexrelid IN (SELECT c.oid FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE $OURS)
 ORDER BY 1;
SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(c.oid), convalidated)
  FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace WHERE $OURS ORDER BY 1;
SELECT concat_ws(' ', 'view', schemaname, viewname, definition) FROM pg_views WHERE schemaname !~ '^pg_' ORDER BY 1;
SELECT concat_ws(' ', 'function', p.oid::regprocedure, CASE prokind WHEN 'f' THEN md5(pg_get_functiondef(p.oid)) END)
  FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE $OURS ORDER BY 1;
SELECT concat_ws(' ', 'type', t.oid::regtype) FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE $OURS ORDER BY 1;
SELECT concat_ws(' ', 'trigger', tgrelid::regclass, tgname) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1;
SELECT concat_ws(' ', 'comment', pg_describe_object(classoid, objoid, objsubid), description)
  FROM pg_description WHERE objoid >= 16384 ORDER BY 1;
SQL
}

# up, up again, down, down again, up: each only changes what it is for.
there_and_back() {
    local file=$1 back
    back=$(rollback_of "$file")
    [ -f "$back" ] || { echo "no rollback: $back"; return 1; }
    snapshot >"$work/before" && apply "$file" && snapshot >"$work/after" || return 1
    ! same "$work/before" "$work/after" >/dev/null || { echo "changes nothing"; return 1; }
    apply "$file" && snapshot >"$work/now" && same "$work/after" "$work/now" || return 1
    apply "$back" && snapshot >"$work/now" && same "$work/before" "$work/now" || return 1
    apply "$back" && snapshot >"$work/now" && same "$work/before" "$work/now" || return 1
    apply "$file" && snapshot >"$work/now" && same "$work/after" "$work/now"
}

up_all() { for file in $(forward_files migrations); do apply "$file" || return 1; done; }
down_all() { for file in $(forward_files migrations | tac); do apply "$(rollback_of "$file")" || return 1; done; }

# Indexes that no key needs, in the schema public, less those of partitions.
INDEXES="pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE c.relnamespace = 'public'::regnamespace AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"

indexes_added() {
    local wanted=$1
    [ $(($(here -c "SELECT count(*) FROM $INDEXES") - indexes_before)) = "$wanted" ]
}

round_trips() {
    snapshot >"$work/empty"
    local counts=(4 4 4 4 4 5 3 3 5 9 5 1 4 1 1 0 0) n=0 file
    ok "17 forward files and 17 rollbacks" test "$(forward_files migrations | wc -l)/$(find migrations -maxdepth 1 -name '*.sql' | wc -l)" = 17/34
    for file in $(forward_files migrations); do
        indexes_before=$(here -c "SELECT count(*) FROM $INDEXES")
        ok "there and back: ${file##*/}" there_and_back "$file"
        ok "${counts[n]} indexes: ${file##*/}" indexes_added "${counts[n]}"
        n=$((n + 1))
    done
    snapshot >"$work/full"
    ok "no transaction statements" refute_grep -inE '^ *(begin|commit|rollback|start transaction)\b *;' migrations/*.sql migrations/mbflow/*.sql
}
refute_grep() { ! grep "$@"; }

catalog_is_as_specified() {
    here -c "SELECT concat_ws(' ', c.relname, substring(pg_get_indexdef(indexrelid) FROM 'USING (.*)'))
               FROM $INDEXES" | LC_ALL=C sort >"$work/now"
    LC_ALL=C sort >"$work/wanted" <<'INDEXES'
idx_workflow_executions_correlation_id btree (correlation_id)
idx_workflow_executions_namespace btree (namespace)
idx_workflow_executions_state btree (current_state)
idx_workflow_executions_started_at btree (started_at DESC)
idx_workflow_steps_workflow_id btree (workflow_id)
idx_workflow_steps_status btree (status)
idx_workflow_steps_created_at btree (created_at DESC)
idx_workflow_steps_workflow_id_order btree (workflow_id, step_order)
idx_fsm_transitions_entity btree (entity_id, entity_type)
idx_fsm_transitions_entity_type btree (entity_type)
idx_fsm_transitions_created_at btree (created_at DESC)
idx_fsm_transitions_states btree (from_state, to_state)
idx_bridge_states_namespace btree (namespace)
idx_bridge_states_fsm_state btree (current_fsm_state)
idx_bridge_states_last_aggregation btree (last_aggregation_timestamp DESC)
idx_bridge_states_namespace_state btree (namespace, current_fsm_state)
idx_node_registrations_health btree (health_status)
idx_node_registrations_type btree (node_type)
idx_node_registrations_last_heartbeat btree (last_heartbeat DESC)
idx_node_registrations_type_health btree (node_type, health_status)
idx_metadata_stamps_workflow_id btree (workflow_id)
idx_metadata_stamps_file_hash btree (file_hash)
idx_metadata_stamps_namespace btree (namespace)
idx_metadata_stamps_created_at btree (created_at DESC)
idx_metadata_stamps_namespace_created_at btree (namespace, created_at DESC)
idx_workflow_executions_workflow_type btree (workflow_type)
idx_workflow_executions_namespace_state btree (namespace, current_state)
idx_workflow_executions_created_at btree (created_at DESC)
idx_workflow_executions_namespace_state_started btree (namespace, current_state, started_at DESC)
idx_workflow_steps_workflow_id_status btree (workflow_id, status)
idx_bridge_states_namespace_last_aggregation btree (namespace, last_aggregation_timestamp DESC)
idx_workflow_executions_stamp_id btree (stamp_id) WHERE (stamp_id IS NOT NULL)
idx_workflow_executions_file_hash btree (file_hash) WHERE (file_hash IS NOT NULL)
idx_workflow_executions_session_id btree (session_id) WHERE (session_id IS NOT NULL)
idx_workflow_executions_workflow_steps gin (workflow_steps)
idx_workflow_executions_intelligence_data gin (intelligence_data)
idx_bridge_states_aggregation_type btree (aggregation_type)
idx_bridge_states_window_start btree (window_start DESC) WHERE (window_start IS NOT NULL)
idx_bridge_states_window_end btree (window_end DESC) WHERE (window_end IS NOT NULL)
idx_bridge_states_total_size_bytes btree (total_size_bytes DESC)
idx_bridge_states_unique_file_types gin (unique_file_types)
idx_bridge_states_unique_workflows gin (unique_workflows)
idx_bridge_states_configuration gin (configuration)
idx_bridge_states_namespace_aggregation_type btree (namespace, aggregation_type)
idx_bridge_states_namespace_window btree (namespace, window_start DESC, window_end DESC)
idx_event_logs_correlation btree (correlation_id)
idx_event_logs_session btree (session_id)
idx_event_logs_type btree (event_type)
idx_event_logs_created btree (created_at)
idx_event_logs_payload_gin gin (payload)
idx_job_runs_job_started btree (job, started_at DESC)
idx_ingest_files_fingerprint btree (fingerprint, size_bytes)
idx_ingest_files_run btree (run_id)
idx_ingest_files_loading btree (run_id) WHERE ((state)::text = 'loading'::text)
idx_ingest_batches_file btree (file_id)
idx_ingest_hashless_stamps_correlation btree (correlation_id)
idx_rollup_changes_changed_in btree (changed_in)
INDEXES
    ok "indexes as specified" same "$work/wanted" "$work/now"

    # Columns: name, type, ! for NOT NULL, default.
    here -c "SELECT relname || ': ' || string_agg(concat_ws(' ', attname,
                        replace(replace(format_type(atttypid, atttypmod), 'timestamp with time zone', 'timestamptz'),
                                'character varying', 'varchar') || CASE WHEN attnotnull THEN '!' ELSE '' END,
                        CASE attidentity WHEN 'd' THEN 'identity' END,
                        regexp_replace(pg_get_expr(adbin, adrelid), '::.*', '')), ', ' ORDER BY attnum)
               FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
               LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
              WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
              GROUP BY relname" | LC_ALL=C sort >"$work/now"
    LC_ALL=C sort >"$work/wanted" <<'COLUMNS'
workflow_executions: id uuid! gen_random_uuid(), correlation_id uuid!, workflow_type varchar(100)!, current_state varchar(50)!, namespace varchar(255)!, started_at timestamptz!, completed_at timestamptz, execution_time_ms integer, error_message text, metadata jsonb '{}', created_at timestamptz now(), updated_at timestamptz now(), stamp_id varchar(255), file_hash varchar(64), workflow_steps jsonb '[]', intelligence_data jsonb, hash_generation_time_ms integer, workflow_steps_executed integer 0, session_id uuid
workflow_steps: id uuid! gen_random_uuid(), workflow_id uuid!, step_name varchar(100)!, step_order integer!, status varchar(50)!, execution_time_ms integer, step_data jsonb '{}', error_message text, created_at timestamptz now()
fsm_transitions: id uuid! gen_random_uuid(), entity_id uuid!, entity_type varchar(100)!, from_state varchar(50), to_state varchar(50)!, transition_event varchar(100)!, transition_data jsonb '{}', created_at timestamptz now()
bridge_states: bridge_id uuid!, namespace varchar(255)!, total_workflows_processed integer! 0, total_items_aggregated integer! 0, aggregation_metadata jsonb '{}', current_fsm_state varchar(50)!, last_aggregation_timestamp timestamptz, created_at timestamptz now(), updated_at timestamptz now(), total_size_bytes bigint 0, unique_file_types text[] '{}', unique_workflows uuid[] '{}', aggregation_type varchar(50) 'namespace_grouping', window_start timestamptz, window_end timestamptz, aggregation_duration_ms integer, items_per_second numeric(10,2), version integer 1, configuration jsonb '{}'
node_registrations: node_id varchar(255)!, node_type varchar(100)!, node_version varchar(50)!, capabilities jsonb '{}', endpoints jsonb '{}', metadata jsonb '{}', health_status varchar(50)! 'UNKNOWN', last_heartbeat timestamptz, registered_at timestamptz now(), updated_at timestamptz now()
metadata_stamps: id uuid! gen_random_uuid(), workflow_id uuid, file_hash varchar(128)!, stamp_data jsonb!, namespace varchar(255)!, created_at timestamptz now()
event_logs: id uuid! gen_random_uuid(), event_type varchar(100)!, correlation_id uuid, session_id uuid, namespace varchar(255)!, payload jsonb!, metadata jsonb '{}', created_at timestamptz! now()
job_runs: run_id bigint! identity, job varchar(50)!, started_at timestamptz! now(), ended_at timestamptz, exit_code integer, host varchar(255)! '', pid integer! 0, version varchar(50)! '', tally jsonb! '{}', message text! ''
ingest_files: file_id bigint! identity, fingerprint varchar(64)!, content_sha256 varchar(64), size_bytes bigint!, modified_at timestamptz!, name text!, state varchar(20)!, run_id bigint!, lines bigint! 0, inserted bigint! 0, duplicates bigint! 0, rejected bigint! 0, blank bigint! 0, bytes_read bigint! 0, started_at timestamptz!, done_at timestamptz
ingest_batches: run_id bigint!, writer integer!, batch bigint!, file_id bigint!, first_line bigint!, last_line bigint!, lines integer!, inserted integer!, duplicates integer!, refused integer!, committed_at timestamptz!
ingest_workflow_facts: correlation_id uuid!, type_at timestamptz!, namespace_at timestamptz!, session_at timestamptz!, metadata_at timestamptz, metadata_by uuid, state_at timestamptz!, error_message text, error_at timestamptz, completed_ms integer, completed_ms_at timestamptz, failed_ms integer, failed_ms_at timestamptz, stamp_at timestamptz, file_hash_at timestamptz, event_hash varchar(64), event_hash_at timestamptz, generation_at timestamptz, intelligence_at timestamptz, intelligence_by uuid
ingest_node_facts: node_id varchar(255)!, registered boolean!, described_at timestamptz!, described_by uuid, health_at timestamptz
ingest_hashless_stamps: id uuid!, correlation_id uuid!, namespace varchar(255)!, created_at timestamptz!, stamp_data jsonb!
rollup_changes: changed_in xid8! pg_current_xact_id(), namespace varchar(255)!, bucket timestamptz!
rollup_progress: window_size varchar(20)!, aggregation_type varchar(50)!, time_zone varchar(64)!, namespace varchar(255)!, seen pg_snapshot, system_identifier bigint, max_uniques integer, registered_at timestamptz! now(), last_run_id bigint, last_run_at timestamptz! now()
rollup_seals: seal_id bigint! identity, namespace varchar(255), sealed_before timestamptz!, reason text!, sealed_at timestamptz! now()
COLUMNS
    ok "columns as specified" same "$work/wanted" "$work/now"

    here -c "SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace" | LC_ALL=C sort >"$work/now"
    LC_ALL=C sort >"$work/wanted" <<'CONSTRAINTS'
workflow_executions PRIMARY KEY (id)
workflow_executions UNIQUE (correlation_id)
workflow_executions CHECK ((execution_time_ms >= 0))
workflow_executions CHECK ((hash_generation_time_ms >= 0))
workflow_executions CHECK ((workflow_steps_executed >= 0))
workflow_steps PRIMARY KEY (id)
workflow_steps FOREIGN KEY (workflow_id) REFERENCES workflow_executions(id) ON DELETE CASCADE
workflow_steps CHECK ((step_order >= 0))
workflow_steps CHECK ((execution_time_ms >= 0))
fsm_transitions PRIMARY KEY (id)
bridge_states PRIMARY KEY (bridge_id)
bridge_states CHECK ((total_workflows_processed >= 0))
bridge_states CHECK ((total_items_aggregated >= 0))
bridge_states CHECK ((total_size_bytes >= 0))
bridge_states CHECK ((aggregation_duration_ms >= 0))
bridge_states CHECK ((items_per_second >= (0)::numeric))
bridge_states CHECK ((version >= 1))
node_registrations PRIMARY KEY (node_id)
metadata_stamps PRIMARY KEY (id)
metadata_stamps FOREIGN KEY (workflow_id) REFERENCES workflow_executions(id) ON DELETE SET NULL
event_logs PRIMARY KEY (id, created_at)
job_runs PRIMARY KEY (run_id)
ingest_files PRIMARY KEY (file_id)
ingest_files CHECK (((state)::text = ANY (ARRAY['loading'::text, 'done'::text, 'cut'::text, 'incomplete'::text, 'refused'::text, 'abandoned'::text])))
ingest_batches PRIMARY KEY (run_id, writer, batch)
ingest_workflow_facts PRIMARY KEY (correlation_id)
ingest_node_facts PRIMARY KEY (node_id)
ingest_hashless_stamps PRIMARY KEY (id)
rollup_progress PRIMARY KEY (window_size, aggregation_type, time_zone, namespace)
rollup_seals PRIMARY KEY (seal_id)
CONSTRAINTS
    ok "constraints as specified" same "$work/wanted" "$work/now"
    ok "event_logs is partitioned by time, without a default" equals \
        "SELECT pg_get_partkeydef(partrelid) || ' ' || partdefid FROM pg_partitioned_table" 'RANGE (created_at) 0'
    ok "no triggers" equals "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal" 0
}

# Of ours: what belongs to an extension has comments of its own making.
names_and_comments() {
    local mine="relnamespace IN ('public'::regnamespace, to_regnamespace('guide'))
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')"
    ok "$1: every table, view and column has a comment" equals \
        "SELECT string_agg(concat_ws('.', c.oid::regclass, attname), ' ' ORDER BY 1)
           FROM pg_class c JOIN (SELECT attrelid, attnum, attname FROM pg_attribute WHERE attnum > 0 AND NOT attisdropped
                                 UNION ALL SELECT oid, 0, NULL FROM pg_class) a ON attrelid = c.oid
          WHERE $mine AND relkind IN ('r', 'p', 'v')
            AND coalesce(CASE attnum WHEN 0 THEN obj_description(c.oid, 'pg_class')
                                     ELSE col_description(c.oid, attnum) END, '') = ''" ''
    ok "$1: no name is longer than 48" equals \
        "SELECT string_agg(name, ' ')
           FROM (SELECT relname AS name FROM pg_class c WHERE $mine
                 UNION SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace) names
          WHERE length(name) > 48" ''
}

ID=550e8400-e29b-41d4-a716-446655440000

sample_rows() {
    here <<SQL
CREATE TABLE event_logs_y2025m10 PARTITION OF event_logs FOR VALUES FROM ('2025-10-01Z') TO ('2025-11-01Z');
INSERT INTO event_logs (event_type, correlation_id, session_id, namespace, payload, created_at)
VALUES ('WORKFLOW_FAILED', '$ID', '$ID', 'n', '{"error": "broken"}', '2025-10-15 12:00Z');
INSERT INTO workflow_executions (id, correlation_id, workflow_type, current_state, namespace, started_at, completed_at,
                                 error_message, metadata, stamp_id)
VALUES ('$ID', '$ID', 'metadata_stamping', 'FAILED', 'n', now() - INTERVAL '2 seconds', now(), 'broken',
        '{"input_data": {"file_path": "/data/a.txt"}}', 's1');
INSERT INTO workflow_steps (workflow_id, step_name, step_order, status, execution_time_ms, step_data, created_at)
VALUES ('$ID', 'generate_hash', 1, 'COMPLETED', 1500, '{"step_type": "compute"}', '2025-10-15 12:00:02Z');
INSERT INTO fsm_transitions (entity_id, entity_type, to_state, transition_event)
VALUES ('$ID', 'workflow', 'FAILED', 'give_up');
INSERT INTO bridge_states (bridge_id, namespace, total_items_aggregated, current_fsm_state)
VALUES ('$ID', 'n', 7, 'AGGREGATING');
INSERT INTO node_registrations (node_id, node_type, node_version, endpoints, health_status, last_heartbeat)
VALUES ('a', 'orchestrator', '1', '{"ports": [1], "http": {"main": "http://a:8080"}}', 'HEALTHY', now()),
       ('b', 'reducer', '1', '[]', 'HEALTHY', now());
INSERT INTO metadata_stamps (id, file_hash, namespace, stamp_data)
VALUES ('$ID', 'h1', 'n', '{"stamp_id": "s1", "file_size": 12, "content_type": "text/plain",
                            "intelligence_data": {"analysis_type": "security", "confidence_score": 0.5}}'),
       (gen_random_uuid(), 'h2', 'n', 'null');
SQL
}

# A SELECT a paragraph, as the database guide prints it, with values for its parameters. One is left out: "check index
# usage" asks pg_stat_user_indexes for columns it has in no version of PostgreSQL.
guide_selects() {
    cat <<SQL
SELECT * FROM workflow_executions
WHERE correlation_id = '$ID'
ORDER BY started_at DESC

SELECT step_name, step_type,
       AVG(execution_time_ms) as avg_time,
       MIN(execution_time_ms) as min_time,
       MAX(execution_time_ms) as max_time,
       COUNT(*) as total_executions
FROM workflow_steps
WHERE status = 'COMPLETED'
GROUP BY step_name, step_type
ORDER BY avg_time DESC

SELECT from_state, to_state, transition_at, triggered_by
FROM fsm_transitions
WHERE workflow_id = '$ID'
ORDER BY transition_at ASC

SELECT from_state, to_state, COUNT(*) as failure_count
FROM fsm_transitions
WHERE to_state = 'FAILED'
GROUP BY from_state, to_state
ORDER BY failure_count DESC
LIMIT 10

SELECT node_type, state, COUNT(*) as count
FROM bridge_states
WHERE state NOT IN ('IDLE', 'COMPLETED')
GROUP BY node_type, state

SELECT node_id, node_type, endpoint_url
FROM node_registrations
WHERE health_status = 'HEALTHY'
  AND last_heartbeat > NOW() - INTERVAL '1 minute'

SELECT * FROM metadata_stamps
WHERE file_hash = 'h1'

SELECT stamp_id, file_hash, created_at
FROM metadata_stamps
WHERE namespace = 'n'
ORDER BY created_at DESC
LIMIT 100

SELECT stamp_id, namespace,
       intelligence_data->'analysis_type' as analysis_type,
       intelligence_data->'confidence_score' as confidence
FROM metadata_stamps
WHERE intelligence_data ? 'analysis_type'
  AND intelligence_data->>'analysis_type' = 'security'
ORDER BY (intelligence_data->>'confidence_score')::float DESC
LIMIT 50

SELECT event_type, payload, created_at
FROM event_logs
WHERE correlation_id = '$ID'
ORDER BY created_at ASC

SELECT event_type,
       created_at,
       EXTRACT(EPOCH FROM (created_at - LAG(created_at) OVER (ORDER BY created_at))) * 1000 as time_diff_ms
FROM event_logs
WHERE session_id = '$ID'
ORDER BY created_at ASC

SELECT event_type, correlation_id, payload
FROM event_logs
WHERE payload ? 'error'
  AND event_type LIKE '%_FAILED'
ORDER BY created_at DESC
LIMIT 100

SELECT *,
       EXTRACT(EPOCH FROM (completed_at - started_at)) * 1000 as duration_ms
FROM workflow_executions
WHERE correlation_id = '$ID'

SELECT * FROM workflow_steps
WHERE workflow_id = '$ID'
ORDER BY step_order ASC

SELECT * FROM fsm_transitions
WHERE workflow_id = '$ID'
ORDER BY transition_at ASC

SELECT COUNT(*) as total_stamps,
       COUNT(DISTINCT file_metadata->>'content_type') as unique_file_types,
       jsonb_agg(DISTINCT file_metadata->>'content_type') as file_types
FROM metadata_stamps
WHERE namespace = 'n'

SELECT workflow_id,
       correlation_id,
       error_info->>'message' as error_message,
       error_info->>'code' as error_code,
       completed_at as failed_at
FROM workflow_executions
WHERE state = 'FAILED'
  AND started_at > NOW() - make_interval(hours => 24)
ORDER BY completed_at DESC
LIMIT 100

SELECT event_type,
       payload,
       created_at,
       EXTRACT(EPOCH FROM (
           created_at - LAG(created_at) OVER (ORDER BY created_at)
       )) * 1000 as time_diff_ms
FROM event_logs
WHERE session_id = '$ID'
  AND created_at > NOW() - make_interval(hours => 1000000)
ORDER BY created_at ASC

EXPLAIN (ANALYZE, BUFFERS) SELECT *
FROM workflow_executions
WHERE correlation_id = '550e8400-e29b-41d4-a716-446655440000'

SELECT pg_size_pretty(pg_database_size('$scratch'))

SELECT schemaname,
       tablename,
       pg_size_pretty(pg_total_relation_size(schemaname||'.'||tablename)) AS size
FROM pg_tables
WHERE schemaname = 'public'
ORDER BY pg_total_relation_size(schemaname||'.'||tablename) DESC

SELECT COUNT(*) as connections,
       state
FROM pg_stat_activity
WHERE datname = '$scratch'
GROUP BY state

SELECT pid,
       now() - query_start AS duration,
       query,
       state
FROM pg_stat_activity
WHERE (now() - query_start) >= interval '0 seconds'
  AND state = 'active'

SELECT schemaname, tablename,
       pg_size_pretty(pg_total_relation_size(schemaname||'.'||tablename)) as total_size,
       round(100 * pg_relation_size(schemaname||'.'||tablename) / pg_total_relation_size(schemaname||'.'||tablename)) as table_percent
FROM pg_tables
WHERE schemaname = 'public'
ORDER BY pg_total_relation_size(schemaname||'.'||tablename) DESC
SQL
}

# Runs, and finds the sample: a statement that gives no row would prove little.
runs_with_rows() { [ "$(PGOPTIONS='-c search_path=guide,public' here -c "$1" | grep -c .)" -gt 0 ]; }

guide_runs() {
    ok "sample rows" sample_rows
    local n=0 select
    while IFS= read -r -d '' select; do
        n=$((n + 1))
        ok "guide's SELECT $n: $(head -n 3 <<<"$select" | tr -s ' \n' ' ')" runs_with_rows "$select"
    done < <(guide_selects | awk -v RS= '{ printf "%s%c", $0, 0 }')
    ok "all of the guide's SELECTs" test "$n" = 24

    ok "guide: error_info" equals "SELECT error_info FROM guide.workflow_executions" '{"message": "broken"}'
    ok "guide: input_data" equals "SELECT input_data->>'file_path' FROM guide.workflow_executions" /data/a.txt
    ok "guide: output_data" equals "SELECT output_data FROM guide.workflow_executions" '{"stamp_id": "s1"}'
    ok "guide: the times of a step" equals \
        "SELECT concat_ws(' ', step_type, extract(epoch FROM completed_at - started_at)) FROM guide.workflow_steps" \
        'compute 1.500000'
    ok "guide: state_data" equals "SELECT state_data->'total_items_aggregated' FROM guide.bridge_states" 7
    ok "guide: endpoint_url" equals "SELECT string_agg(endpoint_url, '|' ORDER BY node_id) FROM guide.node_registrations" \
        'http://a:8080|'
    ok "guide: file_metadata" equals "SELECT file_metadata FROM guide.metadata_stamps WHERE file_hash = 'h1'" \
        '{"file_size": 12, "content_type": "text/plain"}'
    ok "guide: a stamp that says nothing" equals \
        "SELECT concat_ws(' ', stamp_id = id::text, file_metadata, intelligence_data, metadata_version)
           FROM guide.metadata_stamps WHERE file_hash = 'h2'" 't {} {} 0.1'
    ok "guide: a partitioned table has the size of its partitions" equals \
        "SELECT guide.pg_total_relation_size('public.event_logs') = pg_total_relation_size('event_logs_y2025m10')" t

    local view
    for view in workflow_executions workflow_steps fsm_transitions bridge_states node_registrations metadata_stamps; do
        ok "guide.$view is read-only" refused -c "DELETE FROM guide.$view"
    done
    uses_index workflow_executions "correlation_id = '$ID'"
    uses_index workflow_executions "id = '$ID'"
    uses_index workflow_steps "workflow_id = '$ID'"
    uses_index fsm_transitions "workflow_id = '$ID'"
    uses_index node_registrations "node_id = 'a'"
    uses_index metadata_stamps "file_hash = 'h1'"
    here -c "DROP TABLE event_logs_y2025m10" -c "TRUNCATE workflow_executions, workflow_steps, metadata_stamps, fsm_transitions,
        bridge_states, node_registrations"
}
uses_index() { ok "guide.$1 by $2 uses the index" index_scan "$1" "$2"; }
index_scan() {
    PGOPTIONS='-c enable_seqscan=off -c enable_bitmapscan=off' here -c "EXPLAIN SELECT * FROM guide.$1 WHERE $2" >"$work/plan"
    cat "$work/plan"
    grep -q '^Index Scan' "$work/plan" && ! grep -q Join "$work/plan"
}

# What a dump brings back is the same to the letter, or every restore would look like drift.
restored_the_same() {
    pg_dump -s -d "$scratch" >"$work/dump" && fresh && here -f "$work/dump" >/dev/null && snapshot >"$work/now" &&
        same "$1" "$work/now"
}

all_the_way_back() {
    ok "all the way down" down_all
    snapshot >"$work/now"
    ok "nothing is left" same "$work/empty" "$work/now"
    ok "and up again" up_all
    snapshot >"$work/now"
    ok "as before" same "$work/full" "$work/now"
    ok "dumped and restored: the same catalog" restored_the_same "$work/full"
    fresh
}

# What was there before, or came to depend on ours, is not ours to drop.
others_things_stay() {
    here -c 'CREATE EXTENSION "uuid-ossp"' -c "CREATE SCHEMA guide" -c "CREATE TABLE guide.theirs (id INTEGER)" \
        -c "CREATE TABLE theirs (id INTEGER PRIMARY KEY)"
    snapshot >"$work/theirs"
    ok "up beside others' things" up_all
    ok "down beside others' things" down_all
    snapshot >"$work/now"
    ok "others' things stay as they were" same "$work/theirs" "$work/now"

    fresh
    up_all
    here -c "CREATE TABLE theirs (id UUID DEFAULT uuid_generate_v4())" -c "CREATE TABLE guide.theirs (id INTEGER)"
    ok "down with others' things on top" down_all
    ok "what others use stays" equals \
        "SELECT concat_ws(' ', count(*), to_regclass('guide.theirs')) FROM pg_extension WHERE extname <> 'plpgsql'" '1 guide.theirs'
}

only_notices() {
    local file
    for file in "$@"; do
        apply "$file" || return 1
        cat "$work/messages"
        ! grep -v NOTICE: "$work/messages" | grep . || return 1
        cat "$work/messages" >>"$work/notices"
    done
}
noticed() { grep -q "NOTICE:  extension \"$1\" is not created" "$work/notices"; }

without_rights() {
    sql -c "CREATE ROLE $owner NOSUPERUSER" -c "CREATE ROLE $guest NOSUPERUSER"
    fresh "OWNER $owner"
    export PGOPTIONS="-c role=$owner"
    : >"$work/notices"
    snapshot >"$work/empty"
    # shellcheck disable=SC2046
    ok "the database's owner: up with nothing but notices" only_notices $(forward_files migrations)
    ok "the owner has no pg_stat_statements" noticed pg_stat_statements
    ok "the owner: down" down_all
    snapshot >"$work/now"
    ok "the owner: nothing is left" same "$work/empty" "$work/now"

    # A role that may make tables and nothing else.
    PGOPTIONS='' sql -d "$scratch" -c "GRANT CREATE ON SCHEMA public TO $guest"
    export PGOPTIONS="-c role=$guest"
    : >"$work/notices"
    ok "a guest: 001 with nothing but notices" only_notices migrations/001_create_workflow_executions.sql
    ok "the guest has no uuid-ossp" noticed uuid-ossp
    ok "the guest has no pg_stat_statements" noticed pg_stat_statements
    ok "a guest: back" only_notices migrations/001_rollback_workflow_executions.sql
    unset PGOPTIONS
}

mbflow() {
    fresh
    for file in migrations/mbflow/*.up.sql; do ok "mbflow: there and back: $file" there_and_back "$file"; done
    names_and_comments mbflow
    snapshot >"$work/full"
    ok "mbflow: dumped and restored: the same catalog" restored_the_same "$work/full"
    ok "mbflow: tables" equals "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'" \
        'edges events executions node_executions nodes sequence_gaps triggers workflows'
    ok "mbflow: the README's queries" here <<'SQL'
INSERT INTO workflows (id, name) VALUES ('00000000-0000-0000-0000-000000000001', 'w');
INSERT INTO nodes (id, workflow_id, name, type) VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001', 'n', 'llm');
INSERT INTO executions (id, workflow_id) VALUES ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-000000000001');
INSERT INTO events (execution_id, event_type, sequence) VALUES ('00000000-0000-0000-0000-000000000001', 'workflow_started', 1);
SELECT COUNT(*) FROM executions WHERE status = 'running';
SELECT COUNT(*) FROM executions
WHERE status = 'failed' AND created_at > NOW() - INTERVAL '24 hours';
SELECT AVG(completed_at - started_at) AS avg_duration
FROM executions WHERE status = 'completed';
SELECT execution_id, COUNT(*) as event_count
FROM events GROUP BY execution_id ORDER BY event_count DESC LIMIT 10;
SELECT w.name, COUNT(e.id) as exec_count
FROM workflows w
LEFT JOIN executions e ON w.id = e.workflow_id
GROUP BY w.id, w.name
ORDER BY exec_count DESC LIMIT 10;
SQL
    ok "mbflow: a sequence number occurs once an execution" refused -c \
        "INSERT INTO events (execution_id, event_type, sequence) SELECT execution_id, event_type, sequence FROM events"
    ok "mbflow: a version occurs once" refused -c "INSERT INTO workflows (name) VALUES ('w')"
    ok "mbflow: no edge leads to itself" refused -c \
        "INSERT INTO edges (workflow_id, source_node_id, target_node_id) SELECT workflow_id, id, id FROM nodes"
    ok "mbflow: what was executed stays" refused -c "DELETE FROM workflows"
    ok "mbflow: its events go with an execution" equals "DELETE FROM executions; SELECT count(*) FROM events" 0
}

fresh || { echo "not ok - a scratch database"; exit 1; }
round_trips
catalog_is_as_specified
names_and_comments bridgejob
guide_runs
all_the_way_back
others_things_stay
without_rights
mbflow
[ "$failures" = 0 ]
