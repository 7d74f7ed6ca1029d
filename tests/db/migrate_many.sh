#!/bin/bash
# A set of many migrations (MANY, default 300), applied and reversed: all of them, in order.
. "$(dirname "$0")/../lib/scratch.sh"

many=${MANY:-300} half=$((${MANY:-300} / 2))
m=$work/m
mkdir "$m"
for i in $(seq -w "$many"); do
    case $((10#$i % 4)) in
    0) head='-- bridgejob: no-transaction' begin='' end='' ;;
    1) head='-- own' begin='BEGIN;' end='COMMIT;' ;;
    *) head='-- plain' begin='' end='' ;;
    esac
    printf '%s\n' "$head" "$begin CREATE TABLE t$i (id int PRIMARY KEY, v text); CREATE INDEX ON t$i (v); INSERT INTO t$i VALUES (1); $end" >"$m/${i}_create_t.sql"
    printf '%s\n' "$head" "$begin DROP TABLE t$i; $end" >"$m/${i}_rollback_t.sql"
done

# milliseconds COMMAND…: run it; $took is how long it took
milliseconds() {
    local from
    from=$(date +%s%3N)
    run "$@"
    took=$(($(date +%s%3N) - from))
}
milliseconds migrate up --dir "$m" --quiet
same 'up: exit code' "$code$out$err" 0
same 'up: all of them, in order' "$(sql "SELECT count(*) || ' ' || bool_and(name >= before) FROM (
    SELECT name, lag(name, 1, '') OVER (ORDER BY applied_at) AS before FROM schema_migrations) AS h")" "$many true"
same 'up: tables and indexes' "$(sql "SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]' AND relkind IN ('r', 'i')")" $((3 * many))
up=$took
milliseconds migrate status --dir "$m"
same 'status: exit code' "$code" 0
milliseconds migrate down --to $half --yes --dir "$m" --quiet
same 'down --to: exit code' "$code$out$err" 0
same 'down --to: half of them' "$(sql 'SELECT count(*) FROM schema_migrations')" $half
milliseconds migrate goto 0 --yes --dir "$m" --quiet
same 'goto 0: exit code' "$code$out$err" 0
same 'goto 0: nothing is left' "$(sql "SELECT count(*) FROM pg_class WHERE relname ~ '^t[0-9]'") $(sql 'SELECT count(*) FROM schema_migrations') $(sql 'SELECT count(*) FROM schema_migration_progress')" '0 0 0'
same 'down once more has nothing to do' "$("$BRIDGEJOB" migrate down --dir "$m" 2>&1)" \
    'bridgejob migrate down: nothing to do: there is nothing to reverse'
run migrate up --dir "$m" --quiet --to 30
same 'up --to: so far' "$code $(sql 'SELECT count(*) FROM schema_migrations')" '0 30'
echo "# $many migrations: $up ms up"

tap_done
