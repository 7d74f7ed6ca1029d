#!/bin/sh
# status: for each finding the fault is made, and the finding named; without any the exit code is 0.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/backups.sh"

bin=$(dirname "$0")/../..
cd "$bin" || exit 70
bin=$PWD
cd "$work" || exit 70

status() { # OPTION…: what is found, as 'finding,subject' lines
    run status --format csv "$@"
    found=$(echo "$out" | tail -n +2 | cut -d, -f1,2)
}
json() { sql "SELECT \$j\$$out\$j\$::json #>> '$1'"; }

status
same 'before the schema: pending' "$found" 'pending_migration,schema'
same 'before the schema: exit code' "$code" 3
run migrate up --quiet
status
same 'all is well: nothing is found' "$found" ''
same 'all is well: exit code' "$code" 0
run status --quiet
same 'all is well, quiet: nothing' "$code$out$err" 0
run status --format json
same 'JSON: keys' "$(sql "SELECT string_agg(k, ' ') FROM json_object_keys(\$j\$$out\$j\$::json) AS k")" \
    'jobs migrations rollup rejects backups nodes findings'
same 'JSON: keys of a job' "$(sql "SELECT string_agg(k, ' ') FROM json_object_keys(\$j\$$out\$j\$::json #> '{jobs,0}') AS k")" \
    'job last_start last_end last_exit next_due missed last_duration_s state'
same 'JSON: a job' "$(json '{jobs,0,job}') $(json '{jobs,0,last_exit}') $(json '{jobs,0,state}')" 'migrate up 0 done'
same 'JSON: migrations' "$(json '{migrations,pending}') $(json '{migrations,drifted}')" '0 0'
same 'JSON: no backups' "$(json '{backups,state}')" none

# Due and missed
cat >crontab <<'CRON'
# m h dom mon dow command
SHELL=/bin/sh
CRON_TZ = "Europe/Berlin"
* * * * * /usr/local/bin/bridgejob ingest --quiet /var/spool/bridgejob
@yearly nice bridgejob prune nodes
*/5 * * * * bridgejob status --quiet
@reboot bridgejob rollup
not a line
CRON
touch -d '1 hour ago' crontab
sql "INSERT INTO job_runs (job, started_at, ended_at, exit_code)
     VALUES ('ingest', now() - interval '1 minute', now() - interval '55 s', 0)"
status --cron crontab
same 'due: nothing is found' "$found" ''
has 'due: a bad line' "$err" "warning: 'crontab': line 8 is no line of a crontab"
run status --cron crontab --format json
same 'due: the next minute' "$(sql "SELECT ('$(json '{jobs,0,next_due}')'::timestamptz - now()) BETWEEN '-5 s' AND '60 s'")" t
same 'due: by the zone of the file' "$(sql "SELECT to_char(timestamptz '$(sql "SELECT j ->> 'next_due'
    FROM json_array_elements(\$j\$$out\$j\$::json -> 'jobs') AS j WHERE j ->> 'job' = 'prune nodes'")' AT TIME ZONE 'Europe/Berlin',
    'MM-DD HH24:MI')")" '01-01 00:00'
same 'due: jobs without history, and at the boot' "$(sql "SELECT string_agg(concat_ws(' ', j ->> 'job', coalesce(j ->> 'missed', '-'),
    CASE WHEN j ->> 'next_due' IS NULL THEN '-' ELSE 'due' END, j ->> 'state'), ', ')
    FROM json_array_elements(\$j\$$out\$j\$::json -> 'jobs') AS j WHERE j ->> 'job' IN ('status', 'rollup')")" \
    'status - due keeps no history, rollup 0 - never ran'
sql "UPDATE job_runs SET started_at = now() - interval '10 min', ended_at = now() - interval '9 min' WHERE job = 'ingest'"
status --cron crontab
same 'missed: found' "$found" 'missed_run,ingest'
same 'missed: exit code' "$code" 3
check 'missed: how many' sh -c "echo '$out' | grep -q -E 'ingest,\"(7|8|9) runs missed, last due 20'"
status --cron crontab --grace 1h
same 'missed: not within the grace' "$found" ''
touch crontab
status --cron crontab
same 'missed: not what another crontab said' "$found" ''
touch -d '1 hour ago' crontab
sql "DELETE FROM job_runs WHERE job = 'ingest'"
status --cron crontab
same 'missed: a job that never ran' "$found" 'missed_run,ingest'
has 'missed: and says so' "$out" 'last run never'
run status --cron nowhere
same 'no crontab: exit code' "$code" 66
has 'no crontab: what to type' "$err" 'hint: name the crontab that runs the jobs'

# What a crontab may say of a job
cat >crontab <<'CRON'
*/5 * * * * bridgejob /usr/local/bin/bridgejob ingest --quiet /var/spool/bridgejob
*/5 * * * * cd /var/lib/bridgejob && bridgejob rollup --quiet --window 1h >/dev/null
*/5 * * * * bridgejob prune nodes --ping https://hc-ping.com/secret
17 4 * * * bridgejob ingset 'a"b'
CRON
touch -d '1 hour ago' crontab
status --cron crontab
same 'crontab: a user and a directory of our name, a job that is none' "$(echo "$found" | paste -sd' ')" \
    'missed_run,ingest missed_run,rollup missed_run,prune nodes unknown_job,ingset'
has 'crontab: its own command is what to type' "$out" \
    'what it should",/usr/local/bin/bridgejob ingest --quiet /var/spool/bridgejob'
has 'crontab: without what directs its output' "$(echo "$out" | grep rollup)x" ',bridgejob rollup --quiet --window 1hx'
same 'crontab: no secret' "$(echo "$out" | grep -c secret)" 0
has 'crontab: which line' "$out" "line 4 of the crontab has it, and there is no such job: bridgejob ingset 'a\"\"b'"
sql "INSERT INTO job_runs (job, started_at, ended_at, exit_code)
     SELECT job, to_timestamp(trunc(extract(epoch FROM now()) / 300) * 300) - interval '1 s', now(), 0
       FROM unnest(ARRAY['ingest', 'rollup', 'prune nodes']) AS job"
sed -i 4d crontab
touch -d '1 hour ago' crontab
status --cron crontab --grace 0s
same 'crontab: a run that began just before its time, by the clock of the server' "$found" ''
sql "DELETE FROM job_runs WHERE job IN ('ingest', 'rollup', 'prune nodes')"
cp "$bin/cron/bridgejob.cron" installed
run status --format json --cron installed
same 'crontab: all jobs of the one that is installed are there, and seen but for the watchdog itself' \
    "$(sql "SELECT string_agg(j ->> 'job', ' ') FROM json_array_elements(\$j\$$out\$j\$::json -> 'jobs') AS j
             WHERE j ->> 'state' NOT IN ('never ran', 'done')") $(json '{findings}')" 'status []'
status -d "$PGDATABASE" --rejects nowhere
same 'without a crontab that is said' "$err" "bridgejob status: missed runs are not looked for: '--cron FILE' names the crontab"

# Runs that failed or died
sql "INSERT INTO job_runs (job, started_at, ended_at, exit_code, message)
     VALUES ('ingest', now(), now(), 74, E'disk \"full\" %s')"
status
same 'failed: found' "$found" 'failed_run,ingest'
has 'failed: why' "$out" 'ended with exit code 74: disk ""full""'
has 'failed: what to type' "$out" ',bridgejob ingest FILE'
sql "INSERT INTO job_runs (job, started_at, ended_at, exit_code, message) VALUES ('rollup', now(), now(), 74, 'x')"
status -d "$PGDATABASE"
has 'failed: a rollup has a window, and every command its database' "$out" ",bridgejob rollup --window 1h -d $PGDATABASE"
sql "DELETE FROM job_runs WHERE job = 'rollup'"
sql "UPDATE job_runs SET exit_code = 3 WHERE job = 'ingest'"
status
same 'failed: refused lines are no failure' "$found" ''
run=$(sql "INSERT INTO job_runs (job) VALUES ('ingest') RETURNING run_id")
status
same 'died: found' "$found" 'died_run,ingest'
same 'died: exit code' "$code" 3
PGAPPNAME="bridgejob/ingest#$run" psql -X -q -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
check 'it is there' await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'bridgejob/ingest#$run')"
status
same 'died: not while its session is there' "$found" ''
sql "INSERT INTO job_runs (job, started_at, ended_at, exit_code, message) VALUES ('ingest', now(), now(), 75, 'locked')"
status --format json
same 'running: what found the job locked meanwhile is no failure' "$(json '{findings}') $(json '{jobs,0,state}')" '[] running'
sql "UPDATE job_runs SET started_at = now() - interval '13 hours' WHERE run_id = $run"
status
same 'running: for too long' "$found" 'long_run,ingest'
sql "UPDATE job_runs SET started_at = now() WHERE run_id = $run"
psql -X -q -d postgres -c "CREATE DATABASE \"${PGDATABASE}_2\""
sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bridgejob/ingest#$run'" >/dev/null
wait
PGAPPNAME="bridgejob/ingest#$run" psql -X -q -d "${PGDATABASE}_2" -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
check 'it is there' await "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'bridgejob/ingest#$run')"
sql "DELETE FROM job_runs WHERE job = 'ingest' AND exit_code = 75"
status
same 'died: a run of another database bears the same name' "$found" 'died_run,ingest'
psql -X -q -d postgres -c "DROP DATABASE \"${PGDATABASE}_2\" WITH (FORCE)"
wait
sql "UPDATE job_runs SET ended_at = now(), exit_code = 0 WHERE run_id = $run"
sql "INSERT INTO job_runs (job, started_at, ended_at, exit_code)
     VALUES ('ingest', now() - interval '1 min', now() - interval '59 s', 75)"
status
same 'failed: not when a run that began before has ended behind it' "$found" ''
sql "DELETE FROM job_runs WHERE job = 'ingest'"

# Schema
sql 'DROP INDEX idx_workflow_steps_status'
status
same 'schema: drifted' "$found" 'schema_drift,schema'
sql 'CREATE INDEX idx_workflow_steps_status ON workflow_steps (status)'
kept=$(sql "SELECT checksum FROM schema_migrations WHERE version = '003'")
sql "UPDATE schema_migrations SET checksum = 'x' WHERE version = '003'"
status
same 'schema: changed' "$found" 'changed_migration,schema'
sql "UPDATE schema_migrations SET checksum = '$kept' WHERE version = '003'"
sql "INSERT INTO schema_migrations (version, name, checksum, applied_at, applied_by, execution_ms, description, catalog_fingerprint)
     VALUES ('900', '900_create_gone.sql', 'x', '2020-01-01', 'x', 1, 'x', 'x')"
status
has 'schema: missing' "$found" 'missing_migration,schema'
sql "DELETE FROM schema_migrations WHERE version = '900'"
status
same 'schema: as before' "$found" ''

# Refused lines
head -n 5 "$bin/samples/bad.ndjson" >bad.ndjson
run ingest --quiet bad.ndjson
status
same 'rejects: found' "$found" 'rejects_waiting,./rejects'
same 'rejects: exit code' "$code" 3
has 'rejects: what to type' "$out" 'bridgejob ingest --retry-rejects ./rejects/bad.ndjson.'
status --rejects elsewhere
same 'rejects: another directory' "$found" ''
run ingest --quiet --retry-rejects rejects/bad.ndjson.*.rej --rejects elsewhere
status
same 'rejects: loaded again' "$found" ''
status --rejects elsewhere
same 'rejects: refused again' "$found" 'rejects_waiting,elsewhere'

# Rollups
run ingest --quiet --rejects elsewhere "$bin/samples/bridge.ndjson.gz"
status
same 'rollup: nothing is found at first' "$found" ''
sql "UPDATE ingest_files SET started_at = now() - interval '3 hours' WHERE name LIKE '%bridge%'"
status
same 'rollup: never' "$found" 'rollup_behind,rollup'
run rollup --window 1h --quiet
status
same 'rollup: done' "$found" ''
sql "INSERT INTO rollup_changes (namespace, bucket) VALUES ('x', now())"
status
same 'rollup: changes may wait a while' "$found" ''
sql "UPDATE rollup_progress SET last_run_at = now() - interval '3 hours'"
status
same 'rollup: behind' "$found" 'rollup_behind,1h'
has 'rollup: what to type' "$out" 'bridgejob rollup --window 1h --type'
sql "UPDATE rollup_progress SET namespace = 'it''s', time_zone = 'UTC'"
sql "INSERT INTO rollup_changes (namespace, bucket) VALUES ('it''s', now())"
status
has 'rollup: of one namespace' "$out" "--tz UTC --namespace 'it'\\''s'"
sql "UPDATE rollup_progress SET namespace = ''; DELETE FROM rollup_changes WHERE namespace = 'it''s'"
run rollup --window 1h --quiet
stamp=$(sql 'SELECT id FROM metadata_stamps LIMIT 1')
sql "UPDATE metadata_stamps SET created_at = date_trunc('hour', now()) - interval '3 hours' WHERE id = '$stamp'"
status
same 'rollup: a window that is taken for done' "$found" 'unrolled_windows,1h'
same 'rollup: exit code' "$code" 3
run rollup --window 1h --quiet --repair
status
same 'rollup: mended' "$found" ''

# Backups
backups=backups
database=$PGDATABASE
mkdir backups
status
same 'backups: none, and none was ever made' "$found" ''
put_backup '2 days ago'
status
same 'backups: old' "$found" 'old_backup,./backups'
status --backup-age 3d
same 'backups: not that old' "$found" ''
database=other
put_backup '1 hour ago'
database=$PGDATABASE
status
same 'backups: not one of another database' "$found" 'old_backup,./backups'
put_backup '1 hour ago'
status
same 'backups: a fresh one' "$found" ''
mv "backups/$id/$id.sql.gz" gone
status
same 'backups: its data is gone' "$found" "damaged_backup,$id
old_backup,./backups"
mv gone "backups/$id/$id.sql.gz"
fresh=$id
mv "backups/$fresh" fresh
put_backup '2 days'
status
same 'backups: one from the future hides nothing' "$found" "future_backup,$id
old_backup,./backups"
rm -r "backups/$id"
mv fresh "backups/$fresh"
verified_at=
put_backup '1 minute ago'
unset verified_at
status --backup-age 30m
same 'backups: what is not verified does not count' "$found" "unverified_backup,$id
old_backup,./backups"
sed -i 's/"fault": null/"fault": "it is cut %s"/; s/"drilled_at": null/"drilled_at": "2020-01-01T00:00:00Z"/; $d' "backups/$id/$id.json"
sed -i '$d' "backups/$id/$id.json"
seal_manifest "backups/$id/$id.json"
status
same 'backups: damaged, and the drill is long ago' "$found" "damaged_backup,$id
old_drill,$id"
has 'backups: what is wrong with it' "$out" 'it is cut %s'
run status --format json
same 'backups: JSON' "$(json '{backups,state}') $(json '{backups,backups}') $(json '{backups,verified}') $(json '{backups,damaged}') $(json '{backups,drilled}') $(json '{backups,drill_s}')" \
    'fresh 3 2 1 2020-01-01T00:00:00Z 0.0'
status --drill-age 3650d
same 'backups: a drill may be long ago' "$found" "damaged_backup,$id"
rm -r backups/"$database"_*
status
same 'backups: gone, and none was ever made' "$found" ''
sql "INSERT INTO job_runs (job, started_at, ended_at, exit_code) VALUES ('backup create', now(), now(), 0)"
status
same 'backups: they were made, and are gone' "$found" 'no_backup,./backups'
sql "DELETE FROM job_runs WHERE job = 'backup create'"

# Nodes
sql "INSERT INTO node_registrations (node_id, node_type, node_version, health_status, last_heartbeat, registered_at)
     VALUES ('old', 'worker', '1', 'HEALTHY', now() - interval '6 min', now())"
status
same 'nodes: stale' "$found" 'stale_node,old'
same 'nodes: exit code' "$code" 3
status --stale-after 1h
same 'nodes: a longer patience' "$found" ''

NO_COLOR=1 run status --cron crontab --grace 1d
same 'a screen' "$(echo "$out" | wc -l | awk '{ print $1 < 50 }')" 1
tap_done
