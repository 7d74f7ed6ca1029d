#!/bin/sh
# plan: what each pending statement would lock, rewrite and block, what is better done otherwise, and the hash that
# up --plan insists on. It changes nothing.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
plan() {
    run migrate plan --dir "$m" --format json
    same "$1: exit code" "$code" "$2"
}
row() { has "$1" "$out" "$2"; }
hash_of() { printf '%s\n' "$out" | sed -n 's/^{"plan": "\([0-9a-f]*\)",$/\1/p'; }
catalog='SELECT count(*) FROM pg_class'

sql 'CREATE TABLE big (id int PRIMARY KEY, n int, v varchar(20), t text, "odd%s name" int)'
sql 'INSERT INTO big SELECT g, g, g, g FROM generate_series(1, 20000) g; CREATE INDEX idx_big ON big (n); ANALYZE big'
sql 'CREATE TABLE small (id int); ANALYZE small'
sql 'CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at)'
sql "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')"
before=$(sql "$catalog")

# rule NAME LEVEL SQL: one file, one rule that fires, and the exit code that goes with it.
rule() {
    put 001_try.sql "-- one
$3;"
    put 001_rollback_try.sql 'SELECT 1;'
    run migrate plan --dir "$m" --format json
    has "$3" "$out" "\"level\": \"$2\", \"rule\": \"$1\""
    case $2 in
    warning) same "$3: exit code" "$code" 3 ;;
    note) same "$3: exit code" "$code" 0 ;;
    esac
}
silent() {
    put 001_try.sql "${2-}$1;"
    run migrate plan --dir "$m" --format json
    same "$1: nothing to say" "$code $(printf '%s\n' "$out" | grep -c '"rule"')" '0 0'
}
outside='-- bridgejob: no-transaction
'

rule require-concurrent-index-creation warning 'CREATE INDEX i ON big (v)'
row 'the line' '"file": "001_try.sql", "line": 2, "level"'
row 'a reason and a better way' '"reason": "writes to the table wait until the index is built", "better": "CREATE INDEX CONCURRENTLY, in a file'
row 'the lock' '"statement": "CREATE INDEX i ON big (v)", "table": "public.big", "lock": "SHARE", "work": "scan", "blocks": "writes"'
row 'the rows' '"rows": 20000'
check 'the size' test "$(printf '%s\n' "$out" | sed -n 's/.*"bytes": \([0-9]*\).*/\1/p')" = "$(sql "SELECT pg_total_relation_size('big')")"
rule require-concurrent-index-creation note 'CREATE INDEX i ON small (id)'
silent 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON big (v)' "$outside"
rule ban-concurrent-index-creation-in-transaction warning 'CREATE INDEX CONCURRENTLY i ON big (v)'
rule require-concurrent-index-deletion warning 'DROP INDEX idx_big'
row 'an index: its table' '"table": "public.big", "lock": "ACCESS EXCLUSIVE", "work": "none", "blocks": "reads and writes"'
rule require-concurrent-reindex warning 'REINDEX INDEX idx_big'
rule adding-required-field warning 'ALTER TABLE big ADD COLUMN r int NOT NULL'
rule adding-required-field note 'ALTER TABLE small ADD COLUMN r int NOT NULL'
silent 'ALTER TABLE big ADD COLUMN r int NOT NULL DEFAULT 1'
silent "ALTER TABLE big ADD COLUMN r timestamptz DEFAULT now() NOT NULL"
rule adding-field-with-default warning 'ALTER TABLE big ADD COLUMN r uuid DEFAULT gen_random_uuid()'
row 'volatile: rewrites' '"statement": "ALTER TABLE … ADD COLUMN r uuid DEFAULT gen_random_uuid()", "table": "public.big", "lock": "ACCESS EXCLUSIVE", "work": "rewrite"'
rule adding-field-with-default warning 'ALTER TABLE big ADD COLUMN r bigserial'
rule adding-field-with-default warning 'ALTER TABLE big ADD COLUMN r int DEFAULT nobody_knows(1)'
row 'a default nobody knows' '"work": "unknown"'
rule adding-field-with-constraint warning 'ALTER TABLE big ADD COLUMN r int UNIQUE'
rule changing-column-type warning 'ALTER TABLE big ALTER n TYPE bigint'
row 'a type: rewrites' '"work": "rewrite"'
rule changing-column-type warning 'ALTER TABLE big ALTER COLUMN v TYPE varchar(10)'
silent 'ALTER TABLE big ALTER COLUMN v TYPE varchar( 40 )'
row 'a wider type: no rewrite' '"work": "none"'
silent 'ALTER TABLE big ALTER COLUMN v SET DATA TYPE text'
rule changing-column-type warning 'ALTER TABLE big ALTER COLUMN v TYPE nobodys_type'
row 'a type nobody knows' '"work": "unknown"'
rule constraint-missing-not-valid warning 'ALTER TABLE big ADD CONSTRAINT c CHECK (n > 0)'
silent 'ALTER TABLE big ADD CONSTRAINT c CHECK (n > 0) NOT VALID'
rule validate-after-lock warning 'ALTER TABLE big VALIDATE CONSTRAINT c'
rule adding-foreign-key-constraint warning 'ALTER TABLE big ADD FOREIGN KEY (n) REFERENCES small (id)'
row 'a foreign key: the other table' '"table": "public.small", "lock": "SHARE ROW EXCLUSIVE"'
silent 'ALTER TABLE big ADD FOREIGN KEY (n) REFERENCES small (id) NOT VALID'
rule disallowed-unique-constraint warning 'ALTER TABLE big ADD CONSTRAINT u UNIQUE (n)'
silent 'ALTER TABLE big ADD CONSTRAINT u UNIQUE USING INDEX idx_big'
rule adding-primary-key-constraint warning 'ALTER TABLE big ADD PRIMARY KEY (n)'
rule adding-not-nullable-field warning 'ALTER TABLE big ALTER n SET NOT NULL'
sql 'ALTER TABLE big ADD CONSTRAINT proven CHECK (n IS NOT NULL)'
silent 'ALTER TABLE big ALTER n SET NOT NULL'
sql 'ALTER TABLE big DROP CONSTRAINT proven'
rule ban-drop-column warning 'ALTER TABLE big DROP COLUMN "odd%s name"'
rule ban-drop-table warning 'DROP TABLE IF EXISTS nobody, small'
rule ban-truncate warning 'TRUNCATE big'
rule ban-truncate-cascade warning 'TRUNCATE TABLE small, big CASCADE'
rule renaming-column warning 'ALTER TABLE small RENAME id TO ident'
rule renaming-table warning 'ALTER TABLE small RENAME TO smaller'
rule ban-table-rewrite warning 'ALTER TABLE big SET UNLOGGED'
rule ban-table-rewrite warning 'CLUSTER big USING idx_big'
put 001_try.sql "${outside}VACUUM (FULL, ANALYZE) big;"
plan 'VACUUM FULL' 3
row 'VACUUM FULL: rule' '"rule": "ban-table-rewrite"'
rule require-lock-timeout warning "SET LOCAL lock_timeout = 0"
rule update-without-where warning 'UPDATE big SET n = n + 1'
rule update-without-where warning 'DELETE FROM big'
silent 'UPDATE big SET n = n + 1 WHERE id < 100'
rule if-not-exists-hides warning 'CREATE TABLE IF NOT EXISTS public."big" (id int)'
rule if-not-exists-hides warning 'ALTER TABLE big ADD COLUMN IF NOT EXISTS n text'
put 001_try.sql "${outside}CREATE INDEX CONCURRENTLY i ON big (v);"
plan 'outside a transaction' 0
row 'outside a transaction: rule' '"level": "note", "rule": "prefer-robust-stmts"'
rule identifier-too-long warning 'CREATE INDEX CONCURRENTLY idx_a_name_of_more_than_sixty_three_bytes_that_the_server_will_cut_off ON big (v)'
rule identifier-too-long note 'CREATE TABLE idx_a_name_of_more_than_forty_eight_bytes_as_it_is (id int)'
rule require-concurrent-partition-detach note 'ALTER TABLE parts DETACH PARTITION parts_1'
rule transaction-nesting note 'COMMIT'
rm "$m/001_rollback_try.sql"
put 001_try.sql 'SELECT 1;'
plan 'no rollback file' 3
row 'no rollback file: rule' '"rule": "missing-rollback"'
put 001_rollback_try.sql 'SELECT 1;'

# What cannot be told is not guessed; what the plan makes itself is nobody's.
put 001_try.sql 'DO $$ BEGIN DROP TABLE big; END $$;
CREATE TABLE fresh (id int PRIMARY KEY, f int REFERENCES small); CREATE INDEX ON fresh (f); ALTER TABLE "fresh" ALTER f TYPE bigint;
UPDATE public.fresh SET f = 1; DROP TABLE fresh;
ALTER TABLE nowhere ADD COLUMN n int;
SET search_path = elsewhere; DROP TABLE big; DROP TABLE public.small;'
plan 'mixed' 3
row 'a DO block' '"table": null, "lock": "unknown", "work": "unknown", "blocks": "unknown", "bytes": null, "rows": null, "held_by": null, "note": "what it locks cannot be told from its words"'
row 'made by the plan' '"note": "made by this plan: nobody else uses it"'
row 'no such table' '"table": "nowhere", "lock": "ACCESS EXCLUSIVE", "work": "none", "blocks": "reads and writes", "bytes": null, "rows": null, "held_by": null, "note": "no such table is there, nor made by what can be read here"'
row 'search_path' '"table": "big", "lock": "ACCESS EXCLUSIVE", "work": "none", "blocks": "reads and writes", "bytes": null, "rows": null, "held_by": null, "note": "search_path is changed: which table this is cannot be told"'
same 'mixed: no rule but two' "$(printf '%s\n' "$out" | grep -c '"rule"')" 2
cat >"$m/001_try.sql" <<'SQL'
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ DROP TABLE big; $$; SELECT U&"x", E'\'; DROP TABLE big; --';
/* DROP TABLE big; /* */ DROP TABLE big; */ -- DROP TABLE big;
COMMENT ON TABLE small IS 'DROP TABLE big; ''; DROP TABLE big;';
SQL
plan 'words in strings are no statements' 0
put 001_try.sql ''
plan 'an empty file' 0
put 001_try.sql 'ALTER TABLE'
plan 'half a statement' 0
row 'half a statement: unknown' '"lock": "unknown"'

# Who has the table now.
put 001_try.sql 'ALTER TABLE big DROP COLUMN t; CREATE INDEX CONCURRENTLY i ON small (id);'
PGAPPNAME="it's" psql -X -q -c 'BEGIN; SELECT 1 FROM big LIMIT 1; SELECT pg_sleep(60)' >/dev/null 2>&1 &
check 'somebody reads' await "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'big'::regclass)"
run migrate plan --dir "$m" --format json
row 'who would keep it waiting' "\"held_by\": \"'it's' (pid $(sql "SELECT pid FROM pg_stat_activity WHERE application_name = 'it''s'"), active, since 20"
same 'who would not' "$(printf '%s\n' "$out" | grep -c "it's")" 1
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'it''s'" >/dev/null
wait
psql -X -q -c 'BEGIN; LOCK TABLE big; SELECT pg_sleep(60)' >/dev/null 2>&1 &
check 'somebody has it to himself' await "SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'big'::regclass AND mode = 'AccessExclusiveLock')"
run migrate plan --dir "$m" --timeout 30s
same 'a table another session has to itself: exit code' "$code" 75
has 'a table another session has to itself: message' "$err" 'error: cannot describe the catalog: canceling statement due to lock timeout'
sql "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'big'::regclass" >/dev/null
wait
run migrate plan --dir "$m"
has 'for people: the table' "$out" 'ACCESS EXCLUSIVE'
has 'for people: the finding' "$out" '001_try.sql:1: warning: ban-drop-column: big: programs that still read the column fail'
has 'for people: the better way' "$out" '    better: stop using it everywhere first'

# The hash.
put 001_try.sql 'CREATE TABLE one (id int);'
put 002_more.sql 'CREATE TABLE two (id int);'
put 002_rollback_more.sql 'DROP TABLE two;'
plan 'two files' 0
hash=$(hash_of)
same 'a hash' "${#hash}" 64
plan 'again' 0
same 'again: the same hash' "$(hash_of)" "$hash"
run migrate plan --dir "$m" --to 1 --format json
check 'to another version: another hash' test "$(hash_of)" != "$hash"
first=$(hash_of)
run migrate plan --dir "$m" --to 7
same 'to a version there is none of' "$code" 64
# other WHAT: the plan is another one now; up refuses and names it, and nothing is done.
other() {
    plan "$1" 0
    now=$(hash_of)
    run migrate up --dir "$m" --plan "$hash"
    same "$1: up refuses" "$code" 78
    has "$1: up names the plan there is" "$err" "it is $now"
    has "$1: hint" "$err" 'hint: files, history or catalog'
    same "$1: nothing is done" "$(sql "SELECT to_regclass('one') IS NULL")" t
}
put 002_more.sql 'CREATE TABLE two (id bigint);'
other 'another file'
put 002_more.sql 'CREATE TABLE two (id int);'
put 002_rollback_more.sql 'DROP TABLE IF EXISTS two;'
other 'another rollback file'
put 002_rollback_more.sql 'DROP TABLE two;'
put 003_third.sql 'SELECT 1;'
put 003_rollback_third.sql 'SELECT 1;'
other 'one file more'
rm "$m/003_third.sql" "$m/003_rollback_third.sql"
sql 'ALTER TABLE small ADD COLUMN n int'
other 'another catalog'
sql 'ALTER TABLE small DROP COLUMN n'
same 'nothing was changed' "$(sql "$catalog")" "$before"
run migrate up --dir "$m" --to 1 --plan "$hash"
same 'less than the plan: refused' "$code" 78
run migrate up --dir "$m" --to 1 --plan "$first" --quiet
same 'just the plan: done' "$code$err $(sql "SELECT to_regclass('one') IS NOT NULL")" '0 t'
run migrate up --dir "$m" --plan "$hash"
same 'another history: refused' "$code" 78
plan 'the rest' 0
run migrate up --dir "$m" --plan "$(hash_of)" --quiet
same 'the rest: done' "$code$err" 0
run migrate plan --dir "$m"
same 'nothing to do' "$code" 0
has 'nothing to do: said' "$out" '0 files'

# Read only, and the server says so.
put 004_write.sql 'SELECT 1;'
log_statement="SELECT query FROM pg_stat_activity WHERE application_name = 'bridgejob/migrate plan'"
same 'nothing of plan is left' "$(sql "$log_statement")" ''
sql "CREATE ROLE reader_$$ LOGIN; GRANT pg_read_all_data TO reader_$$"
PGUSER=reader_$$ run migrate plan --set mbflow
same 'a role that may write nothing can plan' "$code" 0
sql "DROP ROLE reader_$$"
tap_done
