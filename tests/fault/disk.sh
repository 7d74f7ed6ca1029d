#!/bin/bash
# The disk breaks: no room for refused lines, a directory nobody may write to, files that cannot be read.
. tests/fault/lib/fault.sh
section "The disk"

{ good /dev/stdout | head -n 600; printf '%b' 'not json\n{"event_type":"X"}\n\xff\xfe raw\n'; good /dev/stdout | tail -n +601
  for i in {1..200}; do printf 'refused %0900d\n' "$i"; done; } >events.ndjson
gzip -k events.ndjson
undisturbed events.ndjson
reasons="invalid_json, invalid_utf8, missing_timestamp"

# --- refused lines: both files of them are there, or none ---------------------------------------------------------------
while IFS='|' read -r call name skip error exit left what said; do
    long || [[ $what =~ middle|directory ]] || continue
    fault "$what"
    with "$call" NAME="$name" SKIP="$skip" ERROR="$error" --
    ingest events.ndjson
    ends "$exit" "$said" "file loading, $left events, run closed"
    again 3
done <<'FAULTS'
write|.rej.|0|ENOSPC|73|no or some|rejects: disk full at the first line|cannot write refused lines of 'events.ndjson': No space left on device
write|.rej.|9|ENOSPC|73|no, some or all|rejects: disk full in the middle|cannot write refused lines of 'events.ndjson': No space left on device
write|.rej.jsonl.|2|ENOSPC|73|no, some or all|rejects: disk full for the records only|cannot write refused lines of 'events.ndjson': No space left on device
write|.rej.|9|EIO|74|no, some or all|rejects: I/O error on write|cannot write refused lines of 'events.ndjson': Input/output error
fsync|.rej.|0|EIO|74|all|rejects: I/O error on fsync|cannot write './rejects/events.ndjson.N.rej': Input/output error
fsync|.rej.jsonl.|0|EIO|74|all|rejects: I/O error on fsync of the records only|cannot write './rejects/events.ndjson.N.rej.jsonl': Input/output error
fsync|.rej.|0|ENOSPC|73|all|rejects: disk full on fsync|cannot write './rejects/events.ndjson.N.rej': No space left on device
rename|.rej|0|EIO|74|all|rejects: I/O error on rename|cannot put in place './rejects/events.ndjson.N.rej': Input/output error
rename|.rej.jsonl|0|ENOSPC|73|all|rejects: directory full for the records only|cannot put in place './rejects/events.ndjson.N.rej.jsonl': No space left on device
FAULTS

fault "rejects: no directory, and none can be made"
: >file
ingest --rejects file/rejects events.ndjson
ends 73 "cannot create directory 'file': Not a directory" "file loading, no or some events, run closed"
again 3 events.ndjson

# A small file system, where we may have one (so it is no row of the matrix).
mkdir -p small
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=64k none small 2>/dev/null; then
    fault "rejects: a file system of 64 kB"
    ingest --rejects small events.ndjson
    ends 73 "cannot write refused lines of 'events.ndjson': No space left on device" "file loading, no, some or all events, run closed"
    ended=
    same "$fault: nothing lies there" "$(find small -type f)" ""
    umount small
    again 3 events.ndjson
fi

# Root may write anywhere: then the server's user takes its place, who may write nowhere here.
program=$BRIDGEJOB BRIDGEJOB=$work/as_other
cp "$program" program
other=
[ "$(id -u)" != 0 ] || other="setpriv --reuid=postgres --regid=postgres --clear-groups"
printf '#!/bin/sh\nexec %s "%s" "$@"\n' "$other" "$work/program" >as_other
chmod 755 . as_other program

fault "rejects: a directory nobody may write to"
mkdir rejects
chmod 555 rejects
ingest events.ndjson
ends 77 "cannot create './rejects/events.ndjson.N.rej': Permission denied" "file loading, no or some events, run closed"
BRIDGEJOB=$program
chmod 755 rejects
again 3

fault "a file nobody may read"
BRIDGEJOB=$work/as_other
chmod 0 events.ndjson
ingest events.ndjson
ends 77 "cannot open 'events.ndjson': Permission denied" "file not begun, no events, run closed"
BRIDGEJOB=$program
chmod 644 events.ndjson
again 3

# --- reading --------------------------------------------------------------------------------------------------------
while IFS='|' read -r call file skip left what; do
    long || [[ $what =~ middle|checked ]] || continue
    fault "$what"
    with "$call" NAME="/$file" SKIP="$skip" ERROR=EIO IN=parent --
    ingest "$file"
    ends 74 "cannot read '$file': Input/output error" "$left"
    again 3
done <<FAULTS
pread|events.ndjson|0|file not begun, no events, run closed|a plain file: I/O error when it is looked at
read|events.ndjson|0|file cut, no events, run closed|a plain file: I/O error at its start
read|events.ndjson|1|file cut, some events, run closed|a plain file: I/O error in the middle
read|events.ndjson.gz|0|file cut, no events, run closed|a gzip: I/O error at its start
read|events.ndjson.gz|1|file not begun, no events, run closed|a gzip: I/O error while it is checked
read|events.ndjson.gz|2|file cut, no events, run closed|a gzip: I/O error when it is read
read|events.ndjson.gz|3|file cut, all events, run closed, refused lines kept ($reasons)|a gzip: I/O error at its end
FAULTS

fault "a file that is not there"
ingest events.ndjson none.ndjson
ends 66 "cannot open 'none.ndjson': No such file or directory" "file done, all events, run closed, refused lines kept ($reasons)"
again 0 events.ndjson
tap_done
