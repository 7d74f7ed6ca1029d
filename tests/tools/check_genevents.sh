#!/bin/sh
# genevents: the same events for the same options, in the shares and with the faults that were asked for.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
genevents=$TOOLS/genevents

"$genevents" --events 6000 --seed 7 >"$work/a"
"$genevents" --events 6000 --seed 7 >"$work/b"
"$genevents" --events 6000 --seed 8 >"$work/c"
check "the same seed, the same bytes" cmp -s "$work/a" "$work/b"
check "another seed, other bytes" sh -c "! cmp -s '$work/a' '$work/c'"
same "as many lines as events" "$(wc -l <"$work/a")" 6000
same "every event its own id" "$(grep -o '"event_id":"[^"]*"' "$work/a" | sort -u | wc -l)" 6000
# The benchmark's mix; what is still open at the end blurs it by less than the 16 workflows under way.
same "shares" "$(grep -o '"event_type":"[A-Z_]*"' "$work/a" | cut -d '"' -f 4 | sort | uniq -c |
    awk '{ print $2, int($1 / 100 + 0.5) }')" "STAMP_CREATED 10
STEP_COMPLETED 30
WORKFLOW_COMPLETED 10
WORKFLOW_STARTED 10"
same "five namespaces" "$(grep -o '"namespace":"[^"]*"' "$work/a" | sort -u | wc -l)" 5
same "40 ms apart" "$(sed -n 's/.*"event_timestamp":"2025-10-01T00:00:\(..\....\).*/\1/p' "$work/a" | sed -n '1p;2p;26p' |
    tr '\n' ' ')" "00.000 00.040 01.000 "
check "about 600 bytes a line" awk '{ n += length($0) + 1 } END { exit !(n / NR > 550 && n / NR < 660) }' "$work/a"

"$genevents" --events 6000 --bad 3 --late 2 --dup 4 --tally >"$work/d" 2>"$work/tally"
tally() { sed -n "s/.*\"$1\":\([0-9]*\).*/\1/p" "$work/tally"; }
same "bad and duplicate lines come on top" "$(wc -l <"$work/d")" $((6000 + $(tally duplicates) + $(tally bad)))
check "3 % bad" test "$(tally bad)" -gt 120 -a "$(tally bad)" -lt 240
check "2 % late" test "$(tally late)" -gt 70 -a "$(tally late)" -lt 170
check "4 % duplicates" test "$(tally duplicates)" -gt 180 -a "$(tally duplicates)" -lt 300
same "a late event is only out of order" \
    "$("$genevents" --events 6000 --late 5 | grep -o '"event_id":"[^"]*"' | sort -u | wc -l)" 6000

"$genevents" --events many 2>"$work/err"
same "usage" "$?$(cut -c 1-17 "$work/err" | head -n 1)" "64usage: genevents "

if [ -e /dev/full ]; then
    "$genevents" --events 10 >/dev/full 2>"$work/err"
    same "a full disk" "$?: $(cat "$work/err")" "74: genevents: stdout: No space left on device"
fi

tap_done
