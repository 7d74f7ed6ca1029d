#!/bin/sh
# What status says of files, history and catalog, in every direction; each finding is exit code 3.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
put 001_create_a.sql "CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL, \"x%s'y\" text); CREATE INDEX idx_a_n ON a (n);"
put 001_rollback_a.sql 'DROP TABLE a;'
put 002_create_b.sql 'CREATE TABLE b (id int); CREATE VIEW v AS SELECT id FROM b;'
put 002_rollback_b.sql 'DROP VIEW v; DROP TABLE b;'
put 004_create_f.sql 'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;'

# status WHAT EXIT: its JSON is in $out.
status() {
    run migrate status --dir "$m" --format json
    same "$1: exit code" "$code" "$2"
}
row() { has "$1" "$out" "$2"; }
drifted() { printf '%s\n' "$out" | grep -c '"state": "drifted"'; }

status 'nothing applied' 3
row 'pending' '{"version": "001", "name": "create_a", "file": "001_create_a.sql", "state": "pending", "applied_at": null, "checksum_ok": null, "note": null}'
same 'a database without history has not drifted' "$(drifted)" 0
run migrate up --quiet --dir "$m"
status 'all applied' 0
row 'applied without rollback' '"state": "applied", "applied_at": "20'
row 'applied without rollback: note' '"note": "no rollback file"'

put 003_late.sql 'CREATE TABLE late (id int);'
status 'late' 3
row 'late: note' '"state": "pending", "applied_at": null, "checksum_ok": null, "note": "late: one that comes behind it is applied"'
rm "$m/003_late.sql"

put README.md 'nothing'
mkdir "$m/005_folder.sql"
put 006_rollback_lost.sql 'DROP TABLE lost;'
status 'ignored files are no finding' 0
row 'ignored: a name' '{"version": null, "name": null, "file": "README.md", "state": "ignored", "applied_at": null, "checksum_ok": null, "note": "it is not named as a migration"}'
row 'ignored: a directory' '"file": "005_folder.sql", "state": "ignored", "applied_at": null, "checksum_ok": null, "note": "it is no regular file"'
row 'ignored: a rollback alone' '"file": "006_rollback_lost.sql", "state": "ignored", "applied_at": null, "checksum_ok": null, "note": "it is a rollback of no migration here"'
rm -r "$m/README.md" "$m/005_folder.sql" "$m/006_rollback_lost.sql"

put 002_rollback_b.sql 'DROP TABLE b CASCADE;'
status 'another rollback file' 3
row 'another rollback file: row' '"state": "changed"'
row 'another rollback file: note' '"checksum_ok": false, "note": "the rollback file was changed"'
rm "$m/002_rollback_b.sql"
status 'rollback file gone' 3
row 'rollback file gone: note' '"checksum_ok": false, "note": "the rollback file is gone"'
put 002_rollback_b.sql 'DROP VIEW v; DROP TABLE b;'
put 004_rollback_f.sql 'DROP FUNCTION f();'
status 'a rollback file that came later is no finding' 0
row 'a rollback file that came later: note' '"note": "the rollback file was added later"'

mv "$m/004_create_f.sql" "$work/kept"
put 004_create_f.sql 'SELECT 1;'
status 'changed' 3
row 'changed: row' '"state": "changed"'
rm "$m/004_create_f.sql" "$m/004_rollback_f.sql"
status 'missing' 3
row 'missing: row' '"version": "004", "name": null, "file": "004_create_f.sql", "state": "missing"'
has 'missing: counted' "$err" '0 pending, 0 changed, 1 missing on disk, 0 drifted'
mv "$work/kept" "$m/004_create_f.sql"
status 'all is as it was' 0

# drift SQL WANTED-ROW BACK: one change by hand, one row, and none when it is taken back.
drift() {
    sql "$1"
    status "$1" 3
    row "$1: the object" "$2"
    same "$1: nothing else" "$(drifted)" 1
    has "$1: counted" "$err" '0 pending, 0 changed, 0 missing on disk, 1 drifted'
    has "$1: hint" "$err" 'hint: put back what was there, or take it as it is: bridgejob migrate repair'
    sql "$3"
    status "$1: taken back" 0
}
drift 'DROP INDEX idx_a_n' '{"version": "001", "name": "index public.idx_a_n", "file": "001_create_a.sql", "state": "drifted", "applied_at": null, "checksum_ok": null, "note": "is gone; it was: CREATE INDEX idx_a_n ON public.a USING btree (n)"}' \
    'CREATE INDEX idx_a_n ON a (n)'
drift 'ALTER TABLE a ALTER n TYPE bigint' '"name": "column public.a.n", "file": "001_create_a.sql", "state": "drifted", "applied_at": null, "checksum_ok": null, "note": "differs; it was: integer NOT NULL; it is: bigint NOT NULL"' \
    'ALTER TABLE a ALTER n TYPE int'
drift 'CREATE TABLE by_hand (id int PRIMARY KEY, n int UNIQUE)' '{"version": null, "name": "table public.by_hand", "file": null, "state": "drifted", "applied_at": null, "checksum_ok": null, "note": "is extra; it is: TABLE"}' \
    'DROP TABLE by_hand'
drift 'ALTER TABLE b ADD COLUMN "dr%nop" text' '"name": "column public.b.\"dr%nop\""' 'ALTER TABLE b DROP COLUMN "dr%nop"'
drift 'ALTER TABLE a ADD CHECK (n > 0)' '"name": "constraint public.a.a_n_check"' 'ALTER TABLE a DROP CONSTRAINT a_n_check'
drift 'CREATE OR REPLACE VIEW v AS SELECT id FROM b WHERE id > 0' '"name": "view public.v"' 'CREATE OR REPLACE VIEW v AS SELECT id FROM b'
drift 'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 2 $$' '"name": "function public.f()"' \
    'CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$'
drift 'CREATE SCHEMA "other
line"' '"name": "schema \"other\nline\""' 'DROP SCHEMA "other
line"'
drift "COMMENT ON TABLE a IS '100% s'" '"name": "table public.a"' 'COMMENT ON TABLE a IS NULL'

sql 'DROP TABLE a'
status 'a table dropped' 3
row 'a table dropped: named' '"name": "table public.a", "file": "001_create_a.sql", "state": "drifted"'
same 'a table dropped: not what went with it' "$(drifted)" 1
run migrate status --dir "$m"
has 'as a table' "$out" 'table public.a'
sql 'CREATE TABLE a (id int PRIMARY KEY, n int NOT NULL, "x%s'"'"'y" text); CREATE INDEX idx_a_n ON a (n)'
status 'made again by hand, to the letter' 0

# Reversed by the runner is no drift; nor are partitions and an extension's objects.
run migrate down --yes --dir "$m" --to 1
same 'no rollback file: refused' "$code" 78
put 004_rollback_f.sql 'DROP FUNCTION f();'
run migrate down --yes --dir "$m" --to 1
same 'down' "$code" 0
status 'after down' 3
same 'after down: no drift' "$(drifted)" 0
run migrate up --quiet --dir "$m"
sql 'CREATE EXTENSION pageinspect'
status 'an extension is no drift' 0

# A history from before there were descriptions.
sql 'DROP TABLE schema_migration_objects'
status 'no description kept, nothing drifted' 0
sql 'DROP INDEX idx_a_n'
status 'no description kept, drifted' 3
row 'no description kept: the last file is named' '"file": "004_create_f.sql", "state": "drifted"'

# Nothing was written by all that.
same 'status writes nothing' "$(sql "SELECT to_regclass('schema_migration_objects') IS NULL")" t
tap_done
