#!/bin/bash
# 'restore --table': a table comes back with all that belongs to it, and nothing else changes.
. "$(dirname "$0")/../lib/scratch.sh"

source=$PGDATABASE
dir=$work/backups
made=()
restore() { run restore "$id" --backup-dir "$dir" "$@"; }
in_db() { PGDATABASE=$1 sql "$2"; }
drop() { for name in "$@"; do psql -Xqd postgres -c "DROP DATABASE IF EXISTS \"$name\" WITH (FORCE)" 2>/dev/null; done; }
trap 'drop "${made[@]}"; scratch_end' EXIT
# Everything of a database, sorted: a table that was made again is at another place of a dump.
dump() { pg_dump -d "$1" | grep -v '^\\\|^--' | sort | md5sum; }

sql "CREATE SCHEMA \"s p\";
     CREATE EXTENSION hstore;
     CREATE TYPE mood AS ENUM ('a', 'b');
     CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE TABLE ref (id int PRIMARY KEY);
     INSERT INTO ref VALUES (1);
     CREATE TABLE p (a serial, t int DEFAULT f(), m mood, h hstore, r int REFERENCES ref, d date, CHECK (a > 0), PRIMARY KEY (a, d)) PARTITION BY RANGE (d);
     CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
     CREATE TABLE \"s p\".\"p 2\" PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
     CREATE INDEX pi ON p (t);
     CREATE STATISTICS st ON a, t FROM p1;
     INSERT INTO p (m, r, d) SELECT 'a', 1, date '2020-01-01' + g FROM generate_series(0, 600) AS g;
     CREATE TABLE idt (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x text);
     COMMENT ON TABLE idt IS 'hello';
     GRANT SELECT ON idt TO PUBLIC;
     CREATE POLICY pol ON idt USING (true);
     CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
     CREATE TRIGGER trg BEFORE INSERT ON idt FOR EACH ROW EXECUTE FUNCTION tf();
     CREATE RULE ru AS ON UPDATE TO idt DO ALSO NOTHING;
     CREATE TABLE child (id int REFERENCES idt);
     CREATE TABLE \"idt x\" (a int);
     CREATE TABLE \"s p\".idt (a int);
     CREATE TABLE \"we\"\"i'rd
%s; DROP\" (a text);
     INSERT INTO \"we\"\"i'rd
%s; DROP\" VALUES ('x');
     INSERT INTO idt (x) VALUES ('a'), ('b');
     INSERT INTO child VALUES (1)"
want=$(dump "$source")
"$BRIDGEJOB" backup create --quiet --backup-dir "$dir"
id=latest
made+=("$source"_one "$source"_two "$source"_odd)

# --- into a database of their own -----------------------------------------------------------------------------------------
restore --into "$source"_one --table p --format json
same 'a partitioned table, with its partitions' "$code $(psql -XAtq -v j="$out" <<<"SELECT (:'j'::jsonb ->> 'rows_checked') || ' ' || (:'j'::jsonb ->> 'tables_checked')")" '0 601 3'
has 'the foreign key that leads elsewhere is named' "$err" "left out: 'public p p_r_fkey'"
same 'its indexes, checks, defaults, statistics and types come with it' \
    "$(in_db "$source"_one "SELECT string_agg(c.relname, ',' ORDER BY c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE n.nspname IN ('public', 's p')") $(in_db "$source"_one "SELECT count(*) FROM pg_constraint WHERE contype IN ('c', 'p') AND oid >= 16384") $(in_db "$source"_one "SELECT count(*) FROM pg_statistic_ext") $(in_db "$source"_one "SELECT nextval('p_a_seq')")" \
    'p,p 2,p 2_pkey,p 2_t_idx,p1,p1_pkey,p1_t_idx,p_a_seq,p_pkey,pi 6 1 602'
restore --into "$source"_two --table child --table public.idt
same 'two tables and the key between them' "$code $err $(in_db "$source"_two "SELECT string_agg(conname, ',' ORDER BY conname) FROM pg_constraint WHERE oid >= 16384")" '0  child_id_fkey,idt_pkey'
same 'with trigger, rule, policy, comment, privileges' \
    "$(in_db "$source"_two "SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal), (SELECT count(*) FROM pg_rewrite WHERE rulename = 'ru'), (SELECT count(*) FROM pg_policy), obj_description('idt'::regclass), has_table_privilege('pg_monitor', 'idt', 'SELECT')")" '1|1|1|hello|t'
restore --into "$source"_odd --table "we\"i'rd
%s; DROP"
same 'a hostile name' "$code $(in_db "$source"_odd "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ 'DROP'")" '0 1'

# --- which --------------------------------------------------------------------------------------------------------------
restore --into "$source"_none --table idt
has 'a name in two schemas' "$code $err" "64 bridgejob restore: error: 'idt' may be "
restore --into "$source"_none --table nope
has 'no such table' "$code $err" "66 bridgejob restore: error: there is no table 'nope'"
same 'nothing is made for them' "$(sql "SELECT count(*) FROM pg_database WHERE datname ~ '^bridgejob_re|_none\$'")" 0

# --- into the database itself ---------------------------------------------------------------------------------------------
restore --into "$source" --table p
has 'rows are not touched' "$code $err" "65 bridgejob restore: error: table 'public.p1' is not empty"
restore --into "$source" --table p --clean
has 'nor with --clean alone' "$code $err" 'if that is meant, add --yes'
sql "DELETE FROM p WHERE a < 50; UPDATE p SET t = 5"
restore --into "$source" --table p --clean --yes --dry-run
has 'a dry run says so' "$code $out" "0 database '$source' would get tables"
same 'and does nothing' "$(sql 'SELECT count(*) FROM p')" 552
restore --into "$source" --table p --clean --yes
same 'with both they are replaced' "$code $(dump "$source")" "0 $want"
sql 'DROP TABLE p'
restore --into "$source" --table p
same 'a table that is gone is made, with its foreign key' "$code $err $(dump "$source")" "0  $want"
sql 'DROP TABLE p1'
restore --into "$source" --table p --clean --yes
same 'a partition that is gone, too' "$code $(dump "$source")" "0 $want"
restore --into "$source" --table public.idt --clean --yes
has 'what others lead to is not emptied' "$code $err" '65 '
same 'and nothing has changed' "$(dump "$source")" "$want"
restore --into "$source" --table public.idt --table child --clean --yes
same 'but with them it is, and loaded in an order their keys take' "$code $(dump "$source")" "0 $want"

# --- fails, or is killed --------------------------------------------------------------------------------------------------
sql 'TRUNCATE p; ALTER TABLE p1 ADD CHECK (a <> 300)'
restore --into "$source" --table p
has 'a row that does not fit ends it' "$code $err" 'check constraint'
same 'with nothing restored' "$code $(sql 'SELECT count(*) FROM p')" '65 0'
sql 'ALTER TABLE p1 DROP CONSTRAINT p1_a_check;
     CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN CASE WHEN NEW.a <> 300 THEN NEW END; END $$;
     CREATE TRIGGER swallow BEFORE INSERT ON p1 FOR EACH ROW EXECUTE FUNCTION swallow()'
restore --into "$source" --table p
same 'triggers of a table that is there change nothing' "$code $(sql 'SELECT count(*) FROM p') $(sql "SELECT tgenabled FROM pg_trigger WHERE tgname = 'swallow'")" '0 601 O'
sql 'DROP TRIGGER swallow ON p1; DROP FUNCTION swallow(); TRUNCATE p'
mkdir "$work/bin"
ln -s "$(command -v psql)" "$work/bin/psql"
printf '#!/bin/sh\n%s "$@" | grep -v "^300\t"\n' "$(command -v pg_restore)" >"$work/bin/pg_restore"
chmod +x "$work/bin/pg_restore"
restore --into "$source" --table p --bindir "$work/bin"
has 'nor does a row less pass' "$code $err" 'has not the 366 rows it had when the backup was made'
same 'nothing is restored then either' "$code $(sql 'SELECT count(*) FROM p')" '65 0'
broken=0
for i in $(seq "${KILLS:-5}"); do
    "$BRIDGEJOB" restore latest --backup-dir "$dir" --into "$source" --table p --quiet 2>/dev/null &
    sleep "0.0$((RANDOM % 10))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    await "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/restore%')"
    n=$(sql 'SELECT count(*) FROM p')
    [ "$n" = 0 ] || [ "$n" = 601 ] || broken=$((broken + 1))
    sql 'TRUNCATE p'
done
same 'killed: all of it or nothing' $broken 0
restore --into "$source" --table p
same 'and done again' "$code $(dump "$source")" "0 $want"
tap_done
