#!/bin/bash
# backup create, broken: programs that fail or lie, a full disk, kills at any moment. Never is there anything that
# looks like a backup, and the next run clears up.
#
# KILLS (default 3) times each.
. tests/lib/scratch.sh

kills=${KILLS:-3}
RANDOM=${KILL_SEED:-1}
dir=$work/backups
export BRIDGEJOB_BACKUP_DIR=$dir
real=$(dirname "$(command -v pg_dump)")
run migrate up --quiet
sql "CREATE TABLE big AS SELECT n, md5(n::text) AS text FROM generate_series(1, 40000) AS n"

# --- programs that fail or lie: what a dump is, is found by reading it -----------------------------------------------------
fake() { # a script in place of pg_dump; the real one is $real/pg_dump
    mkdir -p "$work/bin"
    ln -sf "$real"/pg_restore "$real"/pg_basebackup "$work/bin/"
    printf '#!/bin/bash\nreal=%s\ncase $1 in --version) exec "$real/pg_dump" --version ;; esac\n%s\n' "$real" "$1" >"$work/bin/pg_dump"
    chmod 755 "$work/bin/pg_dump"
}
mkdir "$dir"
while IFS='~' read -r what format script exit message; do
    fake "$script"
    run backup --bindir "$work/bin" --dump-format "$format"
    same "$what: exit code" "$code" "$exit"
    has "$what: message" "$err" "$message"
    same "$what: nothing is left" "$(ls -A "$dir")" ''
done <<'FAKES'
pg_dump says nothing~custom~exit 0~65~what was dumped is not whole
pg_dump is cut off, and says it went well~custom~"$real/pg_dump" "$@" | head -c 200000; exit 0~65~what was dumped is not whole
pg_dump is cut off behind its table of contents~custom~"$real/pg_dump" "$@" >"$0.out"; head -c -9 "$0.out"; exit 0~65~what was dumped is not whole
a byte is another~custom~"$real/pg_dump" "$@" >"$0.out"; printf '\377\377' | dd of="$0.out" bs=1 seek=400000 conv=notrunc 2>/dev/null; cat "$0.out"~65~what was dumped is not whole
rows are missing~plain~"$real/pg_dump" "$@" | sed '/^777\t/d'~65~what was dumped is not whole
the last line is missing~plain~"$real/pg_dump" "$@" | sed '/dump complete/d'~65~what was dumped is not whole
pg_dump fails at the end~custom~"$real/pg_dump" "$@"; echo "pg_dump: error: at the end" >&2; exit 1~74~pg_dump: at the end
pg_dump is killed~custom~"$real/pg_dump" "$@"; kill -9 $$~74~'pg_dump' was ended by signal 9
pg_dump is killed, behind a pump~plain~"$real/pg_dump" "$@"; kill -9 $$~74~'pg_dump' was ended by signal 9
pg_dump says the disk is full~custom~echo "pg_dump: error: could not write: No space left on device" >&2; exit 1~73~No space left on device
FAKES
fake 'exec "$real/pg_dump" "$@"'
run backup --bindir "$work/bin" --quiet
same 'and one that does what it should' "$code" 0
rm -rf "$dir"

# --- the disk -------------------------------------------------------------------------------------------------------------
broken() { # CALL NAME ERROR: run with the call failing
    ASAN_OPTIONS=${ASAN_OPTIONS-}:verify_asan_link_order=0 INJECT=$1 INJECT_NAME=$2 INJECT_ERROR=$3 LD_PRELOAD=$TOOLS/inject.so run backup "${@:4}"
}
while IFS='|' read -r what call name error exit options; do
    # shellcheck disable=SC2086
    broken "$call" "$name" "$error" $options
    same "$what: exit code" "$code" "$exit"
    same "$what: nothing is left" "$(ls -A "$dir")" ''
done <<'FAULTS'
no room behind the pump|write|.sql.gz|ENOSPC|73|--dump-format plain
the disk fails behind the pump|write|.sql.gz|EIO|74|--dump-format plain
the dump does not reach the disk|fsync|.dump|EIO|74|--quiet
no room for the manifest|write|.json|ENOSPC|73|--quiet
the manifest cannot be put in place|rename|.json|EIO|74|--quiet
FAULTS

mkdir "$work/small"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=1M none "$work/small" 2>/dev/null; then
    for format in custom directory plain; do
        run backup --backup-dir "$work/small" --dump-format $format
        same "a disk that is too small, $format: exit code" "$code" 73
        has "a disk that is too small, $format: what to do" "$err" 'bridgejob backup expire'
        same "a disk that is too small, $format: nothing is left" "$(ls -A "$work/small")" ''
    done
    run backup --backup-dir "$work/small" --kind physical
    same 'a disk that is too small, physical: exit code' "$code" 73
    mount -o remount,size=64M "$work/small"
    run backup --backup-dir "$work/small" --quiet
    same 'with more room it is taken' "$code" 0
    sql "CREATE TABLE more AS SELECT n, sha256(n::text::bytea) FROM generate_series(1, 200000) AS n"
    mount -o remount,size=3M "$work/small"
    run backup --backup-dir "$work/small"
    same 'what will not fit is not begun' "$code" 73
    has 'it says why' "$err" 'left, and the backup is expected to need'
    sql 'DROP TABLE more'
    umount "$work/small"
fi
run backup --backup-dir "$work/bin/pg_dump"
same 'no directory' "$code" 73

# --- kills ----------------------------------------------------------------------------------------------------------------
rm -rf "$dir"
run backup --quiet
first=$(ls "$dir")
begun=$(date +%s%N)
run backup --quiet --dump-format plain
took=$((($(date +%s%N) - begun) / 1000000))
children() { # programs of ours, told from those of tests that run beside by the server they talk to
    local pid
    for pid in $(pgrep 'pg_dump|pg_basebackup'); do
        grep -qzx "PGHOST=$PGHOST" "/proc/$pid/environ" 2>/dev/null && echo "$pid"
    done | wc -l
}
whole=0
for ((i = 0; i < kills * 3; i++)); do
    case $((i % 3)) in
    0) options='--dump-format plain' ;;
    1) options='--jobs 2' ;;
    2) options='--kind physical' ;;
    esac
    signal=$([ $((i / 3 % 2)) = 0 ] && echo KILL || echo TERM)
    there=$(find "$dir" -maxdepth 1 -name '*.tmp') # what a kill before it left, which it may not come to clear up
    # shellcheck disable=SC2086
    "$BRIDGEJOB" backup --quiet $options >>"$work/log" 2>&1 </dev/null &
    pid=$!
    ms=$((RANDOM % (took + 200)))
    sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
    kill -$signal $pid 2>/dev/null
    wait $pid 2>/dev/null
    code=$?
    [ $code != 0 ] || whole=$((whole + 1))
    if [ $signal = TERM ] && [ $code != 0 ]; then
        same "kill $i ($signal, $options, $ms ms): exit code" $code 143
        same "kill $i ($signal, $options, $ms ms): it clears up itself" \
            "$(find "$dir" -maxdepth 1 -name '*.tmp' | grep -vxF "$there")" ''
    fi
    await "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name ~ '^bridgejob/backup|pg_basebackup'" ||
        check "kill $i ($signal, $options, $ms ms): no session is left" false
done
for id in $(ls "$dir"); do
    [[ $id != *.tmp ]] || continue
    check "$id, which has its name, is whole" grep -q '"verified_at": "20' "$dir/$id/$id.json"
done
for _ in {1..100}; do
    [ "$(children)" != 0 ] || break
    sleep 0.1
done
same 'no program outlives its parent' "$(children)" 0
run backup --quiet
same 'the next run' "$code" 0
same 'cleared up what they left' "$(find "$dir" -maxdepth 1 -name '*.tmp')" ''
check 'the first is there still' test -d "$dir/$first"
tap_done
