#!/bin/bash
# cron/bridgejob.cron run by a crond, with every job due every minute: it loads what lies in the spool directory, says
# nothing when all is well, and speaks when a line is refused. Takes two minutes; needs root, as a crond does.
. tests/lib/tap.sh

if [ "$(id -u)" != 0 ] || ! busybox --list 2>/dev/null | grep -qx crond; then
    echo 'ok - skip: no root, or no busybox with a crond'
    exit 0
fi
work=$(mktemp -d)
crond=
end() {
    [ -z "$crond" ] || kill "$crond" 2>/dev/null
    rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM
sql() { psql -X -A -t -q -c "$1"; }

# await SECONDS SQL: until the query says t.
await() {
    for _ in $(seq "$1"); do
        [ "$(sql "$2")" = t ] && return 0
        sleep 1
    done
    return 1
}

# The file as it is installed, with its directories and its times replaced; what cron would mail is kept.
mkdir -p "$work/bin" "$work/spool" "$work/tabs"
ln -s "$BRIDGEJOB" "$work/bin/bridgejob"
sed -E "/^#/d; s|^([^ ]+ +){5}|* * * * * |; s|/usr/local/bin/|$work/bin/|; s|/var/spool/bridgejob|$work/spool|
    s|/etc/bridgejob.cron|$work/tabs/root|
    s|\$| >>$work/mail 2>\&1|" cron/bridgejob.cron >"$work/tabs/root"
cat >"$work/bridgejob.conf" <<CONF
[common]
dbname = host=$PGHOST port=$PGPORT user=$PGUSER dbname=$PGDATABASE
metrics-file = $work/metrics
[ingest]
rejects = $work/rejects
CONF
mkdir "$work/metrics"
"$BRIDGEJOB" migrate up --quiet || exit 1
check 'there are jobs' test -s "$work/tabs/root"

gzip -c samples/names.ndjson >"$work/spool/names.ndjson.gz"
# An environment as bare as cron's.
env -i PATH=/usr/bin:/bin BRIDGEJOB_CONFIG="$work/bridgejob.conf" \
    busybox crond -f -l 0 -L "$work/crond.log" -c "$work/tabs" &
crond=$!
check 'the first run: the file is loaded' await 90 \
    "SELECT EXISTS (SELECT FROM job_runs WHERE job = 'ingest' AND exit_code = 0 AND (tally ->> 'inserted')::int = 35)"
# The samples are old: prune and status have something to say of them, and vacuum when it is not its hour.
same 'the first run: ingest has nothing to mail' "$(grep '^bridgejob ingest' "$work/mail")" ''
same 'the first run: metrics' "$(sed -n 's/^bridgejob_last_exit_code{job="ingest"} //p' "$work/metrics/bridgejob-ingest.prom")" 0

cp samples/bad.ndjson "$work/spool/"
check 'the next run: refused lines' await 90 \
    "SELECT EXISTS (SELECT FROM job_runs WHERE job = 'ingest' AND exit_code = 3 AND (tally ->> 'rejected')::int = 39
                                           AND (tally ->> 'files_skipped')::int = 1)"
same 'the next run: they are mailed' "$(grep '^bridgejob ingest' "$work/mail" | sort -u)" \
    "bridgejob ingest: warning: '$work/spool/bad.ndjson': 39 of 41 lines refused"
same 'the next run: the metrics say so' "$(sed -n 's/^bridgejob_last_exit_code{job="ingest"} //p' "$work/metrics/bridgejob-ingest.prom")" 3
check 'every job of the file ran' await 90 \
    "SELECT count(DISTINCT job) = 5 FROM job_runs WHERE job IN ('ingest', 'rollup', 'prune nodes', 'prune events', 'vacuum')"
# All at once: backups are looked for before there is one, and read while they are removed.
same 'none of them failed' "$(grep 'error: ' "$work/mail" | grep -v -e 'there is no backup' -e 'is gone, or is being')" ''
kill "$crond"
wait "$crond" 2>/dev/null
crond=
check 'every run is closed' await 30 'SELECT count(*) = 0 FROM job_runs WHERE ended_at IS NULL'
same 'the watchdog knows every job' "$(grep -E 'unknown_job|is no line of a crontab' "$work/mail")" ''
tap_done
