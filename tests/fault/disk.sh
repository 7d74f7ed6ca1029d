#!/bin/bash
# The disk breaks: no room for refused lines, files that cannot be read.
. tests/fault/lib/fault.sh

{ good /dev/stdout | head -n 600; printf '%b' 'not json\n{"event_type":"X"}\n\xff\xfe raw\n'; good /dev/stdout | tail -n +601
  for i in {1..200}; do printf 'refused %0900d\n' "$i"; done; } >events.ndjson
gzip -k events.ndjson
undisturbed events.ndjson

# Both files of refused lines are there, or none: what was kept of the lines comes to as many as the tally says.
none_looks_whole() { same "$fault: no file looks whole" "$(find . -name '*.rej*')" ""; }

while IFS='|' read -r call name skip error exit what said; do
    fault "$what"
    with "$call" NAME="$name" SKIP="$skip" ERROR="$error" --
    ingest events.ndjson
    ends "$exit" "$said" "file loading, some events, run closed"
    none_looks_whole
    again 3
done <<'FAULTS'
write|.rej.|0|ENOSPC|73|the disk of the rejects is full at the first line|cannot write refused lines of 'events.ndjson': No space left on device
write|.rej.|9|ENOSPC|73|the disk of the rejects is full in the middle|cannot write refused lines of 'events.ndjson': No space left on device
write|.rej.jsonl.|2|ENOSPC|73|the disk is full for the records only|cannot write refused lines of 'events.ndjson': No space left on device
write|.rej.|9|EIO|74|rejects: I/O error on write|cannot write refused lines of 'events.ndjson': Input/output error
fsync|.rej.|0|EIO|74|rejects: I/O error on fsync|cannot write 'rejects/events.ndjson.N.rej': Input/output error
fsync|.rej.jsonl.|0|EIO|74|rejects: I/O error on fsync of the records only|cannot write 'rejects/events.ndjson.N.rej.jsonl': Input/output error
rename|.rej|0|EIO|74|rejects: I/O error on rename|cannot put in place 'rejects/events.ndjson.N.rej': Input/output error
rename|.rej.jsonl|0|ENOSPC|73|the directory of the rejects is full for the records only|cannot put in place 'rejects/events.ndjson.N.rej.jsonl': No space left on device
FAULTS

fault "the rejects directory cannot be made"
: >file
ingest --rejects file/rejects events.ndjson
ends 73 "cannot create directory 'file': Not a directory" "file loading, some events, run closed"
again 3 events.ndjson

# A real one, where we may have it.
mkdir -p small
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=64k none small 2>/dev/null; then
    fault "the rejects are on a file system of 64 kB"
    ingest --rejects small/rejects events.ndjson
    same "$fault: exit code" $code 73
    has "$fault: message" "$(cat err)" "No space left on device"
    has "$fault: what to do" "$(cat err)" "hint: run 'df -h"
    same "$fault: nothing lies there" "$(find small -type f)" ""
    umount small
    ingest events.ndjson
    same "$fault: run again with room" "$code $(digest)" "3 $wanted"
fi

# --- reading --------------------------------------------------------------------------------------------------------
fault "I/O error in the middle of a plain file"
with read NAME=/events.ndjson SKIP=5 ERROR=EIO IN=parent --
ingest events.ndjson
ends 74 "cannot read 'events.ndjson': Input/output error" "x"
again 3
fault "I/O error at the start of a plain file"
with read NAME=/events.ndjson SKIP=0 ERROR=EIO IN=parent --
ingest events.ndjson
ends 74 "cannot read 'events.ndjson': Input/output error" "x"
again 3
for skip in 0 3 4; do
    fault "I/O error in a gzip, $skip"
    with read NAME=/events.ndjson.gz SKIP=$skip ERROR=EIO IN=parent --
    ingest events.ndjson.gz
    ends 74 "cannot read 'events.ndjson.gz': Input/output error" "x"
    again 3
done
fault "a directory in place of a file"
mkdir -p dir.ndjson
ingest dir.ndjson/ events.ndjson
again 3 events.ndjson
tap_done
