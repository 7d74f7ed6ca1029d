#!/bin/bash
# What 'prune events' must not take, or cannot: a table that others have put aside, name spaces that no rollup has, what
# views and foreign keys need.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

month() { date -u -d "$(date -u +%Y-%m-15) $1 months ago" +%Y-%m; }
partition() { month "$1" | sed 's/\(.*\)-/event_logs_y\1m/'; }
day() { echo "$(month "$1")-12T12:00:00Z"; }
events() { sql "SELECT count(*) FROM ${1:-event_logs}"; }
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
rollup() { "$BRIDGEJOB" rollup --quiet --window 1h; }
comment() { sql "SELECT coalesce(obj_description('$1'::regclass), 'none')"; }
mark='bridgejob prune: expired, is being dropped. '
old=$(partition 6)

# --- a mark that a killed run has left --------------------------------------------------------------------------------
{ stamp acme "$(day 6)"; stamp acme "$(day 7)"; } | load
rollup
sql "COMMENT ON TABLE $old IS '${mark}mine'"
run prune events --dry-run --format json
same 'a dry run leaves the mark' "$code $(json partitions_dropped) $(comment "$old")" "0 2 ${mark}mine"
run prune events --older-than 1000d --format json
same 'a partition that is attached is not being dropped' "$code $(json blocked_by) $(comment "$old")" '0 [] mine'
sql "COMMENT ON TABLE $old IS '$mark'"
stamp acme "$(day 6)" | load
run prune events --format json
same 'nor one that is kept' "$code $(json blocked_by,0,guard) $(json partitions_dropped) $(comment "$old")" '3 rollup_behind 1 none'
rollup
sql "ALTER TABLE event_logs DETACH PARTITION $old"
run prune events --format json
same 'so what is detached by hand then is kept' "$code $(json partitions_dropped) $(events "$old")" '0 0 2'
sql "DROP TABLE $old"

# An ingest that attaches again what a killed run had detached.
{ stamp acme "$(day 6)"; } | load
rollup
sql "ALTER TABLE event_logs DETACH PARTITION $old; COMMENT ON TABLE $old IS '${mark}mine'"
{ stamp acme "$(day 6)"; } | load
same 'an ingest takes the mark away' "$(events) $(comment "$old")" '2 mine'
sql "ALTER TABLE event_logs DETACH PARTITION $old"
rollup
run prune events --format json
same 'so it is never dropped when somebody else detaches it' "$code $(json partitions_dropped) $(events "$old")" '0 0 2'
sql "DROP TABLE $old"

# --- name spaces that no rollup has -----------------------------------------------------------------------------------
sql 'DELETE FROM rollup_progress; DELETE FROM rollup_changes; DELETE FROM metadata_stamps; DELETE FROM bridge_states'
{ stamp acme "$(day 6)"; stamp acme "$(day 7)"; stamp "be'ta" "$(day 6)"; } | load
"$BRIDGEJOB" rollup --quiet --window 1h --namespace acme
run prune events --format json
same 'a name space that no rollup has' "$code $(json partitions_dropped) $(json blocked_by,0,guard) $(json blocked_by,0,detail)" \
    "3 1 no_rollup no rollup has stamps of the name space 'be'ta'"
same 'and what to do' "$(json blocked_by,0,next)" \
    "bridgejob rollup --window 1h --namespace 'be'\\''ta', or if there is to be none: bridgejob prune events --without-rollup"
run prune events --dry-run --without-rollup --format json
same 'unless there is to be none' "$code $(json partitions_dropped)" '0 1'
"$BRIDGEJOB" rollup --quiet --window 1d --namespace "be'ta"
run prune events --format json
same 'each with a rollup of its own' "$code $(json partitions_dropped) $(events)" '0 1 0'

tap_done
