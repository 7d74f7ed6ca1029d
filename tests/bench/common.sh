# shellcheck shell=bash disable=SC2154
# What the benchmarks of ingest share: . tests/bench/common.sh, behind tests/lib/pg.sh. Needs $work, $streams.

# A server as people run it: it waits for the disk, and has memory and WAL enough not to be what is measured.
# Without autovacuum, which comes when it likes and would hit one of those compared.
bench_settings() { # SHARED_BUFFERS
    printf '%s\n' 'fsync = on' 'full_page_writes = on' 'synchronous_commit = on' "shared_buffers = $1" \
        'max_wal_size = 16GB' 'checkpoint_timeout = 1h' 'autovacuum = off'
}

# On a disk, which memory would flatter.
export PG_PLACE=/tmp

tables='workflow_executions workflow_steps metadata_stamps event_logs'

sql() { PGOPTIONS='-c client_min_messages=warning' psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }

# run_ours DATABASE FILE
run_ours() { PGDATABASE=$1 "$work/bridgejob" ingest --quiet --rejects "$work" "$2"; }

# run_limit DATABASE: as many psql \copy streams as cores, of the rows that limit_rows() made.
run_limit() {
    local stream pids=()
    for ((stream = 0; stream < streams; stream++)); do
        for table in $tables; do echo "\\copy $table FROM '$work/$table.$stream'"; done | sql -d "$1" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
}

# limit_rows DATABASE: what its tables hold, as files for run_limit.
limit_rows() {
    local table owner stream
    for table in $tables; do
        case $table in
        workflow_executions) owner=id ;;
        event_logs) owner=correlation_id ;;
        *) owner=workflow_id ;;
        esac
        for ((stream = 0; stream < streams; stream++)); do
            sql -d "$1" -c "\\copy (SELECT * FROM $table WHERE abs(uuid_hash($owner)::bigint) % $streams = $stream) \
TO '$work/$table.$stream'"
        done
    done
}

# empty DATABASE: every table but the history of migrations.
empty() {
    sql -d "$1" -c "SELECT format('TRUNCATE %s', string_agg(oid::regclass::text, ', ')) FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'schema_migrations'" |
        sql -d "$1"
}

# seconds COMMAND…: runs it, its output to stderr, and prints how long it took.
seconds() {
    local start=$EPOCHREALTIME
    "$@" >&2
    awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f\n", b - a }'
}

# median NAME: of the figures in $work/NAME.
median() {
    sort -n "$work/$1" | awk '{ at[NR] = $1 } END { print NR % 2 ? at[(NR + 1) / 2] : (at[NR / 2] + at[NR / 2 + 1]) / 2 }'
}
