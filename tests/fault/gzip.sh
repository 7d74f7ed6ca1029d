#!/bin/bash
# A gzip that is not what it was. Cut and flipped at every byte of a small file: each way is read once without a
# server, and every GZIP_STEP'th is loaded; then the whole file is.
. tests/fault/lib/fault.sh
section "A gzip that is not whole"

if long; then step=${GZIP_STEP:-7}; else step=${GZIP_STEP:-211}; fi
{ perl "$here/tests/lib/soup.pl" 11 2 plain; "$TOOLS/genevents" --events 3; } >events.ndjson
gzip -9nk events.ndjson
size=$(stat -c %s events.ndjson.gz)
lines=$(wc -l <events.ndjson)
undisturbed events.ndjson.gz
mkdir -p broken

cut="'broken/events.gz' is cut: the gzip data ends in the middle (near byte N of the file, behind line N)"
damaged="'broken/events.gz' is damaged: the gzip data or its checksum is wrong (near byte N of the file, behind line N)"
cut_at() { head -c "$1" events.ndjson.gz >broken/events.gz; }
flipped_at() { perl -0777 -pe "substr(\$_, $1, 1) ^= chr(1 << $1 % 8)" events.ndjson.gz >broken/events.gz; }

# --- every way, without a server -------------------------------------------------------------------------------------
mkdir cuts flips
perl -e 'open my $in, "<", "events.ndjson.gz"; local $/; my $gz = <$in>;
    sub put { my ($name, $bytes) = @_; open my $out, ">", "$name.json.gz"; print $out $bytes }
    for my $at (2 .. length($gz) - 1) {
        put(sprintf("cuts/%05d", $at), substr($gz, 0, $at));
        for my $bit (0 .. 7) { my $bad = $gz; substr($bad, $at, 1) ^= chr(1 << $bit); put("flips/$at.$bit", $bad) }
    }'
# The outcomes of a directory's files, one a line: 'NAME LINES MESSAGE'.
outcomes() {
    "$BRIDGEJOB" ingest --dry-run --quiet "$1" 2>err </dev/null
    echo "# exit $?"
    sed -En "s|^bridgejob ingest: error: '$1/([0-9.]+).json.gz' is (cut\|damaged): .* behind line ([0-9]+)\\)\$|\1 \3 \2|p" err
}
outcomes cuts >found
same "cut: exit code" "$(head -n 1 found)" "# exit 65"
same "cut at any of $size bytes: said of each" "$(grep -c ' cut$' found)" $((size - 2))
same "cut: never a line less than of a shorter piece" \
    "$(awk -v lines="$lines" '!/^#/ { if ($2 < before || $2 > lines) print; before = $2 }' found)" ""
same "cut: all lines are before the last byte" "$(tail -n 1 found | cut -d' ' -f 2)" "$lines"
outcomes flips >found
same "flipped: exit code" "$(head -n 1 found)" "# exit 65"
same "damaged: nothing of it is read" "$(awk '$3 == "damaged" && $2 > 0' found)" ""
# What says nothing: the time, the level and the system in the head, its bit for text (RFC 1952 2.3.1), and up to 7
# bits behind the end of the data, before its checksum (RFC 1951 3.2.4).
same "every bit of $size bytes flipped: said of each, but for those that say nothing" \
    "$(ls flips | sed 's/.json.gz$//' | grep -vxFf <(cut -d' ' -f 1 found) | grep -vE "^([4-9]\.[0-7]|3\.0|$((size - 9))\.[1-7])\$")" ""
same "and those are whole" "$(sed -n 's/.*"lines":\([0-9]*\),.*/\1/p' <("$BRIDGEJOB" ingest --dry-run --format json flips/4.0.json.gz flips/9.7.json.gz))" $((2 * lines))

# --- loaded ------------------------------------------------------------------------------------------------------------
empty="TRUNCATE $(sql "SELECT string_agg(format('%I', tablename), ', ') FROM pg_tables WHERE schemaname = 'public'
    AND tablename !~ '^(schema_migrations|bridgejob_migrations|event_logs_.*)'")"
declare -A seen # fault → its row
# broken_at AT WHAT: broken/events.gz is loaded; each outcome has its row, and the whole file mends them all.
broken_at() {
    fault="$2, at $1" failed_before=$tap_failed ended=1
    rm -rf rejects
    ingest broken/events.gz
    message=$(plain "$(first_message err)") state=$(left)$(kept) exit_code=$code command="ingest ${arguments[*]}"
    case $message in
    "$cut") known="65 cut" wanted_state="file cut, no, some or all events, run closed" ;;
    "$damaged") known="65 damaged" wanted_state="file cut, no events, run closed" ;;
    '') known="0 whole" message=- wanted_state="file done, all events, run closed" ;;
    *) known="none, but $message" wanted_state=
    esac
    same "$fault: exit code" "$code" "${known% *}"
    state_is "$fault: state after" "$wanted_state"
    ingest events.ndjson.gz
    same "$fault: then the whole file" "$code $(psql -XAtq -f "$here/tests/lib/digest.sql" -c "$empty")" "0 $wanted"
    fault="$2: found ${known#* }"
    [ -n "${seen[$fault]-}" ] || row "loads the whole file, exit 0, tables equal"
    seen[$fault]=1
}
fresh run
for ((at = 2; at < size; at += step)); do
    cut_at $at
    broken_at $at "cut at any byte behind the second"
done
for ((at = 2; at < size; at += step)); do
    flipped_at $at
    broken_at $at "a bit flipped at any byte behind the second"
done

# --- others ------------------------------------------------------------------------------------------------------------
fault "cut behind its first byte"
head -c 1 events.ndjson.gz >cut.gz
ingest cut.gz
ends 3 "'cut.gz' ends in an incomplete line of N bytes" "file incomplete, no events, run closed"
again 0 events.ndjson.gz

fault "its first byte is another, so it is no gzip"
{ printf '{'; head -c 10 events.ndjson.gz | tail -c +2; echo; } >other.gz
ingest other.gz
ends 3 "'other.gz': N of N lines refused" "file done, no events, run closed, refused lines kept (invalid_utf8)"
again 0 events.ndjson.gz

if long; then
half=$((lines / 2))
fault "joined members: one for each half, and one of nothing between them"
{ head -n $half events.ndjson | gzip; gzip </dev/null; tail -n +$((half + 1)) events.ndjson | gzip; } >joined.gz
ingest joined.gz
ends 0 - "file done, all events, run closed"
again 0

fault "joined members, the second cut"
{ head -n $half events.ndjson | gzip; tail -n +$((half + 1)) events.ndjson | gzip | head -c 100; } >joined.gz
ingest joined.gz
ends 65 "'joined.gz' is cut: the gzip data ends in the middle (near byte N of the file, behind line N)" "file cut, some events, run closed"
again 0 events.ndjson.gz

fault "joined members, the second damaged"
{ head -n $half events.ndjson | gzip; tail -n +$((half + 1)) events.ndjson | gzip | perl -0777 -pe 'substr($_, -6, 1) ^= "\x01"'; } >joined.gz
ingest joined.gz
ends 65 "'joined.gz' is damaged: the gzip data or its checksum is wrong (near byte N of the file, behind line N)" "file cut, some events, run closed"
again 0 events.ndjson.gz

fault "a line that begins in one member and ends in the next"
{ head -c 700 events.ndjson | gzip; tail -c +701 events.ndjson | gzip; } >joined.gz
ingest joined.gz
ends 0 - "file done, all events, run closed"
again 0

fi
fault "garbage behind the end"
{ cat events.ndjson.gz; echo garbage; } >garbage.gz
ingest garbage.gz
ends 65 "'garbage.gz' has bytes behind its gzip data that are no gzip (near byte N of the file, behind line N)" "file cut, all events, run closed"
again 0 events.ndjson.gz

if long; then
fault "zeros behind the end, as a tape has them"
{ cat events.ndjson.gz; head -c 512 /dev/zero; } >padded.gz
ingest padded.gz
ends 0 - "file done, all events, run closed"
again 0

fi
for what in "an empty file: empty.gz" "a gzip of nothing: nothing.gz"; do
    fault "${what%:*}"
    : >empty.gz
    gzip </dev/null >nothing.gz
    ingest "${what#*: }"
    ends 0 - "file done, no events, run closed"
    again 0 events.ndjson.gz
done

if long; then
fault "cut, with --atomic"
cut_at $((size - 9))
ingest --atomic broken/events.gz
ends 65 "$cut" "file cut, no events, run closed"
again 0 events.ndjson.gz

fault "cut, from standard input"
cut_at $((size - 9))
arguments=(-)
env -u PGOPTIONS "$BRIDGEJOB" ingest "${options[@]}" - >out 2>err <broken/events.gz
code=$?
ends 65 "'-' is cut: the gzip data ends in the middle (near byte N of the file, behind line N)" "file cut, some or all events, run closed"
again 0 events.ndjson.gz
fi
tap_done
