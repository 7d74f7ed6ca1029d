#!/bin/sh
# Up, down and up again in a scratch database: what a rollback gets wrong has a name, and nothing is left behind.
. "$(dirname "$0")/../lib/scratch.sh"

m=$work/m
mkdir "$m"
put() { printf '%s\n' "$2" >"$m/$1"; }
left() { sql "SELECT count(*) FROM pg_database WHERE datname LIKE 'bridgejob\_prove%'"; }
prove() {
    run migrate prove --dir "$m" --format json
    same "$1: exit code" "$code" "$2"
    same "$1: nothing is left" "$(left)" 0
}
finding() { has "$1" "$out" "\"state\": \"finding\", $2"; }
findings() { printf '%s\n' "$out" | grep -c '"state": "finding"'; }

# The sets that are built in.
run migrate prove
same 'the built-in set is proved' "$code" 0
has 'the built-in set: said' "$err" 'files proved: up, down and up again, in a scratch database'
same 'the built-in set: a row a file' "$(printf '%s\n' "$out" | grep -c ' proved$')" \
    "$(ls "$(dirname "$0")"/../../migrations/*.sql | grep -vc _rollback_)"
run migrate prove --set mbflow --quiet
same 'the mbflow set is proved, quietly' "$code$out$err" 0
same 'nothing is left' "$(left)" 0
same 'the database itself is untouched' "$(sql "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")" 0

# What a rollback may get wrong.
put 001_create_a.sql 'CREATE TABLE a (id int, n int); CREATE INDEX idx_a ON a (n);'
put 001_rollback_a.sql 'DROP TABLE a;'
prove 'a good pair' 0
same 'a good pair: row' "$(printf '%s\n' "$out" | sed -n 2p)" \
    ' {"version": "001", "name": "create_a", "file": "001_create_a.sql", "state": "proved", "step": null, "object": null, "note": null}'

put 002_add_b.sql 'CREATE TABLE b (id int, "1%s" text); ALTER TABLE a ADD COLUMN c int; CREATE TYPE t AS ENUM ('"'x'"');'
put 002_rollback_b.sql 'DROP TABLE b; DROP INDEX idx_a; ALTER TABLE a DROP COLUMN c, ALTER n TYPE bigint; CREATE TABLE "left%s" ();'
prove 'a bad pair' 3
finding 'left behind' '"step": "down", "object": "type public.t", "note": "is extra; it is: ENUM '"'x'"'"'
finding 'dropped too much' '"step": "down", "object": "index public.idx_a", "note": "is gone; it was: CREATE INDEX idx_a ON public.a USING btree (n)"'
finding 'changed' '"step": "down", "object": "column public.a.n", "note": "differs; it was: integer; it is: bigint"'
finding 'made' '"step": "down", "object": "table public.\"left%s\"", "note": "is extra; it is: TABLE"'
finding 'up again fails' '"step": "up again", "object": null, "note": "type \"t\" already exists"'
has 'counted' "$err" '1 of 2 files proved; findings: 5'

put 002_add_b.sql 'ALTER TABLE a ADD COLUMN b int; ALTER TABLE a ADD COLUMN c int;'
put 002_rollback_b.sql 'ALTER TABLE a DROP COLUMN n; ALTER TABLE a DROP COLUMN b, DROP COLUMN c, ADD COLUMN n int; CREATE INDEX idx_a ON a (n);'
put 003_more.sql 'CREATE TABLE more ();'
put 003_rollback_more.sql 'DROP TABLE nothing;'
put 004_create_d.sql 'CREATE TABLE d ();'
put 005_create_e.sql 'CREATE TABLE IF NOT EXISTS d (id int); ALTER TABLE d ADD COLUMN IF NOT EXISTS e int; ALTER TABLE d ADD COLUMN IF NOT EXISTS e text;'
put 005_rollback_e.sql 'ALTER TABLE d DROP COLUMN e;'
put 006_create_g.sql 'CREATE TABLE g ();'
put 006_rollback_g.sql 'DROP TABLE g;'
prove 'more bad pairs' 3
finding 'down fails' '"step": "down", "object": null, "note": "table \"nothing\" does not exist"'
finding 'no rollback file' '"step": "down", "object": null, "note": "there is no rollback file"'
finding 'IF NOT EXISTS over a table' '"step": "up", "object": null, "note": "IF NOT EXISTS did nothing: relation \"d\" already exists, skipping"'
finding 'IF NOT EXISTS over a column' '"step": "up", "object": null, "note": "IF NOT EXISTS did nothing: column \"e\" of relation \"d\" already exists, skipping"'
same 'the files behind are proved all the same' "$(printf '%s\n' "$out" | grep -c '"file": "006_create_g.sql", "state": "proved"')" 1

put 004_create_d.sql 'CREATE TABLE d (; '
prove 'up fails' 3
finding 'up fails: why' '"step": "up", "object": null, "note": "syntax error at or near'
has 'up fails: where' "$err" "error: '004_create_d.sql': line 1: syntax error"
same 'up fails: nothing behind it is looked at' "$(printf '%s\n' "$out" | grep -c 005_)" 0
run migrate prove --dir "$work/nowhere"
same 'no such directory' "$code" 66
run migrate prove --dir "$m" --dry-run
same 'dry run' "$code$out" 0
has 'dry run: says what there is' "$err" '6 files would be proved'

# Without the right to make a database.
sql "CREATE ROLE \"can't_$$\" LOGIN"
PGUSER="can't_$$" run migrate prove --dir "$m"
same 'no CREATEDB: exit code' "$code" 77
has 'no CREATEDB: message' "$err" "needs a scratch database, and the role '\"can't_$$\"' may not create databases"
has 'no CREATEDB: hint' "$err" 'CREATEDB'
sql "DROP ROLE \"can't_$$\""

# Killed and stopped.
rm "$m"/*
put 001_create_a.sql 'CREATE TABLE a (); SELECT pg_sleep(60);'
put 001_rollback_a.sql 'DROP TABLE a;'
at_work="SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname LIKE 'bridgejob\_prove%' AND query LIKE '%pg_sleep%')"
"$BRIDGEJOB" migrate prove --dir "$m" >/dev/null 2>&1 &
prover=$!
check 'it is at work' await "$at_work"
other=$(sql "SELECT datname FROM pg_database WHERE datname LIKE 'bridgejob\_prove%'")
run migrate prove --set mbflow --quiet
same 'two at once' "$code" 0
same 'the other one is not swept' "$(sql "SELECT count(*) FROM pg_database WHERE datname = '$other'")" 1
kill -KILL $prover
wait $prover 2>/dev/null
check 'its session ends' await "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'bridgejob/migrate prove')"
same 'killed: its database stays' "$(left)" 1
run migrate prove --set mbflow
same 'killed: the next one sweeps' "$code $(left)" '0 0'
has 'killed: the next one says so' "$err" "'$other', left by a run that was killed, is dropped"

"$BRIDGEJOB" migrate prove --dir "$m" >/dev/null 2>&1 &
prover=$!
check 'it is at work again' await "$at_work"
kill -TERM $prover
wait $prover
same 'stopped: exit code' $? 143
same 'stopped: nothing is left' "$(left)" 0
run migrate prove --dir "$m" --timeout 1s
same 'time is up' "$code $(left)" '75 0'
tap_done
