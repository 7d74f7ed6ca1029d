# For tests of rollups: . tests/lib/stamps.sh (behind tests/lib/scratch.sh): a migrated database, and lines to ingest.

"$BRIDGEJOB" migrate up --quiet || exit 1

echo 0 >"$work/stamps"
# stamp NAMESPACE TIME PAYLOAD-MEMBERS: one line; each stamp is of a workflow of its own (the n-th: stamp_id n).
stamp() {
    # In a file, for a function in a pipe has variables of its own.
    stamp_number=$(($(cat "$work/stamps") + 1))
    echo "$stamp_number" >"$work/stamps"
    printf '{"event_id":"e0000000-0000-4000-8000-%012d","event_type":"STAMP_CREATED",' "$stamp_number"
    printf '"correlation_id":"c0000000-0000-4000-8000-%012d","namespace":"%s","timestamp":"%s",' \
        "$stamp_number" "$1" "$2"
    printf '"payload":{"file_hash":"%064d"%s}}\n' "$stamp_number" "${3:+,$3}"
}

# load <LINES
load() { "$BRIDGEJOB" ingest --quiet --rejects "$work/rejects" - >"$work/out" 2>"$work/err" || cat "$work/err"; }

# windows [WHERE]: what bridge_states holds, a line a window.
windows() {
    sql "SELECT concat_ws(' ', namespace, to_char(window_start, 'MM-DD HH24:MI'), to_char(window_end, 'MM-DD HH24:MI'),
                total_items_aggregated, 'v' || version)
           FROM bridge_states WHERE ${1:-true} ORDER BY namespace COLLATE \"C\", window_start"
}
