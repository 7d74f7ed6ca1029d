#!/bin/bash
# Directories as they are out there: names, numbers, orders, bytes, and what SQL looks like.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
put() { printf '%s\n' "$2" >"$m/$1"; }
fresh() {
    rm -rf "$m"
    mkdir "$m"
    sql 'SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public'
}
up() { run migrate up --dir "$m" "$@"; }
history="SELECT string_agg(name, ' ' ORDER BY applied_at) FROM schema_migrations"
tables="SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema_migration%'"

# Names.
fresh
put 0001_create_a.sql 'CREATE TABLE a ();'
put 0001_drop_a.sql 'DROP TABLE a;'
put V0002.Name.up.sql 'CREATE TABLE b ();'
put V0002.Name.down.sql 'DROP TABLE b;'
put 0003.up.sql 'CREATE TABLE c ();'
put 0003.down.sql 'DROP TABLE c;'
put 0004-with-dashes.sql 'CREATE TABLE d ();'
put 0004-with-dashes.down.sql 'DROP TABLE d;'
put "0005_it's 100%.up.sql" 'CREATE TABLE e ();'
put "0005_it's 100%.down.sql" 'DROP TABLE e;'
put notes.txt 'x'
up --order number
same 'names: all of them' "$code $(sql "$tables")" '0 a b c d e'
run migrate down --yes --to 0 --dir "$m" --order number
same 'names: and back' "$code $(sql "$tables")" '0 '

# What other programs' users have: a way back never runs forwards, and 1.10 comes behind 1.2.
fresh
put 001_init_up.sql 'CREATE TABLE a ();'
put 001_init_down.sql 'DROP TABLE IF EXISTS a;'
put 002.do.b.sql 'CREATE TABLE b ();'
put 002.undo.b.sql 'DROP TABLE IF EXISTS b;'
put 003_c.sql 'CREATE TABLE c ();'
put 003_c_rollback.sql 'DROP TABLE IF EXISTS c;'
put 004_d.sql 'CREATE TABLE d ();'
put 004_undo_d.sql 'DROP TABLE IF EXISTS d;'
up
same 'names of others: forwards only' "$code $(sql "$tables")" '0 a b c d'
run migrate down --yes --to 0 --dir "$m"
same 'names of others: and back' "$code $(sql "$tables")" '0 '
fresh
put V1.1__a.sql 'CREATE TABLE a ();'
put V1.2__b.sql 'CREATE TABLE b (); SELECT FROM a;'
put V1.10__c.sql 'CREATE TABLE c (); SELECT FROM b;'
put U1.10__c.sql 'DROP TABLE c;'
put R__view.sql 'SELECT 1;'
up
same 'numbers in parts: two orders' "$code" 64
up --order number --to 1.2
same 'numbers in parts: up to one' "$code $(sql "$tables")" '0 a b'
up --order number
same 'numbers in parts: the rest' "$code $(sql "$tables")" '0 a b c'
run migrate goto 1.2 --yes --dir "$m" --order number
same 'numbers in parts: the undo file' "$code $(sql "$tables")" '0 a b'

# 20 digits and more, two files with one number, gaps.
fresh
put 20251015120001123456_create_a.sql 'CREATE TABLE a ();'
put 20251015120001123457_create_b.sql 'CREATE TABLE b (); SELECT 1 FROM a;'
put 20251015120001123457_create_c.sql 'CREATE TABLE c (); SELECT 1 FROM b;'
put 99999999999999999999999999_create_d.sql 'CREATE TABLE d (); SELECT 1 FROM c;'
up --to 20251015120001123457
same '20 digits: up --to, both of that number' "$code $(sql "$tables")" '0 a b c'
up
same '20 digits: the rest' "$code $(sql "$tables")" '0 a b c d'

# Orders that differ.
fresh
put 1_create_a.sql 'CREATE TABLE a ();'
put 1_rollback_a.sql 'DROP TABLE a;'
put 2_create_b.sql 'CREATE TABLE b ();'
put 2_rollback_b.sql 'DROP TABLE b;'
put 10_create_c.sql 'CREATE TABLE c ();'
put 10_rollback_c.sql 'DROP TABLE c;'
for command in up status 'redo --yes' 'down --yes' 'goto 1 --yes'; do
    # shellcheck disable=SC2086
    run migrate $command --dir "$m"
    same "two orders, $command: exit code" "$code" 64
    has "two orders, $command: message" "$err" "error: '2_create_b.sql' comes before '10_create_c.sql' by number, and behind it by name"
    has "two orders, $command: hint" "$err" 'hint: say which is meant: --order number or --order text'
done
same 'two orders: nothing done' "$(sql "SELECT to_regclass('schema_migrations') IS NULL")" t
up --order text
same 'order by text' "$code $(sql "$history")" '0 10_create_c.sql 1_create_a.sql 2_create_b.sql'
run migrate down --dir "$m" --order text --yes
same 'order by text: the last one goes' "$code $(sql "$tables")" '0 a c'
run migrate goto 1 --dir "$m" --order text --yes
has 'order by text: goto' "$err" 'the schema is there already'
run migrate down --dir "$m" --order text --to 10 --yes
same 'order by text: down --to' "$code $(sql "$tables")" '0 c'
up --order number --to 2
same 'order by number' "$code $(sql "$tables")" '0 a b c'
fresh
put 3_create_a.sql 'CREATE TABLE a ();'
put 20240101_create_b.sql 'CREATE TABLE b ();'
up
same 'dates among numbers: exit code' "$code" 64
fresh
put 001_create_a.sql 'CREATE TABLE a ();'
put 002_create_b.sql 'CREATE TABLE b ();'
put 20240101_create_c.sql 'CREATE TABLE c ();'
up
same 'dates behind numbers: both orders agree' "$code $(sql "$tables")" '0 a b c'

# Late files are applied, and named, wherever they come in.
put 003_create_late.sql 'CREATE TABLE late ();'
run migrate status --dir "$m"
has 'late: status' "$out" 'one that comes behind it is applied'
up --to 002
same 'late: up' "$code $(sql "$tables")" '0 a b c'
up
same 'late: applied' "$code $(sql "$tables")" '0 a b c late'
has 'late: named' "$err" "warning: '003_create_late.sql' is applied late"

# No way back.
run migrate down --yes --dir "$m"
same 'up only: exit code' "$code" 78
has 'up only: message' "$err" "error: '20240101_create_c.sql' has no rollback file"
has 'up only: hint' "$err" 'hint: write one beside it: 20240101_rollback_c.sql'
put V30000000.Name.up.sql 'SELECT 1;'
put 30000000_x.up.sql 'SELECT 1;'
up --order number
run migrate redo --yes --dir "$m" --order number
has 'up only, .up.sql: hint' "$err" 'hint: write one beside it: V30000000.Name.down.sql'

# Bytes.
fresh
put 001_mark.sql $'\xef\xbb\xbf-- bridgejob: no-transaction\r\nCREATE TABLE a ();\r\nVACUUM a;\r'
: >"$m/002_empty.sql"
put 003_comments.sql '/* nothing /* at all */ */ -- ;'
printf 'CREATE TABLE b ()' >"$m/004_no_newline.sql"
printf -- '-- x\nCREATE TABLE c () -- y' >"$m/005_comment_at_the_end.sql"
printf -- '-- old\rCREATE TABLE d ();\rCREATE TABLE e ();\r' >"$m/006_cr.sql"
put 007_bom.sql $'\xef\xbb\xbfCREATE TABLE "caf\xc3\xa9" ();'
up
same 'bytes: all of them' "$code$err $(sql "$tables")" '0 a b c café d e'
same 'bytes: the checksum is that of the file' "$(sql "SELECT checksum FROM schema_migrations WHERE version = '007'")" \
    "$(sha256sum <"$m/007_bom.sql" | cut -d' ' -f1)"
printf 'SELECT 1;\0' >"$m/008_nul.sql"
up
same 'a NUL byte: exit code' "$code" 65
has 'a NUL byte: hint' "$err" 'hint: save it as UTF-8'
rm "$m/008_nul.sql"
printf -- "\xef\xbb\xbf\r\n\r\nSELECT 'caf\xc3\xa9',\r\n  oops;\r\n" >"$m/008_line.sql"
up
has 'CRLF and BOM: the right line' "$err" "'008_line.sql': line 4: column \"oops\" does not exist"
rm "$m/008_line.sql"

# SQL.
put 010_bodies.sql "CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS \$f\$ BEGIN RETURN ';' || \$\$;\$\$; END \$f\$;
CREATE FUNCTION g(int) RETURNS int BEGIN ATOMIC SELECT CASE WHEN \$1 > 0 THEN 1 ELSE 2 END; SELECT 3; END;
CREATE FUNCTION begin() RETURNS int LANGUAGE sql RETURN 1;
DO \$été\$ BEGIN PERFORM ';'; END \$été\$;
CREATE TABLE \"x;\"\"y\" (a text DEFAULT E'it\\'s;' -- ;
    , b text DEFAULT U&'\\0061;', c text DEFAULT E'a'
    'b\\';c');
/* ; /* ; */ ; */ CREATE RULE r AS ON DELETE TO \"x;\"\"y\" DO ALSO (SELECT 1; SELECT 2);
SET standard_conforming_strings = off;
CREATE TABLE old (a text DEFAULT '\\';');
SET standard_conforming_strings = on;
CREATE TABLE new (a text DEFAULT '\\');"
up
same 'SQL: exit code' "$code" 0
same 'SQL: tables' "$(sql "$tables")" 'a b c café d e new old x;"y'
same 'SQL: functions' "$(sql 'SELECT f() || g(1) || begin()')" ';;31'
same 'SQL: strings' "$(sql "INSERT INTO old DEFAULT VALUES; INSERT INTO new DEFAULT VALUES; INSERT INTO \"x;\"\"y\" DEFAULT VALUES;
    SELECT (SELECT a FROM old) || (SELECT a FROM new) || (SELECT a || b || c FROM \"x;\"\"y\")")" "';\\it's;a;ab';c"

# goto and redo.
fresh
for i in 1 2 3 4; do
    put "00${i}_create_t$i.sql" "CREATE TABLE t$i ();"
    put "00${i}_rollback_t$i.sql" "DROP TABLE t$i;"
done
run migrate goto 3 --dir "$m"
same 'goto, forwards: asks nothing' "$code $(sql "$tables")" '0 t1 t2 t3'
run migrate goto 1 --dir "$m"
same 'goto, back: asks' "$code $(sql "$tables")" '64 t1 t2 t3'
has 'goto, back: hint' "$err" 'bridgejob migrate goto 1 --yes'
run migrate goto 1 --dir "$m" --dry-run --format csv
same 'goto: dry run' "$code$(printf '%s' "$out" | tail -n +2 | cut -d, -f3,4 | tr '\n' ' ')" '0003_rollback_t3.sql,down 002_rollback_t2.sql,down '
run migrate goto 1 --yes --dir "$m" --format json
same 'goto, back: done' "$code $(sql "$tables")" '0 t1'
same 'goto, back: told' "$(printf '%s\n' "$out" | grep -c '"action": "down"')" 2
mv "$m/001_create_t1.sql" "$work/"
mv "$work/001_create_t1.sql" "$m/001_create_t1.sql"
sql "DELETE FROM schema_migrations; INSERT INTO schema_migrations SELECT '003', '003_create_t3.sql', '$(sha256sum <"$m/003_create_t3.sql" | cut -d' ' -f1)', '$(sha256sum <"$m/003_rollback_t3.sql" | cut -d' ' -f1)', now(), 'x', 0, '', ''; CREATE TABLE t3 (); DROP TABLE t1"
run migrate goto 2 --yes --dir "$m"
same 'goto: back and forwards' "$code $(sql "$tables")" '0 t1 t2'
run migrate goto 2 --dir "$m"
has 'goto: there already' "$err" 'nothing to do: the schema is there already'
run migrate goto 0 --yes --dir "$m"
same 'goto 0' "$code $(sql "$tables")" '0 '
for bad in 9 x '' -1; do
    run migrate goto --dir "$m" -- "$bad"
    same "goto '$bad': exit code" "$code" 64
done
run migrate goto --dir "$m"
same 'goto nowhere: exit code' "$code" 64
has 'goto nowhere: message' "$err" "'migrate goto' wants one version"
run migrate redo --yes --dir "$m"
has 'redo of nothing' "$err" 'nothing to do: nothing is applied'
up --to 2
run migrate redo --dir "$m"
same 'redo asks' "$code" 64
put 002_create_t2.sql 'CREATE TABLE t2 (id int);'
run migrate redo --yes --dir "$m"
same 'redo: done' "$code$(printf '%s\n' "$out" | sed 's/ in [0-9]* ms//' | tr '\n' ' ')" '0002_rollback_t2.sql  done 002_create_t2.sql  applied '
same 'redo: the file as it is now' "$(sql "SELECT count(*) FROM pg_attribute WHERE attrelid = 't2'::regclass AND attnum > 0")" 1
run migrate status --dir "$m" --to 2 2>/dev/null
put 001_create_t1.sql 'CREATE TABLE t1 (id int);'
run migrate redo --yes --dir "$m"
same 'redo: an older one was changed' "$code" 78
has 'redo: which' "$err" "error: '001_create_t1.sql' was changed after it was applied"

tap_done
