#!/bin/bash
# wal-push as archive_command of a real server, wal-fetch, and 'wal status'. (Recovery by them: restore_time.sh.)
[ -n "${WAL_SERVER-}" ] || WAL_SERVER=1 PG_SETTINGS='archive_mode = on' exec tests/lib/pg.sh "$0"
. "$(dirname "$0")/../lib/scratch.sh"
unset "${!BRIDGEJOB_@}"

# The server's user gets at the program and the archive; the archive's name is one a shell would trip over.
chmod 755 "$work"
cp "$BRIDGEJOB" "$work/bridgejob"
wal="$work/the \"wal\" of 100%"
mkdir -m 700 "$wal"
[ "$(id -u)" != 0 ] || chown postgres "$wal"
data=$(sql 'SHOW data_directory')
one=000000010000000000000001
quoted=${wal//%/%%}
psql -X -q -c "ALTER SYSTEM SET archive_command = \$\$exec '$work/bridgejob' wal-push --wal-dir '$quoted' %p\$\$" \
    -c 'SELECT pg_reload_conf()' >/dev/null

status() { run wal status --wal-dir "$wal" --format json "$@"; }
pick() { psql -X -A -t -q -v doc="$out" <<<"SELECT $1 FROM (SELECT :'doc'::jsonb) AS d (doc)"; }
switch() { sql 'SELECT pg_logical_emit_message(false, $$test$$, $$something$$), pg_switch_wal()' >/dev/null; }

# --- the server archives -------------------------------------------------------
switch
switch
check 'the server archives two segments' await 'SELECT archived_count >= 2 FROM pg_stat_archiver'
same 'without a failure' "$(sql 'SELECT failed_count FROM pg_stat_archiver')" 0
same 'they are private' "$(stat -c %a "$wal/$one.gz")" 600
same 'they are what the server has' "$(gzip -dc "$wal/$one.gz" | sha256sum)" "$(sha256sum <"$data/pg_wal/$one")"
same 'nothing else is left there' "$(cd "$wal" && echo *)" "$one.gz 000000010000000000000002.gz system-identifier"
same 'the archive says whose it is' "$(cat "$wal/system-identifier")" \
    "$(sql 'SELECT system_identifier FROM pg_control_system()')"

# --- pushed again ----------------------------------------------------------------
run wal-push --wal-dir "$wal" "$data/pg_wal/$one"
same 'the same file again is fine' "$code$out$err" 0
cp "$data/pg_wal/$one" "$work/$one"
printf x | dd of="$work/$one" bs=1 seek=5000000 conv=notrunc status=none
before=$(sha256sum "$wal/$one.gz")
run wal-push --wal-dir "$wal" "$work/$one"
same 'another file of that name is refused' "$code" 65
has 'and said to be another' "$err" "is in the archive already, with another content than '$work/$one'"
same 'what is there stays' "$(sha256sum "$wal/$one.gz")" "$before"
head -c 100000 "$data/pg_wal/$one" >"$work/$one"
run wal-push --wal-dir "$wal" "$work/$one"
same 'half a segment is refused' "$code: ${err%%$'\n'*}" \
    "65: bridgejob wal-push: error: '$work/$one' is not archived: its size is not the one its header says"
BRIDGEJOB_DRY_RUN=yes run wal-push --wal-dir "$wal" "$data/pg_wal/$one"
same 'a dry run is no success' "$code" 64

# --- a disk that is not mounted -----------------------------------------------------
new_archive() { mkdir "$1" && cp "$wal/system-identifier" "$1/"; }
mkdir "$work/empty"
run wal-push --wal-dir "$work/empty" "$data/pg_wal/$one"
same 'who has archived before does not begin anew by itself: 78' "$code $(ls "$work/empty")" '78 '
has 'it is said how' "$err" "is the disk mounted? If a new archive begins there: echo $(cat "$wal/system-identifier") >'$work/empty/system-identifier'"
bash -c "$(sed -n 's/.*begins there: //p' <<<"$err")"
run wal-push --wal-dir "$work/empty" "$data/pg_wal/$one"
same 'what it says helps' "$code $(ls "$work/empty" | tr '\n' ' ')" "0 $one.gz system-identifier "
printf '1\t0/3000000\tx\n' >"$work/00000002.history"
run wal-push --wal-dir "$work/nobodys" "$work/00000002.history"
same 'what tells nothing begins no archive' "$code$(ls -d "$work/nobodys" 2>/dev/null)" 65

# --- many at once, and killed ------------------------------------------------------
three=000000010000000000000003
switch
await "SELECT last_archived_wal >= '$three' FROM pg_stat_archiver"
for round in 1 2 3 4 5 6; do
    new_archive "$work/many$round"
    for _ in 1 2 3; do "$BRIDGEJOB" wal-push --wal-dir "$work/many$round" "$data/pg_wal/$three" 2>>"$work/many.log" & done
    sleep "0.0$round"
    kill -9 %+ 2>/dev/null
    wait 2>/dev/null
    run wal-push --wal-dir "$work/many$round" "$data/pg_wal/$three"
    same "round $round: after rivals and a kill the next push ends well" "$code" 0
    same "round $round: it is whole and alone" \
        "$(gzip -dc "$work/many$round/$three.gz" | cmp - "$data/pg_wal/$three" && ls "$work/many$round" | tr '\n' ' ')" \
        "$three.gz system-identifier "
done

# --- fetched -------------------------------------------------------------------
run wal-fetch --wal-dir "$wal" "$one" "$work/fetched"
same 'what is archived comes back' "$code$(cmp "$work/fetched" "$data/pg_wal/$one")" 0
rm "$work/fetched"
run wal-fetch --wal-dir "$wal" 0000000100000000000000FF "$work/fetched"
same 'what is not there: 66' "$code: $err" "66: bridgejob wal-fetch: '0000000100000000000000FF' is not in the archive '$wal'"
run wal-fetch -q --wal-dir "$wal" 00000002.history "$work/fetched"
same 'quietly' "$code$err" 66
run wal-fetch --wal-dir "$work" "$one" "$work/fetched"
same 'a directory that is no archive: 126' "$code" 126
refused() { # what, text
    run wal-fetch --wal-dir "$wal" "$three" "$work/fetched"
    same "$1: 126" "$code" 126
    has "$1: says so" "$err" "'$wal/$three.gz' cannot be used: $2"
    check "$1: nothing is left" test ! -e "$work/fetched" -a ! -e "$work/fetched.tmp"
}
cp "$wal/$three.gz" "$work/good.gz"
truncate -s -5 "$wal/$three.gz"
refused 'cut' 'is cut: the gzip data ends in the middle'
cp "$wal/$one.gz" "$wal/$three.gz"
refused 'swapped' 'its header is that of another segment'
: >"$wal/$three.gz"
refused 'empty' 'it is no gzip file'
status --verify
same 'status --verify finds it' "$code $(pick "doc #>> '{findings,0,finding}', doc #>> '{findings,0,subject}'")" "3 wal_damaged|$three"
cp "$work/good.gz" "$wal/$three.gz"

# --- another cluster -------------------------------------------------------------
# Not a copy of the one we run on.
env -u PREPARED_CLUSTER tests/lib/pg.sh bash -c '"$BRIDGEJOB" wal-push --wal-dir "$1" "$PGHOST/data/pg_wal/000000010000000000000001"
    echo $? >"$2"; mkdir "$PGHOST/data/pg_wal/x"; cp "$PGHOST/data/pg_wal/x/../000000010000000000000001" "$3"
    printf "1\t0/3000000\tx\n" >"$PGHOST/data/pg_wal/00000002.history"
    "$BRIDGEJOB" wal-push --wal-dir "$1" "$PGHOST/data/pg_wal/00000002.history"; echo $? >>"$2"' \
    - "$wal" "$work/code" "$work/fetched" 2>"$work/err"
same 'a segment and a history of another cluster are refused' "$(tr '\n' ' ' <"$work/code")" '65 65 '
has 'and said to be of another' "$(cat "$work/err")" "is the archive of $(cat "$wal/system-identifier")"
gzip -c "$work/fetched" >"$work/theirs.gz"
mv "$wal/$one.gz" "$work/one.gz"
cp "$work/theirs.gz" "$wal/$one.gz"
run wal-fetch --wal-dir "$wal" "$one" "$work/fetched"
same 'a segment of another cluster is not given out' "$code" 126
has 'as it says' "$err" 'it is of another cluster'
mv "$work/one.gz" "$wal/$one.gz"

# --- gaps -----------------------------------------------------------------------
status
same 'an archive without a gap has no findings' "$code $(pick "doc -> 'findings', doc -> 'gaps'")" '0 []|[]'
same 'its timeline' "$(pick "(doc #> '{timelines,0}') - '{last,bytes,newest_at,begins_at}'::text[]")" \
    "{\"first\": \"$one\", \"parent\": null, \"missing\": 0, \"segments\": 3, \"timeline\": 1}"
run wal status -q --wal-dir "$wal"
same 'quietly nothing' "$code$out$err" 0
mv "$wal/000000010000000000000002.gz" "$work/"
status
same 'a gap is a finding' "$code $(pick "doc #>> '{findings,0,finding}', doc #>> '{findings,0,what}'")" \
    '3 wal_gap|segment 000000010000000000000002 is missing'
same 'and a row' "$(pick "doc #>> '{gaps,0,timeline}', doc #>> '{gaps,0,first}', doc #>> '{gaps,0,last}', doc #>> '{gaps,0,segments}'")" \
    '1|000000010000000000000002|000000010000000000000002|1'
mkdir "$work/pg_wal"
run wal-fetch --wal-dir "$wal" 000000010000000000000002 "$work/pg_wal/x"
same 'what is missing between others stops recovery: 126' "$code ${err%%$'\n'*}" \
    "126 bridgejob wal-fetch: error: '000000010000000000000002' is missing between others in the archive '$wal'"
run wal-fetch -q --accept-gap --wal-dir "$wal" 000000010000000000000002 "$work/pg_wal/x"
same 'or is told only' "$code $err" \
    "66 bridgejob wal-fetch: warning: '000000010000000000000002' is missing between others in the archive '$wal'"
run wal-fetch -q --wal-dir "$wal" 000000010000000000000009 "$work/pg_wal/x"
same 'behind the end there is no gap' "$code$err" 66
mv "$wal/$one.gz" "$work/"
run wal-fetch -q --wal-dir "$wal" "$one" "$work/pg_wal/x"
same 'nor before the begin' "$code$err" 66
mv "$work/$one.gz" "$wal/"
: >"$work/pg_wal/000000010000000000000002"
run wal-fetch -q --wal-dir "$wal" 000000010000000000000002 "$work/pg_wal/x"
same 'nor where PostgreSQL has the segment itself' "$code$err" 66
rm "$work/pg_wal/000000010000000000000002"
: >"$work/standby.signal"
run wal-fetch -q --wal-dir "$wal" 000000010000000000000002 "$work/pg_wal/x"
same 'a standby waits' "$code$err" 66
rm "$work/standby.signal"
mv "$work/000000010000000000000002.gz" "$wal/"
cp "$data/pg_wal/$three" "$work/00000002$(cut -c 9- <<<"$three")"
run wal-push --wal-dir "$wal" "$work/00000002$(cut -c 9- <<<"$three")"
status
same 'a timeline without a history is a finding' "$code $(pick "doc #>> '{findings,0,finding}', doc #>> '{findings,0,subject}'")" \
    '3 wal_history|timeline 2'
printf '1\t0/3000098\tx\n' | gzip >"$wal/00000002.history.gz"
status --verify
same 'one with a history is none' "$code $(pick "doc -> 'findings'")" '0 []'
truncate -s -3 "$wal/00000002.history.gz"
status --verify
same 'a damaged one is' "$code $(pick "doc #>> '{findings,0,finding}', doc #>> '{findings,0,subject}'")" \
    '3 wal_damaged|00000002.history'
rm "$wal/00000002.history.gz" "$wal/00000002$(cut -c 9- <<<"$three").gz"
touch -d '2 hours ago' "$wal"/*.gz
status --max-age 1h
same 'old WAL is a finding' "$code $(pick "doc #>> '{findings,0,finding}'")" '3 wal_stale'
status --max-age 3h
same 'or not' "$code" 0
run wal status --wal-dir "$work"
same 'no archive: 66' "$code" 66

# --- a disk that is full, or fails -----------------------------------------------------
new_archive "$work/broken"
while IFS='|' read -r call name error wanted; do
    (export LD_PRELOAD=$TOOLS/inject.so ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0"
        export INJECT=$call INJECT_NAME=$name INJECT_ERROR=$error
        exec "$BRIDGEJOB" wal-push --wal-dir "$work/broken" "$data/pg_wal/$three") 2>"$work/err"
    same "$call that fails with $error: $wanted" "$?" "$wanted"
    same "$call that fails with $error leaves nothing" "$(ls "$work/broken" | grep -v '^system-identifier$')" ''
done <<'FAULTS'
write|.gz.tmp|ENOSPC|73
write|.gz.tmp|EIO|74
fsync|.gz.tmp|EIO|74
fsync|.gz.tmp|ENOSPC|73
FAULTS
run wal-push --wal-dir "$work/broken" "$data/pg_wal/$three"
same 'then it goes well' "$code$(gzip -dc "$work/broken/$three.gz" | cmp - "$data/pg_wal/$three")" 0
rm -f "$work/fetched"
(export LD_PRELOAD=$TOOLS/inject.so ASAN_OPTIONS="${ASAN_OPTIONS-}:verify_asan_link_order=0"
    export INJECT=write INJECT_NAME=fetched INJECT_ERROR=ENOSPC
    exec "$BRIDGEJOB" wal-fetch --wal-dir "$work/broken" "$three" "$work/fetched") 2>"$work/err"
same 'a full disk stops recovery: 126' "$?" 126
check 'and leaves nothing' test ! -e "$work/fetched" -a ! -e "$work/fetched.tmp"
tap_done
