#!/bin/bash
# Bytes nobody wanted, in the middle of good lines: a bad line costs one line, whatever it is made of; and names of
# files and namespaces that would like to be something else.
. tests/fault/lib/fault.sh

perl "$here/tests/lib/soup.pl" 4711 60 plain >good.ndjson
undisturbed good.ndjson
half=30
around() { head -n $half good.ndjson; cat; tail -n +$((half + 1)) good.ndjson; }
line() { printf '{"event_id":"e0000000-0000-4000-8000-000000000001","event_type":"COFFEE_READY","timestamp":"2025-10-15T12:00:00Z","payload":%b}\n' "$1"; }

# --- refused -----------------------------------------------------------------------------------------------------------
section "Bytes that are refused"
deep() { perl -e 'print "{\"a\":" x $ARGV[0], 1, "}" x $ARGV[0]' "$1"; }
while IFS='|' read -r reason what payload; do
    long || [[ $what =~ none|NUL|lone|1e|levels ]] || continue
    fault "$what"
    { case $payload in DEEP) line "$(deep 100000)" ;; RAW*) printf '%b\n' "${payload#RAW}" ;; *) line "$payload" ;; esac; } |
        around >events.ndjson
    ingest events.ndjson
    ends 3 "'events.ndjson': N of N lines refused" "file done, all events, run closed, refused lines kept ($reason)"
    check "$fault: kept byte for byte" cmp <(sed -n "$((half + 1))p" events.ndjson) <(cat rejects/*.rej)
    again 0
done <<'FAULTS'
invalid_utf8|UTF-8: a byte that is none|{"a":"\xff"}
invalid_utf8|UTF-8: longer than it need be|{"a":"\xc0\xaf"}
invalid_utf8|UTF-8: a surrogate|{"a":"\xed\xa0\x80"}
invalid_utf8|UTF-8: beyond the last character|{"a":"\xf4\x90\x80\x80"}
invalid_utf8|UTF-8: cut in the middle|RAW{"event_type":"X","timestamp":"2025-10-15T12:00:00Z","a":"\xe2\x82
invalid_utf8|a NUL byte|RAW{"event_type":"X","timestamp":"2025-10-15T12:00:00Z"}\0
nul_escape|an escaped NUL|{"a":"\\u0000"}
lone_surrogate|half a surrogate pair|{"a":"\\ud83d"}
invalid_json|a byte order mark that is not at the start|RAW\xef\xbb\xbf{"event_type":"X"}
invalid_json|a lone carriage return in a string|{"a":"x\ry"}
number_out_of_range|a number of 400000 digits: 1e400000|{"a":1e400000}
too_deep|100000 levels|DEEP
invalid_utf8|binary|RAW\x89PNG\r\x1a
not_an_object|an array|RAW[{"event_type":"X"}]
FAULTS

# --- accepted ----------------------------------------------------------------------------------------------------------
section "Bytes that are accepted"
if long; then
fault "a byte order mark at the start"
{ printf '\xef\xbb\xbf'; cat good.ndjson; } >events.ndjson
ingest events.ndjson
ends 0 - "file done, all events, run closed"
again 0
fault "lines that end in CRLF"
sed 's/$/\r/' good.ndjson >events.ndjson
ingest events.ndjson
ends 0 - "file done, all events, run closed"
again 0
fault "a lone carriage return between members"
sed 's/^{/{\r/' good.ndjson >events.ndjson
ingest events.ndjson
ends 0 - "file done, all events, run closed"
again 0
fi
fault "keys that are escaped (\"event\\u005ftype\")"
sed 's/"event_type"/"event\\u005ftype"/' good.ndjson >events.ndjson
ingest events.ndjson
ends 0 - "file done, all events, run closed"
again 0
fault "keys that come twice: the last one counts"
sed 's/^{/{"timestamp":"no time","event_type":7,/' good.ndjson >events.ndjson
ingest events.ndjson
ends 0 - "file done, all events, run closed"
again 0
if long; then
fault "no newline at the end of a last line that is whole"
head -c -1 good.ndjson >events.ndjson
ingest events.ndjson
ends 0 - "file done, all events, run closed"
again 0

fi
# One event more than in an undisturbed run: what is stored of it is compared.
all=$((all + 1))
stores() { # JSON WANTED: the payload as jsonb's text
    line "$1" | around >events.ndjson
    ingest events.ndjson
    ends 0 - "file done, all events, run closed"
    same "$fault: stored" "$(sql "SELECT payload FROM event_logs WHERE event_type = 'COFFEE_READY' AND id = 'e0000000-0000-4000-8000-000000000001'")" "$2"
    sql "DELETE FROM event_logs WHERE id = 'e0000000-0000-4000-8000-000000000001'" >/dev/null
    again 0
}
fault "numbers of 40 digits: kept digit for digit"
stores '{"a":1234567890123456789012345678901234567890,"b":0.1234567890123456789012345678901234567890}' \
    '{"a": 1234567890123456789012345678901234567890, "b": 0.1234567890123456789012345678901234567890}'
fault "keys that come twice in the payload: the last one counts"
stores '{"a":1,"b":2,"\\u0061":3}' '{"a": 3, "b": 2}'

if long; then
# --- long lines --------------------------------------------------------------------------------------------------------
section "Long lines"
# long_line BYTES: an event of so many, without its newline
long_line() { perl -e '$l = shift; $a = q({"event_id":"e0000000-0000-4000-8000-000000000001","event_type":"COFFEE_READY","timestamp":"2025-10-15T12:00:00Z","payload":{"a":"); print $a, "x" x ($l - length($a) - 3), qq("}}\n)' "$1"; }
mb=$((1024 * 1024))
fault "a line of 16 MB"
long_line $((16 * mb)) | around >events.ndjson
ingest events.ndjson
ends 0 - "file done, all events, run closed"
same "$fault: stored whole" "$(sql "SELECT length(payload ->> 'a') > 16 * 1024 * 1024 - 200 FROM event_logs WHERE id = 'e0000000-0000-4000-8000-000000000001'")" t
sql "DELETE FROM event_logs WHERE id = 'e0000000-0000-4000-8000-000000000001'" >/dev/null
again 0
all=$((all - 1))
fault "a line of 16 MB and a byte"
long_line $((16 * mb + 1)) | around >events.ndjson
ingest events.ndjson
ends 3 "'events.ndjson': N of N lines refused" "file done, all events, run closed, refused lines kept (line_too_long)"
check "$fault: kept byte for byte" cmp <(long_line $((16 * mb + 1))) <(cat rejects/*.rej)
again 0
fault "a last line that is too long and has no end"
{ cat good.ndjson; long_line 2000 | head -c -5; } >events.ndjson
ingest --max-line 1024 events.ndjson
grep -q 'line_too_long' rejects/*.jsonl
ends 3 "'events.ndjson': N of N lines refused" "file done, no, some or all events, run closed, refused lines kept (line_too_long)"
again 0 good.ndjson

else
all=$((all - 1))
fi
# --- names ---------------------------------------------------------------------------------------------------------------
section "Hostile names"
name_no=0
for name in $'a\'b"c; DROP TABLE event_logs; --.ndjson' $'%s%n%1000000s \\x.ndjson' $'two\nlines\tand a tab.ndjson' $'\xff\xfe no UTF-8.ndjson' \
    '$(touch pwned) `touch pwned`.ndjson' '--again'; do
    name_no=$((name_no + 1))
    long || [ $name_no = 3 ] || continue
    fault "a file's name, $name_no: $(tr '\n\t|' '   ' <<<"$name" | iconv -f UTF-8 -t UTF-8 -c)"
    mkdir -p hostile
    { cat good.ndjson; echo 'not json'; } >"hostile/$name"
    ingest "hostile/$name"
    arguments=("the file")
    message_was=$(first_message err)
    has "$fault: its message" "$message_was" "lines refused"
    same "$fault: exit code" $code 3
    same "$fault: state after" "$(left)$(kept)" "file done, all events, run closed, refused lines kept (invalid_json)"
    same "$fault: its record is JSON" "$(sql "SELECT jsonb_typeof(\$j\$$(cat rejects/*.jsonl)\$j\$::jsonb)")" object
    same "$fault: its refused line" "$(cat rejects/*.rej)" "not json"
    same "$fault: nothing else was made" "$(find . -name pwned)" ""
    message="the name, quoted: N of N lines refused" exit_code=$code state=$(left)$(kept) command="ingest the file" ended=1
    again 0 "hostile/$name"
    rm -rf hostile
done
fault "a file's name of 255 bytes"
name=$(printf 'x%.0s' {1..248}).ndjson
{ cat good.ndjson; echo 'not json'; } >"$name"
ingest "$name"
arguments=("$name")
same "$fault: exit code" $code 3
rm -rf rejects
again 0 "$name"
rm -f "$name"

for namespace in $'\'; DROP TABLE event_logs; --' '%s%n' '$(touch pwned)' $'x"\\\t'; do
    long || [ "$namespace" = '%s%n' ] || continue
    fault "a namespace called $(tr '\t' ' ' <<<"$namespace")"
    ingest --default-namespace "$namespace" good.ndjson
    arguments=(--default-namespace "…" good.ndjson)
    same "$fault: it is one like others" "$(sql "SELECT DISTINCT namespace FROM event_logs WHERE namespace NOT IN ('acme', 'beta')")" "$namespace"
    ends 0 - "file done, all events, run closed"
    row "-"
done
tap_done
