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

# --- what views and foreign keys need ---------------------------------------------------------------------------------
{ stamp acme "$(day 6)"; stamp acme "$(day 7)"; } | load
rollup
sql "CREATE VIEW \"a %s 'view\" AS SELECT * FROM $old"
for more in --dry-run ''; do
    # shellcheck disable=SC2086
    run prune events $more --format json
    same "a view of a partition ${more:+(dry)}" "$code $(json partitions_dropped) $(json blocked_by,0,guard) $(json blocked_by,0,detail)" \
        "3 1 depended_on view \"a %s 'view\" needs it"
done
same 'the partition is not even detached' "$(events) $(comment "$old")" '1 none'
sql "DROP VIEW \"a %s 'view\"; CREATE FUNCTION f($old) RETURNS int LANGUAGE sql AS 'SELECT 1'"
run prune events --format json
same 'a function of its rows' "$code $(json blocked_by,0,detail) $(events)" "3 function f($old) needs it 1"
sql "DROP FUNCTION f($old); CREATE INDEX ON $old ((payload ->> 'x')); CREATE STATISTICS its_own ON event_type, namespace FROM $old; ALTER TABLE $old ADD CHECK (namespace <> event_type)"
sql "CREATE TABLE notes (id uuid, at timestamptz, FOREIGN KEY (id, at) REFERENCES $old (id, created_at))"
run prune events --format json
same 'a foreign key to it' "$code $(json blocked_by,0,detail)" '3 constraint notes_id_at_fkey on table notes needs it'
sql "DROP TABLE notes"
run prune events --format json
same 'what is its own is not in the way' "$code $(json partitions_dropped) $(events)" '0 1 0'

{ stamp acme "$(day 5)"; stamp acme "$(day 6)"; stamp acme "$(day 7)"; stamp acme "$(date -u -d '91 days ago' +%Y-%m-%dT00:00:00Z)"; } | load
rollup
sql "CREATE TABLE \"no'tes %s\" (id uuid, at timestamptz, FOREIGN KEY (id, at) REFERENCES event_logs (id, created_at) ON DELETE CASCADE);
     INSERT INTO \"no'tes %s\" SELECT id, created_at FROM event_logs WHERE created_at < '$(day 6)' OR created_at > '$(day 4)'"
for more in --dry-run ''; do
    # shellcheck disable=SC2086
    run prune events $more --format json
    same "a foreign key to event_logs keeps partitions that it leads to, and no others ${more:+(dry)}" \
        "$code $(json partitions_dropped) $(json rows_deleted) $(json blocked_by,0,subject) $(json blocked_by,1,subject) $(json blocked_by,2)" \
        "3 2 0 $(partition 7) $(date -u -d '91 days ago' +event_logs_y%Ym%m) "
    same "it is named ${more:+(dry)}" "$(json blocked_by,0,guard) $(json blocked_by,0,detail)" "depended_on \"no'tes %s\" refers to events in it"
done
same 'what cascades is there' "$(events) $(events "\"no'tes %s\"")" '2 2'
# A reference that comes between the look and the end.
sql "DELETE FROM \"no'tes %s\"; CREATE FUNCTION refer() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN IF current_query() LIKE ''%DETACH%'' THEN INSERT INTO \"no''tes %s\" SELECT id, created_at FROM event_logs; END IF; END';
     CREATE EVENT TRIGGER refer ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION refer()"
run prune events --format json
sql 'DROP EVENT TRIGGER refer'
same 'a reference that comes late' "$code $(json blocked_by,0,guard) $(json rows_deleted) $(events) $(comment "$(partition 7)")" '3 depended_on 1 1 none'
sql "DROP TABLE \"no'tes %s\""
stamp acme "$(date -u -d '91 days ago' +%Y-%m-%dT00:00:00Z)" | load
rollup
part=$(date -u -d '91 days ago' +event_logs_y%Ym%m)
sql "CREATE TABLE refers (id uuid, at timestamptz, FOREIGN KEY (id, at) REFERENCES event_logs (id, created_at));
     CREATE FUNCTION refer_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO refers SELECT id, created_at FROM event_logs; RETURN NULL; END';
     CREATE TRIGGER refer BEFORE DELETE ON $part FOR EACH STATEMENT EXECUTE FUNCTION refer_row()"
run prune events --format json
same 'a reference that comes while rows are deleted' "$code $(json partitions_dropped) $(json blocked_by,0,guard) $(json blocked_by,0,subject) $(events)" \
    "3 1 depended_on $part 1"
sql "DROP TABLE refers; DROP TRIGGER refer ON $part"
"$BRIDGEJOB" prune events --quiet
same 'without it all of them go' "$(events)" 0

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
