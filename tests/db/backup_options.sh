#!/bin/bash
# backup create: encryption that leaves nothing in the clear, a hook for each file, a rate, passwords that nobody sees.
. tests/lib/scratch.sh

dir="$work/back ups'%s"
export BRIDGEJOB_BACKUP_DIR=$dir GNUPGHOME=$work/gnupg
newest() { find "$dir" -mindepth 1 -maxdepth 1 -printf '%T@ %f\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-; }
sql "CREATE TABLE t AS SELECT n, 'in the clear ' || md5(n::text) AS text FROM generate_series(1, 4000) AS n"

# --- age ------------------------------------------------------------------------------------------------------------------
age-keygen -o "$work/key" 2>"$work/log"
recipient=$(sed -n 's/.*public key: //p' "$work/key")
run backup --encrypt-to "$recipient"
same 'age: exit code' "$code" 0
has 'age: without a key only the sum is verified' "$out" 'verified but for what is encrypted'
id=$(newest)
same 'age: the files' "$(ls "$dir/$id")" "$(printf '%s\n' "$id.dump.age" "$id.json" | sort)"
same 'age: it is encrypted' "$(head -n 1 "$dir/$id/$id.dump.age")" 'age-encryption.org/v1'
has 'age: the manifest says so' "$(cat "$dir/$id/$id.json")" '"encrypted": "age"'
has 'age: and to whom' "$(cat "$dir/$id/$id.json")" "\"recipient\": \"$recipient\""
check 'age: its key opens it' sh -c 'age -d -i "$1" "$2" | pg_restore -l >/dev/null' - "$work/key" "$dir/$id/$id.dump.age"
run backup --encrypt-to "$recipient" --identity "$work/key" --dump-format plain
has 'age: with a key the contents are' "$out" ' tables, verified in'
id=$(newest)
same 'age: plain is compressed first' "$(age -d -i "$work/key" "$dir/$id/$id.sql.gz.age" | gzip -dc | grep -c '	in the clear ')" 4000
run backup --encrypt-to "$recipient" --identity "$work/key" --kind physical --quiet
id=$(newest)
same 'age: physical' "$code $(ls "$dir/$id")" "0 base.tar.gz.age"$'\n'"$id.json"
same 'age: physical is one archive, with its WAL and its manifest' \
    "$(age -d -i "$work/key" "$dir/$id/base.tar.gz.age" | tar tzf - | grep -c -x -e backup_manifest -e 'pg_wal/0000000100000000000000..')" 2
echo "$recipient" >"$work/recipients"
run backup --encrypt-to "$work/recipients" --quiet
same 'age: a file of recipients' "$code $(head -n 1 "$dir/$(newest)/$(newest).dump.age")" '0 age-encryption.org/v1'
before=$(ls "$dir")
run backup --encrypt-to age1nobody
same 'age: no such recipient' "$code" 78
has 'age: it says so itself' "$err" 'age: '
same 'age: nothing is left' "$(ls "$dir")" "$before"

# --- a tablespace: a file of its own, which one stream has no room for -----------------------------------------------------
mkdir "$PGHOST/ts_$$"
chown --reference="$PGHOST" "$PGHOST/ts_$$"
sql "CREATE TABLESPACE ts_$$ LOCATION '$PGHOST/ts_$$'"
sql "CREATE TABLE elsewhere TABLESPACE ts_$$ AS SELECT 1 AS n"
run backup --kind physical --quiet
id=$(newest)
check 'a tablespace: physical has a file of it' test -f "$dir/$id/$(sql "SELECT oid FROM pg_tablespace WHERE spcname = 'ts_$$'").tar.gz"
run backup --kind physical --encrypt-to "$recipient"
same 'a tablespace: not as one stream' "$code" 78
has 'a tablespace: what to do' "$err" 'leave --encrypt-to out'
same 'a tablespace: nothing is left' "$(newest)" "$id"
sql "DROP TABLE elsewhere"
sql "DROP TABLESPACE ts_$$"

# --- gpg ------------------------------------------------------------------------------------------------------------------
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-gen-key 'backup@example.org' rsa2048 encr never 2>"$work/log"
run backup --encrypt-to backup@example.org
same 'gpg: exit code' "$code" 0
id=$(newest)
has 'gpg: the contents are verified, by its agent' "$out" ' tables, verified in'
check 'gpg: its key opens it' sh -c 'gpg --batch --quiet --decrypt "$1" 2>/dev/null | pg_restore -l >/dev/null' - "$dir/$id/$id.dump.gpg"
run backup --encrypt-to nobody@example.org
same 'gpg: no such recipient' "$code" 78
has 'gpg: it says so itself' "$err" 'gpg: nobody@example.org: skipped: No public key'
gpg --batch --quiet --pinentry-mode loopback --passphrase 'locked' --quick-gen-key 'locked@example.org' rsa2048 encr never \
    2>"$work/log"
gpgconf --kill all
for options in '--dump-format custom' '--kind physical'; do
    # shellcheck disable=SC2086
    run backup --encrypt-to locked@example.org $options
    same "gpg: a key that nobody unlocks, $options: exit code" "$code" 0
    has "gpg: a key that nobody unlocks, $options: only the sum is verified" "$out" 'verified but for what is encrypted'
done
gpgconf --kill all

# --- slowly, so that it can be looked at --------------------------------------------------------------------------------------
begun=$(date +%s%N)
PGPASSWORD=secret-in-the-environment "$BRIDGEJOB" backup -d "dbname=$PGDATABASE password=secret-word" --quiet --rate 64kB \
    --encrypt-to "$recipient" >"$work/out" 2>"$work/err" </dev/null &
pid=$!
clear=0
seen=0
sleep 0.3 # until the program has hidden its own
while kill -0 $pid 2>/dev/null; do
    clear=$((clear + $(cat "$dir"/*.tmp/* 2>/dev/null | grep -a -c -e PGDMP -e 'in the clear')))
    seen=$((seen + $(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' ' ' | grep -a -c '[s]ecret-word')))
    sleep 0.1
done
wait $pid
same '--rate: exit code' "$? $(grep -v -e 'a password on the command line' -e pgpass "$work/err")" '0 '
check '--rate: no faster' test $((($(date +%s%N) - begun) / 1000000)) -ge $(($(stat -c %s "$dir/$(newest)"/*.age) / 64 - 300))
same 'nothing was on disk in the clear' $clear 0
same 'no password on a command line' $seen 0
same 'no password in what is left' "$(grep -r -l -e secret-word -e secret-in "$dir" "$work/out" "$work/err" | wc -l)" 0

# --- on a terminal, and only there, it says how far it is ---------------------------------------------------------------
TERM=xterm script -qec "'$BRIDGEJOB' backup --rate 64kB" /dev/null >"$work/screen" </dev/null
id=$(newest)
check 'on a terminal: its size grows' grep -qE "$id.tmp: [0-9.]+ kB" "$work/screen"
check 'on a terminal: the line is wiped before the result' grep -qE $'\033\\[K'"$id: .* in 1 file" "$work/screen"

# --- copies -----------------------------------------------------------------------------------------------------------------
mkdir "$work/far"
run backup --jobs 2 --copy-to 'echo "$BRIDGEJOB_BACKUP_ID ${1##*/}" >>'"$work/copied"'; cp "$1" '"$work/far/"
id=$(newest)
same 'copies: exit code' "$code" 0
same 'copies: every file' "$(wc -l <"$work/copied")" "$(find "$dir/$id" -type f | wc -l)"
same 'copies: the manifest comes last' "$(tail -n 1 "$work/copied")" "$id $id.json"
check 'copies: they are the files' cmp -s "$work/far/$id.json" "$dir/$id/$id.json"
run backup --copy-to 'echo on standard output; echo too bad >&2; case $1 in *.json) exit 9 ;; esac' --format json
id=$(newest)
same 'a copy that fails: exit code' "$code" 3
has 'a copy that fails: which' "$err" "$id.json' is not copied, nor what comes behind it: the command of --copy-to ended with exit code 9"
has 'a copy that fails: what it said' "$err" 'too bad'
same 'a copy that fails: results are the only output' "$(grep -c 'on standard output' <<<"$out")" 0
check 'a copy that fails: the backup stays' test -f "$dir/$id/$id.json"
run backup --quiet --copy-to 'kill -9 $$'
same 'a copy that is killed: exit code' "$code" 3
tap_done
