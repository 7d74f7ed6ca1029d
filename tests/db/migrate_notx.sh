#!/bin/sh
# Files that run statement by statement: how far they got is kept, a run goes on behind it, and what a killed
# CONCURRENTLY left is dropped first, but nothing else is.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
up() { run migrate up --dir "$m" "$@"; }
halfway="SELECT string_agg(concat_ws(' ', name, direction, statements_done, running IS NOT NULL), ',') FROM schema_migration_progress"
invalid="SELECT coalesce(string_agg(indexrelid::regclass::text, ' ' ORDER BY indexrelid), 'none') FROM pg_index WHERE NOT indisvalid"
valid() { echo "SELECT coalesce((SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('$1')), false)"; }
applied() { sql "SELECT EXISTS (SELECT FROM schema_migrations WHERE name = '$1')"; }

put 001_create_t.sql 'CREATE TABLE t (id int, v int); INSERT INTO t SELECT i, i FROM generate_series(1, 1000) AS i;
CREATE TABLE log (n int);'
put 001_rollback_t.sql 'DROP TABLE t; DROP TABLE log;'

# The whole of it, there and back.
put 002_add_index.sql '-- An index.
-- bridgejob: no-transaction
CREATE INDEX CONCURRENTLY idx_t_v ON t (v);
VACUUM t;
INSERT INTO log VALUES (2);'
put 002_rollback_index.sql '-- bridgejob: no-transaction
DROP INDEX CONCURRENTLY idx_t_v;
DELETE FROM log WHERE n = 2;'
up
same 'no-transaction: applied' "$code $(sql "$(valid idx_t_v)") $(sql 'SELECT count(*) FROM log')" '0 t 1'
same 'no-transaction: nothing is left under way' "$(sql "$halfway")" ''
run migrate down --yes --dir "$m"
same 'no-transaction: reversed' "$code $(sql "SELECT to_regclass('idx_t_v') IS NULL") $(sql 'SELECT count(*) FROM log')" '0 t 0'
same 'no-transaction: nothing is left under way on the way back' "$(sql "$halfway")" ''
up

# One that fails in the middle goes on behind what is done.
put 003_fill_log.sql "-- bridgejob: no-transaction
SET search_path = elsewhere, public;
CREATE SCHEMA elsewhere;
CREATE TABLE found (n int);
INSERT INTO log VALUES (3);
INSERT INTO log VALUES (1/0);
CREATE TABLE found_too (n int);"
put 003_rollback_log.sql 'DROP SCHEMA elsewhere CASCADE; DELETE FROM log WHERE n = 3;'
up
same 'fails in the middle: exit code' "$code" 78
has 'fails in the middle: message' "$err" "error: '003_fill_log.sql': line 6: division by zero"
has 'fails in the middle: hint' "$err" 'hint: 4 statements of this file are done; mend it'
same 'fails in the middle: how far it got' "$(sql "$halfway")" '003_fill_log.sql up 4 f'
same 'fails in the middle: not applied' "$(applied 003_fill_log.sql)" f
run migrate status --dir "$m"
same 'fails in the middle: status exit code' "$code" 3
has 'fails in the middle: status' "$out" 'half applied'
put 004_create_later.sql 'CREATE TABLE later ();'
run migrate down --yes --dir "$m"
same 'half applied: down is refused' "$code" 78
has 'half applied: message' "$err" "error: '003_fill_log.sql' is half applied: 4 statements of it are done"
has 'half applied: hint' "$err" 'finish it: bridgejob migrate up'
same 'half applied: nothing was reversed' "$(applied 002_add_index.sql)" t
sed -i 's/^INSERT INTO log VALUES (3)/INSERT INTO log VALUES (33)/' "$m/003_fill_log.sql"
up
same 'changed in what is done: exit code' "$code" 78
has 'changed in what is done: message' "$err" "error: '003_fill_log.sql' was changed in the 4 statements that had been done"
has 'changed in what is done: hint' "$err" 'type, with the same --dir: bridgejob migrate repair'
sed -i 's/VALUES (33)/VALUES (3)/; s/^CREATE SCHEMA/-- mended\n&/; s|1/0|4|' "$m/003_fill_log.sql"
up
same 'mended: exit code' "$code$err" 0
same 'mended: what was done is not done again' "$(sql 'SELECT string_agg(n::text, $$,$$ ORDER BY n) FROM log')" '2,3,4'
same 'mended: settings of the file hold behind the gap' "$(sql "SELECT to_regclass('elsewhere.found_too') IS NOT NULL")" t
same 'mended: settings of the file end with it' "$(sql "SELECT to_regclass('public.later') IS NOT NULL")" t
same 'mended: nothing is left under way' "$(sql "$halfway")" ''

# A way back that fails in the middle.
put 005_create_x.sql 'CREATE TABLE x (); CREATE TABLE y ();'
put 005_rollback_x.sql '-- bridgejob: no-transaction
DROP TABLE x;
DROP TABLE z;'
up
run migrate down --yes --dir "$m"
same 'half reversed: exit code' "$code" 78
same 'half reversed: how far' "$(sql "$halfway")" '005_create_x.sql down 1 f'
put 006_create_more.sql 'CREATE TABLE more ();'
up
has 'half reversed: up is refused' "$err" "error: '005_create_x.sql' is half reversed: 1 statement of it is done"
sed -i 's/TABLE z/TABLE y/' "$m/005_rollback_x.sql"
run migrate down --yes --dir "$m"
same 'half reversed: down goes on' "$code $(sql "SELECT to_regclass('y') IS NULL") $(applied 005_create_x.sql)" '0 t f'
up
same 'half reversed: up afterwards' "$code $(sql "$halfway")" '0 '

# CREATE INDEX CONCURRENTLY that fails leaves nothing, though the server leaves an INVALID index.
put 007_add_unique.sql '-- bridgejob: no-transaction
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS idx_t_one ON t ((v / v));'
up
same 'concurrently, refused: exit code' "$code" 78
has 'concurrently, refused: message' "$err" "'007_add_unique.sql': line 2: could not create unique index"
same 'concurrently, refused: no INVALID index' "$(sql "$invalid")" none
same 'concurrently, refused: nothing under way' "$(sql "$halfway")" ''
sed -i 's|v / v|v % 5000|' "$m/007_add_unique.sql"
up
same 'concurrently, mended' "$code $(sql "$(valid idx_t_one)")" '0 t'

# An INVALID index that is not ours: named, not dropped, and not passed over by IF NOT EXISTS.
sql 'CREATE INDEX "Idx strange" ON t (v)'
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = '\"Idx strange\"'::regclass"
same 'a stranger is there' "$(sql "$invalid")" '"Idx strange"'
put 008_add_strange.sql '-- bridgejob: no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS "Idx strange" ON public.t (v);'
up
same 'stranger: exit code' "$code" 78
has 'stranger: message' "$err" "'008_add_strange.sql': line 2: the index 'public.\"Idx strange\"' is there and INVALID, and this file did not leave it"
has 'stranger: hint' "$err" "hint: psql -c 'DROP INDEX CONCURRENTLY IF EXISTS public.\"Idx strange\"'"
same 'stranger: still there' "$(sql "$invalid")" '"Idx strange"'
same 'stranger: not applied' "$(applied 008_add_strange.sql)" f

# Killed while it ran: pretended by the note of it, which is what a kill leaves.
# killed FILE STATEMENTS_DONE CHECKSUM_SQL RUNNING INDEXES
killed() {
    sql "INSERT INTO schema_migration_progress (name, direction, statements_done, done_checksum, running, running_checksum, indexes_before)
         VALUES ('$1', 'up', 0, '', '$2', encode(sha256(convert_to('$2', 'UTF8')), 'hex'), $3)"
}
killed 008_add_strange.sql 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "Idx strange" ON public.t (v)' \
    "ARRAY(SELECT indexrelid FROM pg_index WHERE indrelid = 't'::regclass AND indisvalid)"
up
same 'leftover: exit code' "$code" 0
has 'leftover: dropped' "$err" "the index 'public.\"Idx strange\"' was left unfinished and is dropped"
same 'leftover: made whole' "$(sql "$(valid '"Idx strange"')") $(sql "$invalid")" 't none'

# Killed, but the server had finished it: nothing is done again.
put 009_add_plain.sql '-- bridgejob: no-transaction
CREATE INDEX CONCURRENTLY idx_t_plain ON t (v);
INSERT INTO log VALUES (9);'
sql 'CREATE INDEX idx_t_plain ON t (v)'
killed 009_add_plain.sql 'CREATE INDEX CONCURRENTLY idx_t_plain ON t (v)' \
    "ARRAY(SELECT indexrelid FROM pg_index WHERE indexrelid <> 'idx_t_plain'::regclass)"
oid=$(sql "SELECT 'idx_t_plain'::regclass::oid")
up
same 'finished by the server: exit code' "$code" 0
same 'finished by the server: the same index' "$(sql "SELECT 'idx_t_plain'::regclass::oid")" "$oid"
same 'finished by the server: the rest is done' "$(sql 'SELECT count(*) FROM log WHERE n = 9')" 1

# An index without a name of its own: the one that is new.
sql 'CREATE INDEX idx_old ON t (id)'
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_old'::regclass"
put 010_add_nameless.sql '-- bridgejob: no-transaction
CREATE INDEX CONCURRENTLY ON t (id, v);'
sql 'CREATE INDEX ON t (id, v)'
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_id_v_idx'::regclass"
killed 010_add_nameless.sql 'CREATE INDEX CONCURRENTLY ON t (id, v)' \
    "ARRAY(SELECT indexrelid FROM pg_index WHERE indexrelid <> 't_id_v_idx'::regclass)"
up
same 'nameless leftover: exit code' "$code" 0
same 'nameless leftover: made anew under its name' "$(sql "$(valid t_id_v_idx)")" t
same 'nameless leftover: what was INVALID before is left alone' "$(sql "$invalid")" idx_old

# REINDEX: the new one that was not finished goes, and nothing else.
sql 'CREATE INDEX idx_t_v_ccnew ON t (v); CREATE INDEX other_ccnew ON t (v); CREATE INDEX idx_t_v_ccnew1 ON log (n)'
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('idx_t_v_ccnew'::regclass, 'other_ccnew'::regclass, 'idx_t_v_ccnew1'::regclass)"
put 011_rebuild.sql '-- bridgejob: no-transaction
REINDEX INDEX CONCURRENTLY idx_t_v;'
killed 011_rebuild.sql 'REINDEX INDEX CONCURRENTLY idx_t_v' \
    "ARRAY(SELECT indexrelid FROM pg_index WHERE NOT indisvalid AND indexrelid <> ALL (ARRAY['idx_t_v_ccnew'::regclass, 'idx_t_v_ccnew1'::regclass]))"
up
same 'reindex leftover: exit code' "$code" 0
same 'reindex leftover: its own is gone, others stay' "$(sql "$invalid")" 'idx_old other_ccnew idx_t_v_ccnew1'
sql 'DROP INDEX idx_old; DROP INDEX other_ccnew; DROP INDEX idx_t_v_ccnew1; CREATE INDEX idx_t_v_ccold ON t (v)'
sql "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_t_v_ccold'::regclass"
put 012_rebuild_all.sql '-- bridgejob: no-transaction
REINDEX (VERBOSE, CONCURRENTLY) TABLE t;'
killed 012_rebuild_all.sql 'REINDEX (VERBOSE, CONCURRENTLY) TABLE t' "'{}'"
up
same 'reindex of a table: leftover gone' "$code $(sql "$invalid")" '0 none'

# What cannot be in a transaction, and what had been done by the run that was killed.
put 013_outside.sql "-- bridgejob: no-transaction
CREATE DATABASE \"side_$$ x\";
ALTER SYSTEM SET application_name = 'x';
ALTER SYSTEM RESET application_name;
DROP DATABASE \"side_$$ x\";
CREATE PROCEDURE twice() LANGUAGE plpgsql AS \$\$ BEGIN INSERT INTO log VALUES (13); COMMIT; INSERT INTO log VALUES (13); END \$\$;
CALL twice();
DROP INDEX CONCURRENTLY idx_t_plain;"
up
same 'outside a transaction: exit code' "$code$err" 0
same 'outside a transaction: a procedure that commits' "$(sql 'SELECT count(*) FROM log WHERE n = 13')" 2
put 014_side.sql "-- bridgejob: no-transaction
CREATE DATABASE side_$$;"
sql "CREATE DATABASE side_$$"
killed 014_side.sql "CREATE DATABASE side_$$" NULL
up
same 'done by the run that was killed: exit code' "$code" 0
has 'done by the run that was killed: said' "$err" "had been done: database \"side_$$\" already exists"
sql "DROP DATABASE side_$$"

# A role that may not write the history runs the file; ours writes it.
sql "CREATE ROLE weak_$$; GRANT CREATE, USAGE ON SCHEMA public TO weak_$$"
put 015_as_weak.sql "-- bridgejob: no-transaction
SET ROLE weak_$$;
CREATE TABLE weak ();
CREATE INDEX CONCURRENTLY ON weak ((1));
RESET ROLE;
ALTER TABLE weak OWNER TO CURRENT_USER;"
up
same 'another role: exit code' "$code$err" 0
sql "DROP OWNED BY weak_$$; DROP ROLE weak_$$"

# Nothing but comments.
put 016_nothing.sql '-- bridgejob: no-transaction'
up
same 'no statement at all' "$code $(applied 016_nothing.sql)" '0 t'

tap_done
