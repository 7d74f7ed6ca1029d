#!/bin/bash
# 'backup drill': what it finds, what it could not find out, and that nothing is left of it.
. "$(dirname "$0")/../lib/scratch.sh"
unset "${!BRIDGEJOB_@}"

# PostgreSQL does not run as root: the drill is run by the user that pg.sh uses, who gets at the program and the backups.
chmod 755 "$work"
cp "$BRIDGEJOB" "$work/bridgejob"
dir=$work/backups
mkdir -m 700 "$dir" "$work/drill"
user=$(id -un)
as_user=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    as_user=(setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups)
    chown "$user" "$dir" "$work/drill"
fi
backup() { (cd / && "${as_user[@]}" "$work/bridgejob" backup "$@" --backup-dir "$dir"); }
drill() {
    (cd / && "${as_user[@]}" "$work/bridgejob" backup drill --backup-dir "$dir" "$@") >"$work/out" 2>"$work/err" </dev/null
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
create() { backup create --quiet "$@" && id=$(backup list --format csv | sed -n '2s/,.*//p'); }
verified() { psql -XAtq -v id="$1" -v j="$(backup list --format json)" <<<"SELECT b ->> 'verified' FROM jsonb_array_elements(:'j') AS b WHERE b ->> 'id' = :'id'"; }
left() { find "$dir" "$work/drill" -maxdepth 1 -name 'drill.*' | wc -l; pgrep -u "$user" -f "postgres -D $work" | wc -l; }

"$BRIDGEJOB" migrate up --quiet
sql "INSERT INTO metadata_stamps (file_hash, stamp_data, namespace, created_at) SELECT md5(g::text), '{}', 'ns', '2026-01-01'::timestamptz + g * interval '10 min' FROM generate_series(1, 300) AS g;
     CREATE ROLE drill_owner;
     CREATE TABLE \"hos\"\"tile %s :x ?\$1; t\" (a int PRIMARY KEY, b int REFERENCES \"hos\"\"tile %s :x ?\$1; t\", CHECK (a > 0));
     INSERT INTO \"hos\"\"tile %s :x ?\$1; t\" SELECT g, 1 FROM generate_series(1, 100) AS g;
     ALTER TABLE \"hos\"\"tile %s :x ?\$1; t\" OWNER TO drill_owner;
     CREATE TABLE parts (a int PRIMARY KEY) PARTITION BY RANGE (a);
     CREATE TABLE parts1 PARTITION OF parts FOR VALUES FROM (1) TO (10);
     CREATE TABLE parts2 PARTITION OF parts FOR VALUES FROM (10) TO (20);
     INSERT INTO parts VALUES (1), (11);
     CREATE TABLE leads (a int REFERENCES parts) PARTITION BY LIST (a);
     CREATE TABLE leads1 PARTITION OF leads DEFAULT;
     INSERT INTO leads VALUES (1), (11);
     ALTER TABLE leads1 ENABLE ROW LEVEL SECURITY;
     CREATE POLICY drill_policy ON leads1 TO drill_owner USING (true);
     CREATE FUNCTION no_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION \$\$no DDL here\$\$; END';
     CREATE EVENT TRIGGER no_ddl ON ddl_command_end EXECUTE FUNCTION no_ddl();
     ALTER EVENT TRIGGER no_ddl DISABLE"
event_trigger() { sql "SET session_replication_role TO replica; ALTER EVENT TRIGGER no_ddl $1"; }
trap 'psql -Xqc "DROP OWNED BY drill_owner" -c "DROP ROLE drill_owner"; scratch_end' EXIT
"$BRIDGEJOB" rollup --quiet --window 1h
"$BRIDGEJOB" rollup --quiet --window 1d --type time_window --tz Europe/Berlin

if [ "$(id -u)" = 0 ]; then
    run backup drill --backup-dir "$dir"
    has 'root is sent to another user' "$code $err" 'hint: run it as the user who owns the databases: runuser -u postgres'
    same 'with code 77' "$code" 77
fi
drill
has 'no backup' "$code $err" "66 bridgejob backup drill: error: there is no verified backup in '$dir'"
event_trigger ENABLE
create
event_trigger DISABLE
good=$id
drill --dry-run
has 'a dry run' "$code $out" "0 backup '$good' (logical"

# --- good ---------------------------------------------------------------------------------------------------------------
BRIDGEJOB_PING=http://localhost:1/ BRIDGEJOB_REPAIR=yes drill --format json --work-dir "$work/drill"
same 'the newest comes back' "$code $(json id) $(json kind) $(json result) $(json problems)" "0 $good logical good []"
same 'with all its rows' "$(json rows_checked)" "$(psql -XAtq -v j="$(cat "$dir/$good/$good.json")" <<<"SELECT sum((t ->> 'rows')::int) FILTER (WHERE (t ->> 'rows')::int > 0) FROM jsonb_array_elements(:'j'::jsonb -> 'tables') AS t")"
same 'constraints and rollups are checked' "$(json rollups_checked) $([ "$(json constraints_checked)" -ge 2 ] && echo yes) $([ "$(json relations_checked)" -ge 50 ] || [ "$(json amcheck)" = false ] && echo yes)" '2 yes yes'
same 'RTO and RPO are measured' "$(psql -XAtq -v j="$out" <<<"SELECT (:'j'::jsonb ->> 'rto_s')::float8 BETWEEN 0.1 AND 120 AND (:'j'::jsonb ->> 'rpo_s')::float8 BETWEEN 0.1 AND 120")" t
has 'the manifest has it' "$(cat "$dir/$good/$good.json")" '"drilled_at": "2'
same 'and stays whole' "$(backup verify "$good" --quiet; echo $?)" 0
same 'the history, too' "$(sql "SELECT exit_code || (tally ->> 'result') FROM job_runs WHERE job = 'backup drill' ORDER BY run_id DESC LIMIT 1")" 0good
same 'nothing is left' "$(left | xargs)" '0 0'

# A window that is not what its stamps say, for the end.
sql "UPDATE bridge_states SET total_items_aggregated = 7 WHERE bridge_id = (SELECT bridge_id FROM bridge_states LIMIT 1)"
create --dump-format plain
differs=$id

# --- bad ----------------------------------------------------------------------------------------------------------------
sql "SET session_replication_role TO replica; INSERT INTO \"hos\"\"tile %s :x ?\$1; t\" VALUES (1000, 999)"
create
drill "$id"
has 'a dump that cannot be loaded is bad' "$code $err" 'violates foreign key constraint'
same 'with code 65' "$code" 65
has 'and said to be' "$err" "error: backup '$id' is bad: it does not come back"
same 'it is not verified any more' "$(verified "$id")" false
same 'nothing is left of it' "$(left | xargs)" '0 0'
cp -r "$dir/$good" "$work/kept"
printf x | dd of="$dir/$good/$good.dump" bs=1 seek=5000 conv=notrunc 2>/dev/null
drill "$good" --format json
same 'a damaged one is bad' "$code $(json result) $(json rto_s)" '65 bad '
rm -rf "${dir:?}/$good"
cp -rp "$work/kept" "$dir/$good" && [ ${#as_user[@]} = 0 ] || chown -R "$user" "$dir/$good"
mkdir "$work/bin"
for program in initdb postgres psql pg_ctl; do ln -s "$(command -v $program)" "$work/bin/$program"; done
drill "$good" --bindir "$work/bin"
has 'without pg_restore it could not run' "$code $err" "78 "
has 'which says nothing about the backup' "$err" "error: the drill could not run, which says nothing about backup '$good'"
same 'it stays verified' "$(verified "$good")" true

# --- stopped and killed -------------------------------------------------------------------------------------------------
for signal in TERM KILL; do
    (cd / && exec "${as_user[@]}" "$work/bridgejob" backup drill --quiet --backup-dir "$dir") 2>/dev/null &
    for _ in $(seq 100); do pgrep -u "$user" -f "postgres -D $dir" >/dev/null && break; sleep 0.1; done
    kill -$signal $!
    wait $! 2>/dev/null
    code=$?
    [ $signal = KILL ] || same 'stopped' "$code $(left | xargs)" '143 0 0'
done
for _ in $(seq 100); do pgrep -u "$user" -f "postgres -D $dir" >/dev/null || break; sleep 0.1; done
same 'killed, its server ends' "$(pgrep -u "$user" -f "postgres -D $dir" | wc -l)" 0

# --- what it holds is wrong ---------------------------------------------------------------------------------------------
drill
has 'what the killed one left is removed' "$err" 'left by a drill that was killed, is removed'
has 'the newest that is verified is drilled, and the newer one named' "$err" "warning: backup '$id' is newer and not verified: drilling '$differs'"
has 'a rollup that differs is a finding' "$code $err" 'error: rollup --window 1h'
has 'which is named' "$err" "warning: backup '$differs' comes back, and what it holds is not as it should be"
same 'and not the fault of the backup' "$code $(verified "$differs") $(left | xargs)" '3 true 0 0'
tap_done
