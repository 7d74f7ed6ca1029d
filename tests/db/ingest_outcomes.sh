#!/bin/bash
# How a run ends: exit codes, messages, the summary, the reject files, the ledger and the run history.
. tests/lib/tap.sh
. tests/lib/session.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=$PWD/tests
cd "$work" || exit 1

sql() { psql -XAtq -c "$1" 2>&1; }
digest() { psql -XAtqf "$tests/lib/digest.sql"; }
# run ARGUMENT…: bridgejob ingest; leaves $code, $out, $err
run() {
    "$BRIDGEJOB" ingest "$@" >"$work/.out" 2>"$work/.err" </dev/null
    code=$?
    out=$(cat "$work/.out") err=$(cat "$work/.err")
}
field() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" <<<"$out"; }
# counts: 'files skipped lines inserted duplicates rejected blank' of a JSON summary
counts() { echo "$(field files) $(field files_skipped) $(field lines) $(field inserted) $(field duplicates) $(field rejected) $(field blank)"; }
# ends WHAT EXIT COUNTS ARGUMENT…
ends() {
    run --format json "${@:4}"
    same "$1" "$code $(counts)" "$2 $3"
    same "$1: lines = inserted + duplicates + rejected + blank" "$(field lines)" \
        $(($(field inserted) + $(field duplicates) + $(field rejected) + $(field blank)))
}
# events FROM TO: that many good lines
events() {
    local i
    for i in $(seq "$1" "$2"); do
        printf '{"event_id":"e0000000-0000-4000-8000-%012d","event_type":"STEP_COMPLETED","timestamp":"2025-10-15T12:00:00Z","correlation_id":"c0000000-0000-4000-8000-%012d","payload":{"step_name":"s%d"}}\n' \
            "$i" $((i % 7)) "$i"
    done
}
state_of() { sql "SELECT concat_ws(' ', state, lines, inserted, duplicates, rejected, blank, done_at IS NOT NULL) FROM ingest_files WHERE name = '$1' ORDER BY file_id DESC LIMIT 1"; }

# --- the schema, the summary ------------------------------------------------------------------------------------
events 1 10 >a.ndjson
run a.ndjson
same "not migrated: exit code" $code 78
has "not migrated: the message" "$err" "bridgejob ingest: error: the schema is not migrated"
has "not migrated: what to do" "$err" "hint: bridgejob migrate up"
"$BRIDGEJOB" migrate up --quiet

{ cat a.ndjson; echo; printf ' \t\r\n'; events 1 2; echo 'not json'; } >b.ndjson
ends "a mixed file" 3 "1 0 15 10 2 1 2" b.ndjson
for key in files files_skipped lines inserted duplicates rejected blank bytes_read elapsed_s lines_per_s rejects_by_reason writers writer_utilisation writer_waits_s \
    retries run_id; do
    has "the summary has '$key'" "$out" "\"$key\":"
done
has "rejects by reason" "$out" '"rejects_by_reason":{"invalid_json":1}'
same "bytes read" "$(field bytes_read)" "$(stat -c %s b.ndjson)"
check "the summary is JSON for the server too" test "$(sql "SELECT jsonb_typeof('$out'::jsonb)")" = object
same "the run history says the same" \
    "$(sql "SELECT concat_ws(' ', job, exit_code, ended_at IS NOT NULL, tally -> 'lines', tally -> 'inserted', tally -> 'rejects_by_reason', pid > 0) FROM job_runs WHERE run_id = $(field run_id)")" \
    'ingest 3 t 15 10 {"invalid_json": 1} t'
same "the ledger says the same" "$(state_of b.ndjson)" "done 15 10 2 1 2 t"
same "no batch is left in the ledger" "$(sql "SELECT count(*) FROM ingest_batches")" 0

events 11 12 >c.ndjson
run c.ndjson
same "as text: exit code" "$code $err" "0 "
has "as text" "$out" "2 lines = 2 inserted + 0 duplicates + 0 rejected + 0 blank"
events 13 14 >c.ndjson
run --format csv c.ndjson
same "as CSV" "${out//[0-9].[0-9][0-9][0-9]/T}" "files,files_skipped,lines,inserted,duplicates,rejected,blank,bytes_read,elapsed_s,run_id
1,0,2,2,0,0,0,$(stat -c %s c.ndjson),T,$(sql "SELECT max(run_id) FROM job_runs")"
events 15 16 >c.ndjson
run --quiet c.ndjson
same "--quiet: nothing on success" "$code $out $err" "0  "
run --quiet c.ndjson
same "--quiet: nothing when skipped" "$code $out $err" "0  "
run --quiet none.ndjson
same "--quiet: a missing file" "$code $out" "66 "
has "--quiet: and why" "$err" "cannot open 'none.ndjson': No such file or directory"

# --- reject files --------------------------------------------------------------------------------------------------
printf '%b' '{"event_type":"X"\n\xff\xfe raw \x00 bytes\n[1]\r\n{"event_type":"X","timestamp":"2025-10-15T12:00:00Z","payload":"\\u0000"}\n  {}  \n' >bad.ndjson
ends "bad lines" 3 "1 0 5 0 0 5 0" bad.ndjson
rejects=rejects/bad.ndjson.$(field run_id).rej
check "refused lines are kept byte for byte" cmp bad.ndjson "$rejects"
same "reject files are private" "$(stat -c %a "$rejects" "$rejects.jsonl" | sort -u)" 600
same "nothing else lies there" "$(find rejects -name "*bad.ndjson*" | wc -l)" 2
same "why, of each" "$(sed 's/.*"reason":"\([a-z_0-9]*\)".*/\1/' "$rejects.jsonl" | tr '\n' ' ')" \
    "invalid_json invalid_utf8 not_an_object nul_escape missing_event_type "
same "each record has these fields" "$(sed 's/:\("[^"]*"\|[0-9]*\)//g' "$rejects.jsonl" | sort -u)" \
    '{"file","line","offset","length","reason","detail"}'
where=0
while IFS=, read -r _ line offset length _; do
    where=$((where + 1))
    same "record $where: its line" "$line" "\"line\":$where"
    check "record $where: offset and length lead to it" cmp \
        <(sed -n "${where}p" bad.ndjson | head -c -1) <(tail -c +$((${offset#*:} + 1)) bad.ndjson | head -c "${length#*:}")
done <"$rejects.jsonl"
mkdir -p one two
echo 'bad one' >one/x.ndjson
echo 'bad two' >two/x.ndjson
ends "two files of one name" 3 "2 0 2 0 0 2 0" one/x.ndjson two/x.ndjson
same "both keep their refused lines" "$(cat rejects/x.ndjson.*.rej | sort | tr '\n' ' ')" "bad one bad two "
echo 'bad' >d.ndjson
: >nodir
run --rejects nodir/rejects d.ndjson
same "rejects that cannot be written: exit code" $code 73
has "rejects that cannot be written: where" "$err" "'nodir'"
same "such a file is not done" "$(sql "SELECT count(*) FROM ingest_files WHERE name = 'd.ndjson' AND state = 'done'")" 0

# --- files that are done ---------------------------------------------------------------------------------------------
events 20 29 >done.ndjson
ends "a new file" 0 "1 0 10 10 0 0 0" done.ndjson
tables=$(digest)
ends "the same file: skipped" 0 "0 1 0 0 0 0 0" done.ndjson
has "it says so" "$err" "'done.ndjson' is already in the tables; skipped"
mv done.ndjson renamed.log
ends "renamed: skipped" 0 "0 1 0 0 0 0 0" renamed.log
cp renamed.log copied.ndjson
ends "copied: skipped" 0 "0 1 0 0 0 0 0" copied.ndjson
touch -d '2025-01-01' renamed.log
ends "touched: skipped" 0 "0 1 0 0 0 0 0" renamed.log
ends "--again: read, all duplicates" 0 "1 0 10 0 10 0 0" --again renamed.log
gzip -c renamed.log >done.gz
ends "the same lines in a gzip: read, all duplicates" 0 "1 0 10 0 10 0 0" done.gz
ends "the same lines from a pipe: read, all duplicates" 0 "1 0 10 0 10 0 0" <(cat renamed.log)
sed 's/"s29"/"S29"/' renamed.log >changed.ndjson
touch -r renamed.log changed.ndjson
same "nothing of this changed the tables" "$(digest)" "$tables"
ends "another file of the same size, time and name is read" 0 "1 0 10 0 10 0 0" changed.ndjson

# --- gzip ---------------------------------------------------------------------------------------------------------------
{ events 30 34 | gzip; events 35 39 | gzip; } >joined.gz
ends "joined members" 0 "1 0 10 10 0 0 0" joined.gz
events 40 239 | gzip >whole.gz
head -c $(($(stat -c %s whole.gz) / 2)) whole.gz >cut.gz
run --format json cut.gz
same "a cut gzip: exit code" $code 65
has "a cut gzip: named" "$err" "'cut.gz' is cut"
has "a cut gzip: and what to do" "$err" "hint: "
loaded=$(field inserted)
check "a cut gzip: what is whole is loaded, nothing is refused" test "$loaded" -gt 10 -a "$loaded" -lt 200 -a "$(field rejected)" = 0
same "a cut gzip: not done" "$(state_of cut.gz)" "cut $loaded $loaded 0 0 0 t"
ends "a cut gzip again: read again" 65 "1 0 $loaded 0 $loaded 0 0" cut.gz
cp whole.gz cut.gz
ends "the whole one" 0 "1 0 200 $((200 - loaded)) $loaded 0 0" cut.gz
head -c -4 whole.gz >cut.gz
run --format json cut.gz
same "a gzip that lacks only its last bytes" "$code $(field duplicates)" "65 200"
perl -0777 -pe 'substr($_, length($_) / 2, 1) ^= "\x10"' whole.gz >flipped.gz
run --format json flipped.gz
same "a damaged gzip: exit code" $code 65
has "a damaged gzip: named" "$err" "'flipped.gz' is "
same "a damaged gzip: nothing of it is trusted" "$(field inserted) $(field rejected)" "0 0"
{ events 240 249 | gzip; echo garbage; } >garbage.gz
run --format json garbage.gz
same "garbage behind a gzip" "$code $(field inserted) $(field rejected)" "65 10 0"
has "garbage behind a gzip: named" "$err" "'garbage.gz' has bytes behind its gzip data"
: >empty.ndjson
ends "an empty file" 0 "1 0 0 0 0 0 0" empty.ndjson
gzip </dev/null >nothing.gz
ends "a gzip of nothing" 0 "1 0 0 0 0 0 0" nothing.gz
events 250 251 >named.gz
ends "plain, whatever its name" 0 "1 0 2 2 0 0 0" named.gz
events 252 253 | gzip >named.ndjson
ends "gzip, whatever its name" 0 "1 0 2 2 0 0 0" named.ndjson

# --- the end of a file ---------------------------------------------------------------------------------------------------
events 300 302 | head -c -20 >tail.ndjson
ends "an incomplete tail: not refused" 3 "1 0 2 2 0 0 0" tail.ndjson
has "an incomplete tail: reported" "$err" "warning: 'tail.ndjson' ends in an incomplete line"
same "an incomplete tail: not done" "$(state_of tail.ndjson)" "incomplete 2 2 0 0 0 t"
ends "an incomplete tail again" 3 "1 0 2 0 2 0 0" tail.ndjson
events 300 304 >tail.ndjson
ends "it has grown: picked up" 0 "1 0 5 3 2 0 0" tail.ndjson
events 305 306 | head -c -1 >noeol.ndjson
ends "a last line that is whole counts without its newline" 0 "1 0 2 2 0 0 0" noeol.ndjson
printf '{"event_type":"X"}' >noeol2.ndjson
ends "one that is JSON but no event is refused, not waited for" 3 "1 0 1 0 0 1 0" noeol2.ndjson
events 307 308 | sed 's/$/\r/' >crlf.ndjson
ends "CRLF" 0 "1 0 2 2 0 0 0" crlf.ndjson
{ printf '\xef\xbb\xbf'; events 309 310; } >bom.ndjson
ends "a byte order mark" 0 "1 0 2 2 0 0 0" bom.ndjson
printf '\xef\xbb\xbf' >bom2.ndjson
ends "a byte order mark alone" 0 "1 0 0 0 0 0 0" bom2.ndjson
events 311 312 | "$BRIDGEJOB" ingest --format json - >.out 2>.err
same "standard input" "$? $(out=$(cat .out); counts)" "0 1 0 2 2 0 0 0"

# --- operands -------------------------------------------------------------------------------------------------------------
mkdir -p dir/deeper
i=400
for name in a.ndjson b.jsonl c.json d.ndjson.gz e.jsonl.gz f.json.gz g.txt .h.ndjson deeper/i.ndjson; do
    if [ "${name%.gz}" = "$name" ]; then events $i $i >"dir/$name"; else events $i $i | gzip >"dir/$name"; fi
    i=$((i + 1))
done
ends "a directory: its logs, by name" 0 "6 0 6 6 0 0 0" dir
ends "a directory again, a file more" 0 "1 6 1 1 0 0 0" dir dir/g.txt
events 410 411 >there.ndjson
ends "a missing file among others: they are loaded" 66 "1 0 2 2 0 0 0" gone.ndjson there.ndjson
has "which one is missing" "$err" "cannot open 'gone.ndjson': No such file or directory"
events 412 413 >secret.ndjson
chmod 000 secret.ndjson
events 414 415 >open.ndjson
chmod 755 "$work"
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
"${as[@]}" "$BRIDGEJOB" ingest --format json --rejects /tmp/bridgejob-none secret.ndjson open.ndjson >.out 2>.err
same "an unreadable file among others" "$? $(out=$(cat .out); counts)" "77 1 0 2 2 0 0 0"
has "which one is unreadable" "$(cat .err)" "cannot open 'secret.ndjson': Permission denied"

hostile=("it's.ndjson" 'quo"te.ndjson' $'new\nline.ndjson' '%s%n%d.ndjson' "'; DROP TABLE event_logs; --.ndjson" 'back\slash.ndjson'
    $'tab\t.ndjson' '-dash.ndjson' $'caf\xc3\xa9.ndjson' $'latin\xe9.ndjson')
i=500
for name in "${hostile[@]}"; do
    { events $i $i; echo bad; } >"./$name"
    ends "a file named $(printf %q "$name")" 3 "1 0 2 1 0 1 0" -- "$name"
    same "its rejects" "$(cat "./rejects/$name".*.rej)" bad
    check "its records are JSON" test "$(sql "SELECT jsonb_typeof(\$r\$$(cat "./rejects/$name".*.rej.jsonl)\$r\$::jsonb)")" = object
    ends "it is skipped then" 0 "0 1 0 0 0 0 0" -- "$name"
    i=$((i + 1))
done
same "names are in the ledger as they are" "$(sql "SELECT count(*) FROM ingest_files WHERE name = '''; DROP TABLE event_logs; --.ndjson'")" 1

# --- limits -----------------------------------------------------------------------------------------------------------------
fits=$(events 600 600)
{ echo "$fits"; echo "$fits "; events 601 601; printf '%0300000d\n' 0; } >long.ndjson
ends "--max-line" 3 "1 0 4 2 0 2 0" --max-line "${#fits}" long.ndjson
has "--max-line: the reason" "$out" '"rejects_by_reason":{"line_too_long":2}'
check "--max-line: the lines are kept whole" cmp <(sed -n '2p;4p' long.ndjson) rejects/long.ndjson.*.rej
same "--max-line: their lengths" "$(sed 's/.*"line":\([0-9]*\).*"length":\([0-9]*\).*/\1 \2/' rejects/long.ndjson.*.rej.jsonl | tr '\n' ',')" \
    "2 $((${#fits} + 1)),4 300000,"

before="$(digest) $(sql "SELECT count(*) FROM job_runs") $(sql "SELECT count(*) FROM ingest_files")"
{ events 602 603; echo bad; } >dry.ndjson
PGHOST=/nonexistent run --dry-run --format json --rejects dryrejects dry.ndjson
same "--dry-run needs no server" "$code $(counts)" "3 1 0 3 2 0 1 0"
check "--dry-run writes no rejects" test ! -e dryrejects
same "--dry-run touches nothing" "$(digest) $(sql "SELECT count(*) FROM job_runs") $(sql "SELECT count(*) FROM ingest_files")" "$before"

# --- lines only the server refuses ---------------------------------------------------------------------------------------------
sql "CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'poison' USING ERRCODE = 'P0001'; END \$\$;
     CREATE TRIGGER poison BEFORE INSERT ON workflow_steps FOR EACH ROW WHEN (NEW.step_name IN ('s705', 's706', 's719')) EXECUTE FUNCTION poison();
     ALTER TABLE event_logs ADD CONSTRAINT no_s711 CHECK (payload ->> 'step_name' <> 's711')"
events 700 719 >poison.ndjson
ends "what the server refuses is found, and the batch goes on" 3 "1 0 20 16 0 4 0" poison.ndjson
has "the reason" "$out" '"rejects_by_reason":{"server_refused":4}'
same "each bad row is found" "$(sort rejects/poison.ndjson.*.rej)" "$(sed -n '6p;7p;12p;20p' poison.ndjson | sort)"
same "with line and SQLSTATE" "$(sed 's/.*"line":\([0-9]*\).*"sqlstate":"\([^"]*\)".*/\1 \2/' rejects/poison.ndjson.*.rej.jsonl | sort -n | tr '\n' ' ')" \
    "6 P0001 7 P0001 12 23514 20 P0001 "
same "the others are in" "$(sql "SELECT count(*) FROM workflow_steps WHERE step_name ~ '^s7[01].$'")" 16
same "none of the refused left a trace" "$(sql "SELECT count(*) FROM event_logs WHERE payload ->> 'step_name' IN ('s705', 's706', 's711', 's719')")" 0
sql "DROP TRIGGER poison ON workflow_steps; ALTER TABLE event_logs DROP CONSTRAINT no_s711"
ends "mended, read again: the refused lines come in" 0 "1 0 20 4 16 0 0" --again poison.ndjson

sql "ALTER DATABASE \"$PGDATABASE\" SET max_stack_depth = '100kB'"
{ events 720 721; echo '{"event_type":"DEEP","timestamp":"2025-10-15T12:00:00Z","payload":'"$(printf '[%.0s' {1..3000})$(printf ']%.0s' {1..3000})"'}'; events 722 723; } >deep.ndjson
ends "nested deeper than the server's stack" 3 "1 0 5 4 0 1 0" deep.ndjson
has "nested deeper than the server's stack: the reason" "$out" '"rejects_by_reason":{"too_deep":1}'
sql "ALTER DATABASE \"$PGDATABASE\" RESET max_stack_depth"

# --- two runs at once -------------------------------------------------------------------------------------------------------------
# A session holds event_logs, so that the first run waits in the middle of the file.
hold "LOCK TABLE event_logs"
events 800 805 >busy.ndjson
"$BRIDGEJOB" ingest --format json busy.ndjson >.first 2>.first.err &
first=$!
until [ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name ~ '^bridgejob/ingest#'")" != 0 ]; do sleep 0.05; done
cp busy.ndjson busy2.ndjson
run --format json busy2.ndjson
same "the same file in another run: exit code" $code 75
has "the same file in another run: who has it" "$err" "'busy2.ndjson' is locked by 'bridgejob/ingest#$(sql "SELECT max(run_id) - 1 FROM job_runs")' (pid "
has "the same file in another run: what to do" "$err" "hint: wait for it"
let_go
wait $first
same "the first run ends well" "$? $(out=$(cat .first); counts)" "0 1 0 6 6 0 0 0"
ends "then it is done" 0 "0 1 0 0 0 0 0" busy2.ndjson

same "every run of the history is closed" "$(sql "SELECT count(*) FROM job_runs WHERE ended_at IS NULL OR exit_code IS NULL")" 0
same "no batch is left in the ledger" "$(sql "SELECT count(*) FROM ingest_batches AS b JOIN ingest_files AS f USING (file_id) WHERE f.state <> 'loading'")" 0
tap_done
