#!/bin/sh
# The schema forwards and back: what is done, what is refused, and what is left behind.
. "$(dirname "$0")/../lib/scratch.sh"

history='SELECT count(*) FROM schema_migrations'
catalog="SELECT string_agg(name || ' ' || catalog_fingerprint, chr(10) ORDER BY name) FROM schema_migrations"
n=$(ls "$(dirname "$0")"/../../migrations/*.sql | grep -vc _rollback_)

# The built-in set, there and back.
run migrate status --format json
same 'empty database: status exit code' "$code" 3
same 'empty database: all pending' "$(printf '%s\n' "$out" | grep -c '"state": "pending"')" "$n"
has 'empty database: hint' "$err" 'hint: bridgejob migrate up'
same 'empty database: status makes no table' "$(sql "SELECT to_regclass('schema_migrations') IS NULL")" t

run migrate up --dry-run
same 'dry run: exit code' "$code" 0
same 'dry run: lists every file' "$(printf '%s\n' "$out" | grep -c _)" $((n + 1))
same 'dry run: does nothing' "$(sql "SELECT to_regclass('schema_migrations') IS NULL")" t

run migrate up --to 3
same 'up --to: exit code' "$code" 0
same 'up --to: so far and no further' "$(sql 'SELECT max(version) FROM schema_migrations')" 003
same 'up --to: one line a file' "$(printf '%s\n' "$out" | grep -c 'applied in [0-9]* ms')" 3
run migrate up --quiet
same 'up --quiet' "$code$out$err" 0
same 'up: all in' "$(sql "$history")" "$n"
same 'up: checksum is that of the file' "$(sql "SELECT checksum FROM schema_migrations WHERE version = '001'")" \
    "$(sha256sum <"$(dirname "$0")/../../migrations/001_create_workflow_executions.sql" | cut -d' ' -f1)"
same 'up: who, when, how long' "$(sql "SELECT bool_and(applied_by = session_user AND applied_at > now() - interval '1 hour'
    AND execution_ms >= 0 AND description <> '') FROM schema_migrations")" t
run migrate status --format json
same 'up: status exit code' "$code" 0
has 'up: status row' "$out" '"version": "001", "name": "create_workflow_executions", "file": "001_create_workflow_executions.sql", "state": "applied", "applied_at": "20'
has 'up: status checksum' "$out" '"checksum_ok": true, "note": null'
run migrate up
same 'up again: exit code' "$code" 0
has 'up again: nothing to do' "$err" 'nothing to do'
before=$(sql "$catalog")

run migrate down
same 'down, nobody to ask: exit code' "$code" 64
has 'down, nobody to ask: hint' "$err" 'bridgejob migrate down --yes'
same 'down, nobody to ask: nothing done' "$(sql "$history")" "$n"
run migrate down --yes
same 'down: one step' "$code $(sql "$history")" "0 $((n - 1))"
run migrate down --yes --steps 2 --format json
same 'down --steps 2' "$code $(sql "$history")" "0 $((n - 3))"
same 'down --steps 2: tells the files' "$(printf '%s\n' "$out" | grep -c '"action": "down"')" 2
run migrate down --yes --to 99
same 'down to a number there is none of' "$code" 64
has 'down to a number there is none of: message' "$err" "no migration has the number '99'"
run migrate down --yes --to 1 --steps 1
same 'down --to and --steps' "$code" 64
run migrate down --dry-run --to 0
same 'down --dry-run' "$code $(sql "$history")" "0 $((n - 3))"
run migrate down --yes --to 0
same 'down --to 0: exit code' "$code" 0
same 'down --to 0: only the empty history is left' "$(sql "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace")" 'schema_migration_objects schema_migrations schema_migrations_pkey'
same 'down --to 0: the history is empty' "$(sql "$history")" 0
run migrate up
same 'up once more: the same catalog after every file' "$(sql "$catalog")" "$before"
run migrate down --yes --to 0

# A set of our own, whose numbers are not padded alike.
export BRIDGEJOB_ORDER=number
m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
put 009_create_a.sql 'CREATE TABLE a (id int);'
put 009_rollback_a.sql 'DROP TABLE a;'
put 10_create_b.sql 'CREATE TABLE b (id int);'
put README.md 'nothing'
run migrate up --dir "$m"
same 'numbers sort as numbers' "$code $(sql "SELECT string_agg(name, ' ' ORDER BY applied_at) FROM schema_migrations")" \
    '0 009_create_a.sql 10_create_b.sql'
run migrate status --dir "$m"
has 'other files are listed' "$out" 'it is not named as a migration'
has 'no rollback file: noted' "$out" 'no rollback file'
run migrate down --yes --steps 2 --dir "$m"
same 'no rollback file: exit code' "$code" 78
has 'no rollback file: message' "$err" "error: '10_create_b.sql' has no rollback file"
same 'no rollback file: nothing done' "$(sql "$history")" 2

put 009_create_c.sql 'CREATE TABLE c (id int);'
run migrate up --dir "$m"
same 'applied late: exit code' "$code" 0
has 'applied late: warning' "$err" "warning: '009_create_c.sql' is applied late"

# Refused, and rolled back whole.
# fails WHAT FILE SQL MESSAGE
fails() {
    put "$2" "$3"
    run migrate up --dir "$m"
    same "$1: exit code" "$code" 78
    has "$1: message" "$err" "error: '$2': $4"
    has "$1: hint" "$err" 'hint: '
    same "$1: nothing of it stays" "$(sql "SELECT to_regclass('half') IS NULL")" t
    same "$1: not in the history" "$(sql "SELECT count(*) FROM schema_migrations WHERE name = '$2'")" 0
    rm "$m/$2"
}
fails 'syntax error' 011_create_x.sql "CREATE TABLE half (id int);

-- héad
CREATE TABEL x (id int);" 'line 4: syntax error at or near "TABEL"'
fails 'error while it runs' 011_create_x.sql "CREATE TABLE half (id int);
INSERT INTO half
VALUES (1), (1);
-- not this one
CREATE UNIQUE INDEX
    ON half (id);" 'line 5: could not create unique index "half_id_idx" (Key (id)=(1) is duplicated.)'
fails 'COPY without data' 011_create_x.sql 'CREATE TABLE half (id int);
COPY half FROM STDIN;' 'line 2: COPY from STDIN or to STDOUT is refused here'
fails 'concurrent index' 011_create_x.sql 'CREATE TABLE half (id int);
CREATE INDEX CONCURRENTLY ON half (id);' 'line 2: CREATE INDEX CONCURRENTLY cannot run inside a transaction block'

# What a script sets ends with it.
put 011_create_x.sql "CREATE SCHEMA elsewhere; CREATE ROLE migrator_$$; SET ROLE migrator_$$; RESET ROLE;
SET search_path = elsewhere; SET DateStyle = 'German'; SET LOCAL ROLE migrator_$$;"
put 012_create_d.sql 'CREATE TABLE d (id int);'
run migrate up --dir "$m"
same 'settings of a script: exit code' "$code$err" 0
same 'settings of a script: gone with it' "$(sql "SELECT to_regclass('public.d') IS NOT NULL")" t
sql "DROP ROLE migrator_$$"

# Changed and missing files have names.
put 012_create_d.sql 'CREATE TABLE d (id bigint);'
run migrate up --dir "$m"
same 'changed: exit code' "$code" 78
has 'changed: message' "$err" "error: '012_create_d.sql' was changed after it was applied"
run migrate status --dir "$m" --format json
same 'changed: status exit code' "$code" 3
has 'changed: status' "$out" '"state": "changed"'
has 'changed: status checksum' "$out" '"checksum_ok": false'
rm "$m/012_create_d.sql"
run migrate status --dir "$m" --format json
same 'missing: status exit code' "$code" 3
has 'missing: status' "$out" '"name": null, "file": "012_create_d.sql", "state": "missing"'
run migrate down --yes --dir "$m"
same 'missing: down is refused' "$code" 78
has 'missing: message' "$err" "error: '012_create_d.sql' is applied, but the file is not there"
run migrate up --dir "$work/nowhere"
same 'no such directory: exit code' "$code" 66

# Asked on a terminal.
answer() { printf '%s\n' "$1" | script -q -e -c "'$BRIDGEJOB' migrate down --dir '$m'" /dev/null >"$work/out" 2>&1; }
put 012_create_d.sql 'CREATE TABLE d (id int);'
put 012_rollback_d.sql 'DROP TABLE d;'
if command -v script >/dev/null; then
    answer n
    has 'asked: the question' "$(cat "$work/out")" '[y/N]'
    same 'asked, no: nothing done' "$(sql "SELECT to_regclass('d') IS NOT NULL")" t
    answer y
    same 'asked, yes: reversed' "$(sql "SELECT to_regclass('d') IS NULL")" t
fi

tap_done
