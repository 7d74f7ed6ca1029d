#!/bin/bash
# 'prune events' and what comes between its look at a partition and the moment the events go: events of windows that
# it has not looked at, a rollup that begins. None of them may go before it is rolled up.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/stamps.sh"

# Day DAY of the month five months ago: wholly before the cutoff of 90 days. Days behind 20 lie in other windows of 1h.
month=$(date -u -d "$(date -u +%Y-%m-15) 5 months ago" +%Y-%m)
old=event_logs_y${month%-*}m${month#*-}
day() { echo "$month-${1}T12:00:00Z"; }
events() { sql "SELECT coalesce(string_agg(DISTINCT to_char(created_at, 'DD'), ' '), '') FROM ${1:-event_logs} WHERE created_at < now() - interval '90 days'"; }
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
rollup() { "$BRIDGEJOB" rollup --quiet --window 1h; }
there() { sql "SELECT concat_ws(' ', relispartition, coalesce(obj_description(oid), 'no comment')) FROM pg_class WHERE relname = '$old'"; }

# A prune in the background, until it waits for the session that holds event_logs; then end_prune.
begin_prune() {
    mkfifo "$work/session"
    PGAPPNAME=other psql -XAtq <"$work/session" >"$work/session.out" 2>&1 &
    session=$!
    exec 8>"$work/session"
    echo 'BEGIN; SELECT count(*) FROM event_logs;' >&8
    await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'other' AND state = 'idle in transaction')"
    "$BRIDGEJOB" prune events --lock-timeout 60s --format json >"$work/out" 2>"$work/err" &
    prune=$!
    await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/prune%' AND query ILIKE '%virtualtransaction = ANY%')"
}
end_prune() {
    echo 'ROLLBACK;' >&8
    exec 8>&-
    wait "$session"
    rm "$work/session"
    wait "$prune"
    code=$? out=$(cat "$work/out")
}

# --- while it waits for a session that uses the partition -----------------------------------------------------------------
stamp acme "$(day 10)" | load
rollup
begin_prune
stamp acme "$(day 20)" | load
end_prune
same 'an event of a window that was not looked at' "$code $(json blocked_by,0,guard) $(events)" '3 rollup_behind 10 20'
same 'nothing is begun' "$(there)" 't no comment'
rollup
sql "DELETE FROM event_logs"
begin_prune
stamp acme "$(day 21)" | load
end_prune
same 'an event in a partition that was empty' "$code $(json blocked_by,0,guard) $(events)" '3 rollup_behind 21'
rollup
begin_prune
sql "INSERT INTO rollup_progress VALUES ('6h', 'namespace_grouping', 'UTC', '')"
end_prune
same 'a rollup that has begun' "$code $(json blocked_by,0,guard) $(json blocked_by,0,detail) $(events)" \
    '3 rollup_behind the rollup 6h namespace_grouping UTC has not ended its first run 21'
sql "DELETE FROM rollup_progress WHERE window_size = '6h'"
begin_prune
stamp acme "$(day 22)" | load
rollup
end_prune
same 'what is rolled up before it goes may go' "$code $(json partitions_dropped) $(events)" '0 1 '
same 'and its windows are sealed' "$(sql "SELECT sealed_before > '$(day 22)' FROM rollup_seals")" t

# --- when it has looked for the last time before it detaches -----------------------------------------------------------------
stamp acme "$(day 10)" | load
rollup
# Who comes here waits for nextval(), which is seen at once.
sql "CREATE SEQUENCE go; CREATE FUNCTION wait_for_go() RETURNS void LANGUAGE plpgsql AS 'BEGIN WHILE (SELECT NOT is_called FROM go) LOOP PERFORM pg_sleep(0.05); END LOOP; END'"
sql "CREATE FUNCTION slow() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN IF current_query() LIKE ''%DETACH%'' THEN PERFORM wait_for_go(); END IF; END'"
sql "CREATE EVENT TRIGGER slow ON ddl_command_start WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION slow()"
"$BRIDGEJOB" prune events --format json >"$work/out" 2>"$work/err" &
prune=$!
check 'a run that is about to detach' await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/prune%' AND wait_event = 'PgSleep')"
stamp acme "$(day 23)" | load
sql "SELECT nextval('go')" >/dev/null
wait "$prune"
code=$? out=$(cat "$work/out")
sql 'DROP EVENT TRIGGER slow'
same 'an event that comes then: detached, but not dropped' \
    "$code $(json blocked_by,0,guard) $(events "$old") $(there)" '3 rollup_behind 10 23 f bridgejob prune: expired, is being dropped. '
rollup
run prune events --format json
same 'the next run drops it' "$code $(json partitions_dropped) $(there)" '0 1 '

# --- while it deletes in batches ------------------------------------------------------------------------------------------------
sql "CREATE TABLE everything_else PARTITION OF event_logs DEFAULT"
sql "INSERT INTO event_logs (id, event_type, namespace, payload, created_at)
     SELECT gen_random_uuid(), 'X', 'acme', '{}', timestamptz '$(day 10)' + n * interval '1 ms' FROM generate_series(1, 15000) AS n"
sql "SELECT setval('go', 1, false)" >/dev/null
sql "CREATE FUNCTION slow_delete() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM wait_for_go(); RETURN NULL; END';
     CREATE TRIGGER slow AFTER DELETE ON everything_else FOR EACH STATEMENT EXECUTE FUNCTION slow_delete()"
"$BRIDGEJOB" prune events --format json >"$work/out" 2>"$work/err" &
prune=$!
check 'a run that deletes' await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/prune%' AND wait_event = 'PgSleep')"
stamp acme "$(day 24)" | load
sql "SELECT nextval('go')" >/dev/null
wait "$prune"
code=$? out=$(cat "$work/out")
same 'an event of a window that was not looked at' "$code $(json blocked_by,0,guard) $(events)" '3 rollup_behind 10 24'
same 'the batch before it is gone' "$(json rows_deleted) $(sql 'SELECT count(*) FROM event_logs')" '10000 5001'
sql 'DROP TRIGGER slow ON everything_else'
rollup
run prune events --format json
same 'the rest goes when it is rolled up' "$code $(json rows_deleted) $(events)" '0 5001 '
same 'and its windows are sealed too' "$(sql "SELECT sealed_before > '$(day 24)' FROM rollup_seals")" t
tap_done
