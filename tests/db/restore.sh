#!/bin/bash
# 'restore' of logical backups: what comes back, what is refused, and what is left when it fails or is killed.
. "$(dirname "$0")/../lib/scratch.sh"

source=$PGDATABASE
dir=$work/backups
made=() # databases of this test beside its own
restore() { run restore "$@" --backup-dir "$dir"; }
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
in_db() { PGDATABASE=$1 sql "$2"; }
databases() { sql "SELECT coalesce(string_agg(datname, ', ' ORDER BY datname), '') FROM pg_database WHERE datname ~ '^bridgejob_re' OR datname LIKE '$source\\_%'"; }
drop() { for name in "$@"; do psql -Xqd postgres -v n="$name" <<<'DROP DATABASE IF EXISTS :"n" WITH (FORCE)' 2>/dev/null; done; }
trap 'drop "${made[@]}"; psql -Xqd postgres -c "DROP ROLE IF EXISTS restore_owner, restore_gone, restore_plain" 2>/dev/null; scratch_end' EXIT
# All rows of all tables, and all that describes them but the order of creation.
digest() { pg_dump -d "$1" | grep -v '^\\\(un\)\?restrict' | md5sum; }
create() { "$BRIDGEJOB" backup create --quiet --backup-dir "$dir" "$@" && id=$("$BRIDGEJOB" backup list --format csv --backup-dir "$dir" | sed -n '2s/,.*//p'); }

sql "CREATE ROLE restore_owner; CREATE ROLE restore_gone;
     CREATE EXTENSION hstore;
     CREATE SCHEMA \"s p\";
     CREATE TABLE \"s p\".\"we\"\"i'rd %s :x ?\$1; DROP
t\" (a int PRIMARY KEY, b text, h hstore DEFAULT 'a=>1');
     INSERT INTO \"s p\".\"we\"\"i'rd %s :x ?\$1; DROP
t\" SELECT g, repeat(g::text, 20) FROM generate_series(1, 2000) AS g;
     CREATE TABLE ref (id int PRIMARY KEY);
     INSERT INTO ref VALUES (1);
     CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE TABLE p (a serial, t int DEFAULT f(), r int REFERENCES ref, d date, CHECK (a > 0), PRIMARY KEY (a, d)) PARTITION BY RANGE (d);
     CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
     CREATE TABLE \"s p\".p2 PARTITION OF p FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
     CREATE INDEX pi ON p (t);
     INSERT INTO p (r, d) SELECT 1, date '2020-01-01' + g FROM generate_series(0, 600) AS g;
     CREATE TABLE child (id int, a int, d date, FOREIGN KEY (a, d) REFERENCES p);
     INSERT INTO child VALUES (1, 1, '2020-01-01');
     CREATE TABLE owned (x int);
     ALTER TABLE owned OWNER TO restore_owner;
     CREATE TABLE hidden (x int);
     INSERT INTO hidden VALUES (1), (2);
     ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE hidden FORCE ROW LEVEL SECURITY"
want=$(digest "$source")
made+=("$source"_new "$source"_dir "$source"_plain "$source 'x\" %s" "$source"_empty "$source"_full "$source"_fail "$source"_kill "$source"_one "$source"_gpg "$source"_latin "$source"_latin2)
create
custom=$id
create --jobs 2
directory=$id
create --dump-format plain
plain=$id

# --- comes back ---------------------------------------------------------------------------------------------------------
restore "$custom" --into "$source"_new --format json
same 'into a new database' "$code $(json id) $(json into) $(json rows_checked) $(json tables_checked)" "0 $custom ${source}_new 2605 8"
same 'as it was' "$(digest "$source"_new)" "$want"
restore "$directory" --into "$source"_dir --jobs 2
same 'a directory, in parallel' "$code $(digest "$source"_dir)" "0 $want"
restore "$plain" --into "$source"_plain --quiet
same 'a plain dump, quietly' "$code $out$err $(digest "$source"_plain)" "0  $want"
restore latest --into "$source 'x\" %s" --format csv
same 'the latest, into a hostile name, as CSV' "$code $(head -1 <<<"$out") $(digest "$source 'x\" %s")" "0 id,into,tables_checked,rows_checked,elapsed_s $want"
restore "$custom" --into "$source"_never --dry-run
has 'a dry run says what would be done' "$code $out" "0 database '${source}_never' would be created"
same 'and does nothing' "$(databases | grep -c never)" 0

# --- what is there ------------------------------------------------------------------------------------------------------
restore "$custom" --into "$source"_new
has 'a database that is not empty is refused' "$code $err" "65 bridgejob restore: error: database '${source}_new' is not empty"
has 'with what to type' "$err" "--clean --yes"
in_db "$source"_new "TRUNCATE p, child; CREATE TABLE more (a int)"
restore "$custom" --into "$source"_new --clean
has 'and with --clean alone, too' "$code $err" 'if that is meant, add --yes'
same 'which touches nothing' "$(in_db "$source"_new 'SELECT count(*) FROM p')" 0
PGDATABASE=${source}_new psql -Xqc 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"
restore "$custom" --into "$source"_new --clean --yes
same '--clean --yes replaces it, whoever is in it' "$code $(digest "$source"_new)" "0 $want"
wait
psql -Xqd postgres -c "CREATE DATABASE ${source}_empty TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'" -c "ALTER DATABASE ${source}_empty SET search_path TO \"s p\", public" \
    -c "ALTER DATABASE ${source}_empty SET my.setting TO 'a, ''b'''" -c "ALTER DATABASE ${source}_empty OWNER TO restore_owner" \
    -c "GRANT CONNECT ON DATABASE ${source}_empty TO restore_gone WITH GRANT OPTION" -c "ALTER ROLE restore_gone IN DATABASE ${source}_empty SET work_mem TO '5MB'" \
    -c "ALTER DATABASE ${source}_empty CONNECTION LIMIT 17"
properties() { sql "SELECT pg_get_userbyid(datdba), (SELECT string_agg(a::text, E' ' ORDER BY a::text) FROM unnest(datacl) AS a), datcollate, datconnlimit, (SELECT string_agg(setrole::regrole::text || setconfig::text, ' ' ORDER BY setrole::regrole::text) FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = '${source}_empty'"; }
before=$(properties)
restore "$custom" --into "$source"_empty
same 'an empty one is used' "$code $(in_db "$source"_empty 'SELECT count(*) FROM p')" '0 601'
same 'and keeps owner, privileges, locale and settings' "$(properties)" "$before"
psql -Xqd postgres -c "CREATE DATABASE ${source}_full"
PGDATABASE=${source}_full psql -Xqc 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"
restore "$custom" --into "$source"_full
has 'an empty one that somebody is in is not taken from him' "$code $err" '75 '
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" >/dev/null
wait
same 'nothing is left of it' "$(databases | grep -c bridgejob_re) $(in_db "$source"_full "SELECT count(*) FROM pg_class WHERE relname = 'p'")" '0 0'
psql -Xqd postgres -c "CREATE DATABASE ${source}_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
PGDATABASE=${source}_latin "$BRIDGEJOB" backup create -q --backup-dir "$work/latin"
run restore latest --backup-dir "$work/latin" --into "$source"_latin2
same 'a new one has the encoding and locale of the original' "$code $(sql "SELECT pg_encoding_to_char(encoding) || datcollate FROM pg_database WHERE datname = '${source}_latin2'")" '0 LATIN1C'

# --- cannot be ------------------------------------------------------------------------------------------------------------
restore "$custom"
has 'without a target' "$code $err" '64 '
restore nothing_20260131T013000Z --into "$source"_fail
has 'no such backup' "$code $err" "66 bridgejob restore: error: there is no backup 'nothing_20260131T013000Z'"
restore "$custom" --into "$(printf 'x%.0s' {1..64})"
has 'a name that is too long' "$code $err" '64 '
restore "$custom" --into template1 --clean --yes
has 'a template' "$code $err" '64 '
restore "$plain" --into "$source"_fail --no-owner
has 'a plain dump as it is only' "$code $err" '64 '
psql -Xqc 'ALTER ROLE restore_owner RENAME TO restore_plain'
for backup in "$custom" "$plain"; do
    restore "$backup" --into "$source"_fail
    has 'a role that is gone' "$code $err" "78 "
    has 'is named, with what helps' "$err" "hint: create it: createuser --no-login 'restore_owner'"
done
restore "$custom" --into "$source"_fail --no-owner
same 'without owners it goes' "$code $(in_db "$source"_fail 'SELECT count(*) FROM p')" '0 601'
drop "$source"_fail
psql -Xqc 'ALTER ROLE restore_plain RENAME TO restore_owner'

# pg_restore that fails, and one that loses a row.
real=$(command -v pg_restore)
mkdir "$work/bin"
for program in psql age gpg; do ln -s "$(command -v $program || command -v true)" "$work/bin/$program"; done
printf '#!/bin/sh\ncase $* in *--dbname*) %s "$@"; exit 1;; *) exec %s "$@";; esac\n' "$real" "$real" >"$work/bin/pg_restore"
chmod +x "$work/bin/pg_restore"
restore "$custom" --into "$source"_fail --bindir "$work/bin"
has 'a pg_restore that fails is no success' "$code $err" "65 bridgejob restore: error: backup '$custom' is not restored: 'pg_restore' ended with exit code 1"
printf '#!/bin/sh\ncase $* in *--dbname*) kill -9 $$;; *) exec %s "$@";; esac\n' "$real" >"$work/bin/pg_restore"
restore "$custom" --into "$source"_fail --bindir "$work/bin"
has 'one that was killed says nothing about the backup' "$code $err" "75 bridgejob restore: error: backup '$custom' is not restored: 'pg_restore' ended with exit code 137"
printf '#!/bin/sh\n%s "$@" || exit 1\nfor a; do case $a in --dbname=*) exec psql -Xqd "${a#--dbname=}" -c "DELETE FROM hidden WHERE x = 1";; esac; done\n' "$real" >"$work/bin/pg_restore"
restore "$custom" --into "$source"_fail --bindir "$work/bin"
has 'a row less is no success' "$code $err" "65 bridgejob restore: error: table 'public.hidden' has 1 rows, and had 2 when the backup was made"
same 'nothing is left of them' "$(databases | grep -c 'bridgejob_re\|_fail')" 0
cp -r "$dir/$custom" "$work/kept"
printf x | dd of="$dir/$custom/$custom.dump" bs=1 seek=3000 conv=notrunc 2>/dev/null
restore "$custom" --into "$source"_fail
has 'a damaged backup is refused' "$code $err" "65 bridgejob restore: error: backup '$custom' is damaged"
has 'and what to type for others to know' "$err" "hint: have it noted, so that 'latest' is another one: bridgejob backup verify $custom"
same 'before anything is made' "$(databases | grep -c 'bridgejob_re\|_fail')" 0
rm -rf "${dir:?}/$custom"
mv "$work/kept" "$dir/$custom"

# --- killed ---------------------------------------------------------------------------------------------------------------
psql -Xqd postgres -c "CREATE DATABASE ${source}_kill" && in_db "$source"_kill 'CREATE TABLE precious (a int); INSERT INTO precious VALUES (7)'
broken=0
for i in $(seq "${KILLS:-6}"); do
    "$BRIDGEJOB" restore "$custom" --backup-dir "$dir" --into "$source"_kill --clean --yes --quiet 2>/dev/null &
    sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
    kill -9 $! 2>/dev/null
    wait $! 2>/dev/null
    old=$(in_db "$source"_kill 'SELECT a FROM precious' 2>/dev/null)
    [ "$old" = 7 ] || [ "$(digest "$source"_kill)" = "$want" ] || broken=$((broken + 1))
done
same 'killed at any moment: what was there is there, or all that was restored' $broken 0
await "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name LIKE 'bridgejob/restore%')"
restore "$custom" --into "$source"_kill --clean --yes
same 'and the next run clears up' "$code $(databases | grep -c bridgejob_re) $(digest "$source"_kill)" "0 0 $want"

# --- encrypted ------------------------------------------------------------------------------------------------------------
export GNUPGHOME=$work/gnupg
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-gen-key restore@example.com 2>/dev/null
# More than a pipe holds, so that pg_restore leaves off before gpg does.
sql "CREATE TABLE many AS SELECT g, md5(g::text) AS a, md5((-g)::text) AS b FROM generate_series(1, 20000) AS g"
want=$(digest "$source")
create --encrypt-to restore@example.com
restore "$id" --into "$source"_gpg
same 'an encrypted one' "$code $(digest "$source"_gpg)" "0 $want"
gpgconf --kill all 2>/dev/null
tap_done
