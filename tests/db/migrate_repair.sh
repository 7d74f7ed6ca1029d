#!/bin/sh
# repair takes what is there as it is: it shows what it would change, asks, and changes the history only.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
put 001_create_a.sql 'CREATE TABLE a (id int, n int); CREATE INDEX idx_a ON a (n);'
put 001_rollback_a.sql 'DROP TABLE a;'
put 002_create_b.sql 'CREATE TABLE b (id int);'
put 003_create_c.sql 'CREATE TABLE c (id int);'
history="SELECT md5(string_agg(h::text, ' ' ORDER BY name)) FROM schema_migrations h"
run migrate up --quiet --dir "$m"
run migrate repair --dir "$m"
same 'nothing to repair' "$code$out" 0
has 'nothing to repair: said' "$err" 'nothing to repair'

put 001_create_a.sql 'CREATE TABLE a (id int, n int, m int); CREATE INDEX idx_a ON a (n);'
put 001_rollback_a.sql 'DROP TABLE a CASCADE;'
put 002_rollback_b.sql 'DROP TABLE b;'
rm "$m/003_create_c.sql"
sql 'DROP INDEX idx_a; CREATE TABLE "by %s hand" (id int)'
before=$(sql "$history")

run migrate repair --dir "$m" --dry-run --format json
same 'dry run: exit code' "$code" 0
has 'a file that was changed' "$out" '{"action": "take its checksum as it is", "file": "001_create_a.sql", "object": null, "note": "the file was changed after it was applied"}'
has 'a rollback file that was changed' "$out" '"file": "001_rollback_a.sql", "object": null, "note": "the rollback file was changed after it was applied"'
has 'a rollback file that came later' "$out" '"file": "002_rollback_b.sql", "object": null, "note": "the rollback file was added later"'
has 'a file that is gone' "$out" '{"action": "forget that it was applied", "file": "003_create_c.sql"'
has 'an index that is gone' "$out" '{"action": "take the catalog as it is", "file": "001_create_a.sql", "object": "index public.idx_a", "note": "is gone; it was: CREATE INDEX idx_a ON public.a USING btree (n)"}'
has 'a table made by hand' "$out" '"object": "table public.\"by %s hand\"", "note": "is extra; it is: TABLE"'
same 'that is all' "$(printf '%s\n' "$out" | grep -c action)" 6
same 'dry run: changes nothing' "$(sql "$history")" "$before"

run migrate repair --dir "$m"
same 'nobody to ask: exit code' "$code" 64
has 'nobody to ask: shows it all the same' "$out" 'forget that it was applied'
has 'nobody to ask: hint' "$err" 'hint: say it beforehand: bridgejob migrate repair --yes'
same 'nobody to ask: changes nothing' "$(sql "$history")" "$before"
answer() { printf '%s\n' "$1" | script -q -e -c "'$BRIDGEJOB' migrate repair --dir '$m'" /dev/null >"$work/out" 2>&1; }
if command -v script >/dev/null; then
    answer n
    has 'asked' "$(cat "$work/out")" 'make 6 changes to the history (tables stay as they are)? [y/N]'
    has 'asked, no' "$(cat "$work/out")" 'nothing was changed'
    same 'asked, no: changes nothing' "$(sql "$history")" "$before"
    answer y
else
    run migrate repair --dir "$m" --yes --quiet
fi
run migrate status --dir "$m" --format json
same 'repaired: all is well' "$code" 0
same 'repaired: the file that is gone is forgotten' "$(sql "SELECT string_agg(name, ' ' ORDER BY name) FROM schema_migrations")" \
    '001_create_a.sql 002_create_b.sql'
same 'repaired: checksum' "$(sql "SELECT checksum FROM schema_migrations WHERE version = '001'")" \
    "$(sha256sum <"$m/001_create_a.sql" | cut -d' ' -f1)"
same 'repaired: tables stay' "$(sql "SELECT to_regclass('c') IS NOT NULL AND to_regclass('idx_a') IS NULL")" t
run migrate repair --dir "$m" --yes
same 'repaired: nothing more to do' "$code$out" 0

# A history from before there were descriptions gets one.
sql 'DROP TABLE schema_migration_objects; CREATE TABLE more (id int)'
run migrate repair --dir "$m" --yes
same 'no description: exit code' "$code" 0
run migrate status --dir "$m"
same 'no description: repaired' "$code" 0
sql 'DROP TABLE more'
run migrate status --dir "$m" --format json
has 'no description: now what drifts is named' "$out" 'table public.more'
# Files that got half way, and that nobody can go on with.
put 004_half.sql '-- bridgejob: no-transaction
CREATE TABLE half ();
SELECT 1/0;'
put 004_rollback_half.sql 'DROP TABLE half;'
halfway="SELECT coalesce(string_agg(name, ' '), '') FROM schema_migration_progress"
run migrate up --dir "$m"
same 'half applied' "$code $(sql "$halfway")" '78 004_half.sql'
sql 'CREATE TABLE more (id int)'
run migrate repair --dir "$m" --dry-run
same 'half applied, and as it was: left alone' "$code$out" 0
put 004_half.sql '-- bridgejob: no-transaction
CREATE TABLE IF NOT EXISTS half ();
SELECT 1;'
run migrate repair --dir "$m" --format json --yes
has 'half applied, and changed' "$out" '{"action": "forget how far it got", "file": "004_half.sql", "object": null, "note": "it is half done, and was changed in what is done: the next run begins at its start"}'
same 'half applied, and changed: forgotten' "$code $(sql "$halfway")" '0 '
run migrate up --dir "$m" --quiet
same 'half applied, and changed: applied from its start' "$code" 0
put 005_half.sql '-- bridgejob: no-transaction
CREATE TABLE half_too ();
SELECT 1/0;'
run migrate up --dir "$m"
rm "$m/005_half.sql"
run migrate status --dir "$m" --format json
has 'half applied, and gone: status' "$out" '"file": "005_half.sql", "state": "missing", "applied_at": null, "checksum_ok": null, "note": "it is half applied, and the file is not there"'
same 'half applied, and gone: status exit code' "$code" 3
run migrate repair --dir "$m" --format json --yes
has 'half applied, and gone: repair' "$out" '"file": "005_half.sql", "object": null, "note": "it is half done, and the file is not there"'
run migrate status --dir "$m" --format json
same 'half applied, and gone: repaired' "$code $(sql "$halfway")" '0 '
tap_done
