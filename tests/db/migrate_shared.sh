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

tap_done
