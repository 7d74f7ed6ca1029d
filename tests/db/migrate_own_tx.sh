#!/bin/sh
# Files that begin and end transactions themselves are run as they are: what they commit is noted in the same commit.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
up() { run migrate up --dir "$m"; }
halfway="SELECT string_agg(concat_ws(' ', name, direction, statements_done, running IS NOT NULL), ',') FROM schema_migration_progress"
there() { sql "SELECT string_agg(CASE WHEN to_regclass(t) IS NULL THEN '-' ELSE t END, ' ') FROM unnest('{$1}'::text[]) AS t"; }
applied() { sql "SELECT EXISTS (SELECT FROM schema_migrations WHERE name = '$1')"; }

put 001_create_a.sql 'BEGIN;
CREATE TABLE a ();
CREATE TABLE b ();
COMMIT;'
put 001_rollback_a.sql 'begin transaction; DROP TABLE a; DROP TABLE b; end;'
up
same 'one block: applied' "$code$err $(there a,b) $(applied 001_create_a.sql)" '0 a b t'
run migrate down --yes --dir "$m"
same 'one block: reversed' "$code$err $(there a,b) $(applied 001_create_a.sql)" '0 - - f'
up

put 002_create_c.sql 'BEGIN; CREATE TABLE c (); COMMIT;
BEGIN;
CREATE TABLE d ();
SELECT 1/0;
COMMIT;
CREATE TABLE e ();'
up
same 'fails in the second block: exit code' "$code" 78
has 'fails in the second block: message' "$err" "error: '002_create_c.sql': line 4: division by zero"
has 'fails in the second block: hint' "$err" '3 statements of this file are done'
same 'fails in the second block: what is there' "$(there c,d,e) $(applied 002_create_c.sql)" 'c - - f'
same 'fails in the second block: noted' "$(sql "$halfway")" '002_create_c.sql up 3 f'
sed -i 's|1/0|1|' "$m/002_create_c.sql"
up
same 'mended: goes on behind the first block' "$code$err $(there c,d,e) $(applied 002_create_c.sql)" '0 c d e t'
same 'mended: nothing under way' "$(sql "$halfway")" ''

put 003_create_f.sql 'CREATE TABLE f ();
COMMIT;
BEGIN; CREATE TABLE g (); ROLLBACK;
BEGIN; SAVEPOINT s; CREATE TABLE h (); ROLLBACK TO s; CREATE TABLE i (); COMMIT AND CHAIN; CREATE TABLE j (); COMMIT;'
up
same 'COMMIT of nothing, ROLLBACK, savepoints, chains' "$code $(there f,g,h,i,j) $(applied 003_create_f.sql)" '0 f - - i j t'

# The last statement is a ROLLBACK; constraints that fail at COMMIT.
put 004_last.sql 'CREATE TABLE k (id int PRIMARY KEY); BEGIN; CREATE TABLE l (); ROLLBACK;'
up
same 'ends in a ROLLBACK' "$code $(there k,l) $(applied 004_last.sql) $(sql "$halfway")" '0 k - t '
put 005_deferred.sql 'BEGIN;
CREATE TABLE o (id int REFERENCES k DEFERRABLE INITIALLY DEFERRED);
INSERT INTO o VALUES (1);
COMMIT;'
up
same 'fails at COMMIT: exit code' "$code" 78
has 'fails at COMMIT: message' "$err" "'005_deferred.sql': line 4: insert or update on table \"o\" violates foreign key"
same 'fails at COMMIT: nothing of it' "$(there o) $(applied 005_deferred.sql) $(sql "$halfway")" '- f '
rm "$m/005_deferred.sql"
put 005_deferred.sql 'CREATE TABLE o (id int REFERENCES k DEFERRABLE INITIALLY DEFERRED);
INSERT INTO o VALUES (1);'
up
same 'fails at our COMMIT: exit code' "$code" 78
has 'fails at our COMMIT: names the file' "$err" "'005_deferred.sql': line "
same 'fails at our COMMIT: nothing of it' "$(there o) $(applied 005_deferred.sql)" '- f'
rm "$m/005_deferred.sql"

# Refused before anything runs.
# refused WHAT SQL MESSAGE
refused() {
    put 006_refused.sql "$2"
    up
    same "$1: exit code" "$code" 78
    has "$1: message" "$err" "error: '006_refused.sql': $3"
    has "$1: hint" "$err" 'hint: '
    same "$1: nothing ran" "$(there n) $(sql "$halfway")" '- '
    rm "$m/006_refused.sql"
}
refused 'never ended' 'CREATE TABLE n ();
BEGIN;
SELECT 1;' 'line 2: the file begins a transaction and does not end it'
refused 'chained to nowhere' 'CREATE TABLE n (); BEGIN;
COMMIT AND CHAIN;' 'line 2: the file begins a transaction and does not end it'
refused 'prepared' "CREATE TABLE n ();
BEGIN; PREPARE TRANSACTION 'x';" 'line 2: a transaction that is prepared stays open'
refused 'a command of psql' 'CREATE TABLE n ();
\connect other' 'line 2: a backslash begins a command of psql'
refused 'COPY with its data' 'CREATE TABLE n (id int);
COPY n FROM stdin;
1
\.' 'line 4: a backslash begins a command of psql'
refused 'both ways in one file' '-- +goose Up
CREATE TABLE n ();
-- +goose Down
DROP TABLE n;' 'line 3: the file holds both ways, as goose has them'
refused 'both ways in one file, dbmate' '-- migrate:up
CREATE TABLE n ();
-- migrate:down
DROP TABLE n;' 'line 3: the file holds both ways, as dbmate has them'

# A COMMIT that hides: in a block of PL/pgSQL the server refuses it, behind another statement it is no statement.
put 006_hidden.sql "CREATE TABLE n ();
DO \$\$ BEGIN CREATE TABLE p (); COMMIT; END \$\$;"
up
same 'hidden in DO: exit code' "$code" 78
has 'hidden in DO: message' "$err" "'006_hidden.sql': line 2: invalid transaction termination"
has 'hidden in DO: hint' "$err" "put '-- bridgejob: no-transaction' on its first line"
same 'hidden in DO: nothing of it' "$(there n,p) $(applied 006_hidden.sql)" '- - f'
sed -i '1i -- bridgejob: no-transaction' "$m/006_hidden.sql"
up
same 'hidden in DO, marked' "$code $(there n,p) $(applied 006_hidden.sql)" '0 n p t'

# What was begun in pieces goes on in pieces, also when the mark is gone.
put 007_mark.sql '-- bridgejob: no-transaction
CREATE TABLE q ();
SELECT 1/0;'
up
put 007_mark.sql 'CREATE TABLE q ();
SELECT 1;'
up
same 'the mark is gone' "$code $(applied 007_mark.sql) $(sql "$halfway")" '0 t '

tap_done
