#!/bin/sh
# A database that has the tables and no history is adopted when it is what the files make, and only then.
. "$(dirname "$0")/../lib/scratch.sh"

migrations=$(cd "$(dirname "$0")/../../migrations" && pwd)
forward() { ls "$migrations"/*.sql | grep -v _rollback_ | sed -n "1,$1p"; }
for file in $(forward 6); do psql -X -q -v ON_ERROR_STOP=1 -f "$file" 2>/dev/null; done
no_history() { same "$1: nothing is recorded" "$(sql "SELECT to_regclass('schema_migrations') IS NULL")" t; }
left() { sql "SELECT count(*) FROM pg_database WHERE datname LIKE 'bridgejob\_prove%'"; }
refused() {
    run migrate baseline 006 --yes --format json
    same "$1: exit code" "$code" 78
    has "$1: the object" "$out" "$2"
    no_history "$1"
    same "$1: nothing is left" "$(left)" 0
}

run migrate baseline
same 'no version: exit code' "$code" 64
run migrate baseline 99
same 'no such version: exit code' "$code" 64
has 'no such version: message' "$err" "no migration has the number '99'"
run migrate baseline 006 --dry-run
same 'dry run: exit code' "$code" 0
no_history 'dry run'

sql 'DROP INDEX idx_workflow_steps_status'
refused 'an index is gone' '{"file": "002_create_workflow_steps.sql", "object": "index public.idx_workflow_steps_status", "note": "is gone; it was: CREATE INDEX'
has 'an index is gone: message' "$err" "error: the database is not what the files up to '006' make: 1 difference"
has 'an index is gone: hint' "$err" 'hint: make the database as the files have it, or write the files as it is'
sql 'CREATE INDEX idx_workflow_steps_status ON workflow_steps (status)'
sql 'ALTER TABLE bridge_states ALTER namespace TYPE text'
refused 'a column is another' '"object": "column public.bridge_states.namespace", "note": "differs; it was: character varying(255) NOT NULL'
sql 'ALTER TABLE bridge_states ALTER namespace TYPE varchar(255)'
sql 'CREATE INDEX by_hand ON bridge_states (created_at)'
refused 'an index on one of their tables' '"object": "index public.by_hand"'
sql 'DROP INDEX by_hand'

run migrate baseline 003
same 'too low: exit code' "$code" 78
has 'too low: hint' "$err" "hint: it is what the files up to '006' make: bridgejob migrate baseline 006"
run migrate baseline 8
same 'too high: exit code' "$code" 78
has 'too high: hint' "$err" "hint: it is what the files up to '006' make: bridgejob migrate baseline 006"
no_history 'too high'

sql "CREATE ROLE meek_$$ LOGIN; GRANT CREATE ON SCHEMA public TO meek_$$"
PGUSER=meek_$$ run migrate baseline 006
same 'no CREATEDB: exit code' "$code" 77
sql "REVOKE CREATE ON SCHEMA public FROM meek_$$; DROP ROLE meek_$$"
no_history 'no CREATEDB'

sql 'CREATE TABLE "their own" (id int PRIMARY KEY); INSERT INTO "their own" VALUES (1)'
run migrate baseline 6
same 'it fits: exit code' "$code" 0
has 'it fits: what is beside is named' "$err" 'warning: table public."their own" is no work of these files, and is left alone'
same 'it fits: the files' "$(sql "SELECT string_agg(version, ' ' ORDER BY version) FROM schema_migrations")" '001 002 003 004 005 006'
has 'it fits: said' "$err" '6 files are recorded as applied; none was run'
same 'it fits: nothing is left' "$(left)" 0
run migrate status --format json
same 'then: the rest is pending' "$code $(printf '%s\n' "$out" | grep -c '"state": "pending"')" "3 $(($(forward 99 | wc -l) - 6))"
has 'then: noted' "$out" '"checksum_ok": true, "note": "baselined: found there, not run"'
same 'then: no drift' "$(printf '%s\n' "$out" | grep -c drifted)" 0
run migrate baseline 6
same 'again: exit code' "$code" 78
has 'again: message' "$err" "the database has a history already: '001_create_workflow_executions.sql' is applied"
run migrate up --quiet
same 'then: up goes on from there' "$code$err" 0
run migrate status --quiet
same 'then: all is well' "$code" 0
run migrate down --to 0 --yes --quiet
same 'then: down goes all the way' "$code" 0
same 'then: what is theirs is there' "$(sql 'SELECT count(*) FROM "their own"')" 1
tap_done
