#!/bin/bash
# A database that others use, too: their tables come and go while the catalog is read, and their migrations stand in
# the same history.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }

# Objects that are dropped between the list of what is there and the printing of it.
run migrate up --quiet
cat >"$work/churn.sql" <<'SQL'
DO $$ BEGIN
    FOR i IN 1 .. 4000 LOOP
        CREATE TABLE churn (a integer PRIMARY KEY, b text DEFAULT 'x' CHECK (b <> ''));
        CREATE INDEX churn_b ON churn (b);
        CREATE VIEW churned AS SELECT b FROM churn;
        CREATE RULE churn_rule AS ON DELETE TO churn DO ALSO SELECT 1;
        COMMIT;
        DROP VIEW churned;
        DROP TABLE churn;
        COMMIT;
        PERFORM pg_sleep(0.005); -- without a pause hardly any look at the catalog would meet no drop
    END LOOP;
END $$;
SQL
psql -X -q -f "$work/churn.sql" 2>"$work/churn.err" &
churn=$!
worst=
for i in 1 2 3 4 5 6 7 8 9; do
    run migrate status
    [ "$code" = 0 ] || [ "$code" = 3 ] || worst=$worst$err
    put "${i}00_app.sql" "CREATE TABLE app$i ();"
    run migrate up --dir "$m" --order number
    [ "$code" = 0 ] || worst=$worst$err
done
sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%churned%' AND pid <> pg_backend_pid()" >"$work/killed"
wait "$churn"
same 'objects of others come and go: status and up' "$worst" ''

# A directory's migrations beside those of the program: each is its own affair, whatever the numbers.
sql 'SET client_min_messages = error; DROP SCHEMA public CASCADE; CREATE SCHEMA public'
rm "$m"/*
put 1_app.up.sql 'CREATE TABLE app ();'
put 1_app.down.sql 'DROP TABLE app;'
put 20240101_late.up.sql 'CREATE TABLE late ();'
put 20240101_late.down.sql 'DROP TABLE late;'
run migrate up --quiet --to 16
run migrate up --dir "$m"
same 'two sets: the directory' "$code$err" 0
run ingest /dev/null
has 'two sets: jobs look at their own' "$err" 'the schema is not migrated: 1 migration is pending'
run migrate up --quiet
same 'two sets: the rest of the program, and nothing is late' "$code$err" 0
run migrate status
same 'two sets: status of the program' "$code$err" 0
run migrate status --dir "$m"
same 'two sets: status of the directory' "$code$err" 0
run migrate repair --yes
has 'two sets: nothing to repair' "$err" 'nothing to repair'
run ingest --quiet /dev/null
same 'two sets: jobs run' "$code$err" 0
run migrate down --yes
same 'two sets: the program goes back alone' "$code$(printf '%s' "$out" | cut -d' ' -f1)" '0017_rollback_rollup_positions.sql'
run migrate down --yes --dir "$m"
same 'two sets: the directory goes back alone' "$code$(printf '%s' "$out" | cut -d' ' -f1)" '020240101_late.down.sql'
run migrate up --quiet
sql "UPDATE schema_migrations SET version = '018', name = '018_of_a_newer_program.sql' WHERE version = '017'"
run migrate status --format csv
has 'two sets: what the program once had is missing' "$out" '018_of_a_newer_program.sql,missing'

run migrate status --dir "$m"
has 'two sets: the hint names the directory' "$err" "hint: bridgejob migrate up --dir $m"

# A file of the directory that is half done is not for the program to forget.
put 3_half.up.sql $'-- bridgejob: no-transaction\nCREATE TABLE half ();\nSELECT oops;'
run migrate up --dir "$m" --order number
same 'half done: it stops' "$code" 78
run migrate repair --dry-run
same 'half done: left alone' "$code$(printf '%s' "$out" | grep -c half)" 00

# The history of another program, under the same name.
sql 'SET client_min_messages = error; DROP SCHEMA IF EXISTS guide CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public'
rm "$m"/*
put 1_app.up.sql 'CREATE TABLE app (id integer);'
sql 'CREATE TABLE app (id integer)'
for columns in 'version bigint PRIMARY KEY, dirty boolean NOT NULL' 'version varchar PRIMARY KEY'; do
    sql "CREATE TABLE schema_migrations ($columns)"
    for command in up status plan 'baseline 1' repair; do
        # shellcheck disable=SC2086
        run migrate $command --dir "$m"
        same "another program's history, $command: exit code" "$code" 78
        has "another program's history, $command: message" "$err" "error: the table 'public.schema_migrations' is another program's"
    done
    sql 'ALTER TABLE schema_migrations RENAME TO schema_migrations_before'
    run migrate baseline 1 --dir "$m" --quiet
    same "another program's history: adopted, as the hint says" "$code$out" 0
    sql 'DROP TABLE schema_migrations, schema_migrations_before, schema_migration_objects'
done

tap_done
