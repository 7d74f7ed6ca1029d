#!/bin/bash
# The profile mbflow: what a line does to events, executions and node_executions, what is refused, what is missing; and
# that neither order nor batches nor repeats matter.
# Ids are written short: @c7 is c0000000-0000-4000-8000-000000000007.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
home=$PGDATABASE
export PGOPTIONS='-c client_min_messages=warning'

long() { perl -pe 's/\@([a-f])(\d+)/sprintf "%s0000000-0000-4000-8000-%012d", $1, $2/ge'; }
short() { perl -pe 's/([a-f])0000000-0000-4000-8000-0*(\d+)/\@$1$2/g'; }
sql() { long <<<"$1" | psql -XAtq 2>&1 | short; }
is() { same "$1" "$(sql "$3")" "$2"; } # WHAT WANTED QUERY

# ingest EXIT MESSAGES [OPTION…] <LINES
ingest() {
    local wanted=$1 messages=$2
    shift 2
    long >"$work/lines"
    "$BRIDGEJOB" ingest --profile mbflow --quiet --rejects "$work/rejects" "$@" - <"$work/lines" 2>"$work/errors"
    same "exit code${*:+ with $*}" "$? $(short <"$work/errors")" "$wanted $messages"
}
e() { # EXECUTION SEQUENCE TYPE [PAYLOAD]: an event at 12:00 and SEQUENCE seconds
    printf '{"id":"@e%d%03d","execution_id":"@c%d","event_type":"%s","sequence":%d,"payload":%s,"created_at":"2025-10-15T12:00:%02dZ"}\n' \
        "$1" "$2" "$1" "$3" "$2" "${4:-{\}}" "$2"
}

# --- the tables ------------------------------------------------------------------------------------------------
"$BRIDGEJOB" migrate up --quiet
e 1 1 execution.started | ingest 78 'bridgejob ingest: error: the tables of the profile mbflow are not there: 2 migrations are pending
bridgejob ingest: hint: bridgejob migrate up --set mbflow'
same "the tables are made" "$("$BRIDGEJOB" migrate up --quiet --set mbflow 2>&1)$?" 0
same "neither set misses the other's files" \
    "$("$BRIDGEJOB" migrate status --format csv 2>&1 | grep -c ,missing,) $("$BRIDGEJOB" migrate status --set mbflow --format csv 2>&1 |
        grep -c ,missing,)" "0 0"
same "the same from its directory" "$("$BRIDGEJOB" migrate status --dir migrations/mbflow --format csv 2>&1 | wc -l)" 3

last() { "$BRIDGEJOB" migrate down --dry-run --format csv "$@" | tail -n 1 | cut -d, -f3; }
same "each set is taken back by itself" "$(last --set mbflow) $(last | grep -c _rollback_)" "002_create_sequence_gaps.down.sql 1"
psql -XAtqc "UPDATE schema_migrations SET name = '002_once_was.up.sql' WHERE name LIKE '002_create_sequence%'"
has "a file that neither set has is missing" "$("$BRIDGEJOB" migrate status 2>&1)" "1 missing on disk"
psql -XAtqc "UPDATE schema_migrations SET name = '002_create_sequence_gaps.up.sql' WHERE name LIKE '002_once%'"

# --- one execution -------------------------------------------------------------------------------------------------
{
    e 1 1 execution.started '{"input":{"file":"a"},"workflow_id":"@a1"}'
    e 1 2 wave.started '{"wave_index":0,"node_count":2}'
    e 1 3 node.started '{"node_id":"@b1","input":{"n":1}}'
    e 1 4 NODE-STARTED '{"node_id":"@b2"}'
    e 1 5 node.completed '{"node_id":"@b1","output":{"n":2}}'
    e 1 6 node.failed '{"node_id":"@b2","error":"no beans"}'
    e 1 7 node_retrying '{"node_id":"@b2","retry_count":1}'
    e 1 8 node_started '{"node_id":"@b2"}'
    e 1 9 node_completed '{"node_id":"@b2","output_data":[1]}'
    e 1 10 wave_completed '{"wave":0}'
    e 1 11 wave.started '{"wave":1}'
    e 1 12 node.skipped '{"node_id":"@b3"}'
    e 1 13 node.started '{"node_id":"@b4","wave":7}'
    e 1 14 node.failed '{"node_id":"@b4","error":{"code":5,"message":"no coffee"}}'
    e 1 15 variable.set '{"name":"x"}'
    e 1 16 execution.failed '{"error":"no coffee","output":{"done":1}}'
} | ingest 0 ''
is "events are stored under their names" 'workflow_started wave_started node_started node_started node_completed node_failed node_retrying node_started node_completed wave_completed wave_started node_skipped node_started node_failed variable.set workflow_failed' \
    "SELECT string_agg(event_type, ' ' ORDER BY sequence) FROM events WHERE execution_id = '@c1'"
is "an event, whole" '@e1001|@c1|workflow_started|1|{"input": {"file": "a"}, "workflow_id": "@a1"}|2025-10-15 12:00:01+00' \
    "SELECT * FROM events WHERE id = '@e1001'"
is "the execution" '@c1||failed|{"file": "a"}|{"done": 1}|no coffee|2025-10-15 12:00:01+00|2025-10-15 12:00:16+00|2025-10-15 12:00:01+00|2025-10-15 12:00:16+00' \
    "SELECT * FROM executions"
is "its nodes" '@b1|completed|0|0|{"n": 1}|{"n": 2}||12:00:03|12:00:05|12:00:03|12:00:05
@b2|completed|0|1||[1]||12:00:04|12:00:09|12:00:04|12:00:09
@b3|skipped|1|0|||||12:00:12|12:00:12|12:00:12
@b4|failed|7|0|||no coffee|12:00:13|12:00:14|12:00:13|12:00:14' \
    "SELECT node_id, status, wave, retry_count, input_data, output_data, error, started_at::time, completed_at::time,
            created_at::time, updated_at::time FROM node_executions ORDER BY node_id"
is "nothing goes to the other tables" '0 0' "SELECT (SELECT count(*) FROM event_logs) || ' ' || (SELECT count(*) FROM workflow_executions)"

# --- rules ---------------------------------------------------------------------------------------------------------
e 2 1 node.started '{"node_id":"@b1"}' | ingest 0 ''
is "an execution whose start did not come yet" '@c2|pending||' "SELECT id, status, started_at, completed_at FROM executions WHERE id = '@c2'"
e 2 3 execution.completed | ingest 3 "bridgejob ingest: warning: execution '@c2' lacks 1 event: 2
bridgejob ingest: hint: load what is missing; the list: psql -c 'SELECT * FROM sequence_gaps'"
e 2 2 execution.started | ingest 0 ''
is "a late start does not reopen it" '@c2|completed|12:00:02|12:00:03' \
    "SELECT id, status, started_at::time, completed_at::time FROM executions WHERE id = '@c2'"
is "the gap is closed" 0 "SELECT count(*) FROM sequence_gaps"
{ e 3 1 workflow.started; e 3 2 workflow.paused; } | ingest 0 ''
is "paused" paused "SELECT status FROM executions WHERE id = '@c3'"
{ e 3 3 workflow.resumed; e 3 4 node.failed '{"node_id":"@b1","error":"x"}'; e 3 5 node.retrying '{"node_id":"@b1"}'; } | ingest 0 ''
is "resumed; a node is tried again" 'running retrying 1 ' "SELECT e.status || ' ' || n.status || ' ' || retry_count || ' ' ||
    coalesce(n.error, '') FROM executions AS e JOIN node_executions AS n ON n.execution_id = e.id WHERE e.id = '@c3'"
sql "INSERT INTO workflows (id, name) VALUES ('@a1', 'w');
     INSERT INTO executions (id, workflow_id, status, input_data) VALUES ('@c4', '@a1', 'paused', '{\"by\": \"app\"}')"
e 4 1 wave.started | ingest 0 ''
is "what another program wrote stays where no event says more" '@a1|paused|{"by": "app"}' \
    "SELECT workflow_id, status, input_data FROM executions WHERE id = '@c4'"
e 5 0 execution.started '{"workflow_id":"@a1"}' | ingest 0 ''
is "a workflow that is there is named; numbers may begin at 0" '@a1|0' \
    "SELECT workflow_id, (SELECT count(*) FROM sequence_gaps) FROM executions WHERE id = '@c5'"

# --- payload -------------------------------------------------------------------------------------------------------
ingest 0 '' <<'END'
{"id":"@e1","execution_id":"@c6","event_type":"x","sequence":1,"created_at":"2025-10-15T12:00:00Z","who":"me","n":1.50}
{"id":"@e2","execution_id":"@c6","event_type":"x","sequence":2,"created_at":"2025-10-15T12:00:00Z","payload":[1],"who":"me"}
{"id":"@e3","execution_id":"@c6","event_type":"x","sequence":3,"created_at":"2025-10-15T12:00:00Z","payload":{},"who":"me"}
{"id":"@e4","execution_id":"@c6","event_type":"x","sequence":4,"created_at":"2025-10-15T12:00:00Z","payload":null}
{"execution_id":"@c6","event_type":"x","sequence":5,"created_at":1760529600}
END
is "payloads" '{"n": 1.50, "who": "me"}
{"payload": [1], "envelope": {"who": "me"}}
{"envelope": {"who": "me"}}
null
{}' "SELECT payload FROM events WHERE execution_id = '@c6' ORDER BY sequence"
is "an event without id has its line's" '5 2025-10-15 12:00:00+00' "SELECT substr(id::text, 15, 1) || ' ' || created_at FROM events WHERE execution_id = '@c6' AND sequence = 5"
ingest 0 '' --ids hash <<'END'
{"id":"one","execution_id":"run-7","event_type":"node.started","sequence":1,"payload":{"node_id":"fetch","wave":2},"created_at":"2025-10-15T12:00:00Z"}
{"id":"two","execution_id":"run-7","event_type":"node.completed","sequence":2,"payload":{"node_id":"fetch"},"created_at":"2025-10-15T12:00:01Z"}
END
is "--ids hash" 't|t|completed|2|{"id": "one", "node_id": "fetch", "execution_id": "run-7"}' \
    "SELECT n.node_id = uuid_generate_v5('6ed67feb-72cb-5904-a1fe-9c7d1cd497bf', 'fetch'),
            n.execution_id = uuid_generate_v5('6ed67feb-72cb-5904-a1fe-9c7d1cd497bf', 'run-7'), n.status, n.wave,
            v.payload -> 'original_ids'
       FROM events AS v JOIN node_executions AS n ON n.execution_id = v.execution_id
      WHERE v.id = uuid_generate_v5('6ed67feb-72cb-5904-a1fe-9c7d1cd497bf', 'one')"

# --- refusals ------------------------------------------------------------------------------------------------------
: >"$work/refused"
wanted=
refused() { # REASON LINE
    echo "$2" >>"$work/refused"
    wanted+="$1"$'\n'
}
line() { echo "{\"id\":\"@e9${n:=1}\",\"execution_id\":\"@c9\",\"event_type\":\"x\",\"sequence\":1,\"created_at\":\"2025-10-15T12:00:00Z\"}" | sed "s/$1/$2/"; }
refused invalid_json '{'
refused not_an_object 7
refused missing_event_type "$(line '"event_type":"x",' '')"
refused missing_event_type "$(line '"x"' '""')"
refused invalid_field "$(line '"x"' 1)"
refused value_too_long "$(line '"x"' "\"$(printf 'x%.0s' {1..101})\"")"
refused missing_timestamp "$(line ',"created_at":"[^"]*"' '')"
refused invalid_timestamp "$(line '"2025[^"]*"' '"noon"')"
refused timestamp_out_of_range "$(line 2025 1925)"
refused missing_field "$(line '"execution_id":"@c9",' '')"
refused invalid_uuid "$(line '"@c9"' '"c9"')"
refused invalid_uuid "$(line '"@e9[0-9]*"' '"e9"')"
refused missing_field "$(line '"sequence":1,' '')"
refused invalid_field "$(line ':1,' ':"1",')"
refused invalid_field "$(line ':1,' ':1.5,')"
refused integer_out_of_range "$(line ':1,' ':-1,')"
refused integer_out_of_range "$(line ':1,' ':9223372036854775808,')"
refused missing_field "$(line '"x"' '"node.started"')"
refused invalid_uuid "$(line '"x"' '"node.started","payload":{"node_id":"n"}')"
refused invalid_field "$(line '"x"' '"wave.started","payload":{"wave":"first"}')"
refused integer_out_of_range "$(line '"x"' '"node.retrying","payload":{"node_id":"@b1","retry_count":-1}')"
ingest 3 "bridgejob ingest: warning: '-': 21 of 21 lines refused" <"$work/refused"
same "reasons" "$(sed 's/.*"reason":"\([a-z_]*\)".*/\1/' "$work"/rejects/*.rej.jsonl)" "${wanted%$'\n'}"
is "nothing of them is there" 0 "SELECT count(*) FROM executions WHERE id = '@c9'"
rm -r "$work/rejects"
{ e 9 1 x; line '"sequence":1' '"sequence":2' | sed 's/@e91/@e9001/'; e 9 3 x; } |
    ingest 3 "bridgejob ingest: warning: '-': 1 of 3 lines refused
bridgejob ingest: warning: execution '@c9' lacks 1 event: 2
bridgejob ingest: hint: load what is missing; the list: psql -c 'SELECT * FROM sequence_gaps'"
has "one id in two places: the server's word" "$(cat "$work"/rejects/*.rej.jsonl)" '"reason":"server_refused"'
same "--map is another thing" "$("$BRIDGEJOB" ingest --profile mbflow --map zeek x 2>&1; echo $?)" \
    "bridgejob ingest: error: --map and --profile mbflow exclude each other
64"

# --- one place, two events -----------------------------------------------------------------------------------------
# @e8001 comes at 12:00:01 and @e8101 at 12:00:00 of the same second's place.
one=$(e 8 1 execution.failed '{"error":"late"}')
two=$(e 8 1 node.started '{"node_id":"@b1"}' | sed 's/@e8001/@e8101/; s/12:00:01/12:00:00/')
rows="SELECT (SELECT string_agg(v::text, ' ') FROM events AS v WHERE execution_id = '@c8')
    || (SELECT e::text FROM executions AS e WHERE id = '@c8')
    || coalesce((SELECT string_agg(n::text, ' ') FROM node_executions AS n WHERE execution_id = '@c8'), '')"
both() { sql "DELETE FROM executions WHERE id = '@c8'"; for line; do ingest 0 '' <<<"$line"; done; sql "$rows"; }
both "$one" "$two" >"$work/forward"
both "$two" "$one" >"$work/backward"
both "$one"$'\n'"$two" >"$work/together"
sed -i '/^ok/d' "$work/forward" "$work/backward" "$work/together"
has "the earlier stays" "$(cat "$work/forward")" '@e8101'
same "whichever came first" "$(cat "$work/forward")" "$(cat "$work/backward")"
same "and together" "$(cat "$work/forward")" "$(cat "$work/together")"

# --- gaps ----------------------------------------------------------------------------------------------------------
for i in $(seq 30 41); do e "$i" 1 x; e "$i" 4 x; e "$i" 6 x; done | long >"$work/gaps.ndjson"
out=$("$BRIDGEJOB" ingest --profile mbflow --format json "$work/gaps.ndjson" 2>"$work/errors")
same "gaps: exit code" $? 3
has "gaps: the summary" "$out" '"sequence_gaps":12,'
same "gaps: ten are told, and how many more" "$(grep -c "lacks 3 events: 2-3, 5$" "$work/errors") $(grep -c "2 more executions lack events" "$work/errors")" "10 1"
out=$("$BRIDGEJOB" ingest --profile mbflow "$work/gaps.ndjson" 2>&1)
same "a file that is done is skipped" $? 0
"$BRIDGEJOB" ingest --quiet --rejects "$work/rejects" "$work/gaps.ndjson" 2>/dev/null
is "done as one profile, a file is read as another" 36 "SELECT lines FROM ingest_files ORDER BY file_id DESC LIMIT 1"
out=$("$BRIDGEJOB" ingest --profile mbflow --again --format json "$work/gaps.ndjson" 2>/dev/null)
same "gaps: told again with --again" "$? $(grep -o '"inserted":[0-9]*\|"sequence_gaps":[0-9]*' <<<"$out" | tr '\n' ' ')" '3 "inserted":0 "sequence_gaps":12 '
same "--dry-run" "$(PGDATABASE=none "$BRIDGEJOB" ingest --profile mbflow --dry-run --format json "$work/gaps.ndjson" |
    grep -o '"lines":[0-9]*')" '"lines":36'

# --- neither order nor batches nor repeats matter --------------------------------------------------------------------
digest() {
    psql -XAtq <<'END'
SELECT md5(string_agg(row, E'\n' ORDER BY row COLLATE "C")) FROM (
    SELECT v::text FROM events AS v UNION ALL SELECT e::text FROM executions AS e
    UNION ALL SELECT n::text FROM node_executions AS n
    UNION ALL SELECT execution_id || ' ' || missing FROM sequence_gaps) AS all_rows (row);
END
}
fresh() {
    psql -XAtq -d "$home" -c "DROP DATABASE IF EXISTS $1" -c "CREATE DATABASE $1 TEMPLATE mbflow_template" || exit 1
    export PGDATABASE=$1
}
load() { "$BRIDGEJOB" ingest --profile mbflow --quiet --rejects "$work/rejects" "$@" >>"$work/log" 2>&1; [ $? -le 3 ]; }

psql -XAtq -d "$home" -c "CREATE DATABASE mbflow_template"
PGDATABASE=mbflow_template "$BRIDGEJOB" migrate up --quiet
PGDATABASE=mbflow_template "$BRIDGEJOB" migrate up --quiet --set mbflow
for seed in 1 2 3 4; do
    perl - "$seed" >"$work/soup.ndjson" <<'END'
# Few executions and nodes, few places and times, so that places are often taken twice.
srand($ARGV[0]);
sub one_of { return $_[int rand @_] }
my $n = 0;
for (1 .. 150) {
    my $type = one_of(qw(execution.started workflow_completed execution.failed execution.paused execution.resumed wave.started
        wave_completed node.started node.completed node_failed node.skipped node.retrying variable.set));
    my @says = ('"workflow_id":"a0000000-0000-4000-8000-00000000000' . int(rand 3) . '"') x (rand() < .3);
    push @says, '"node_id":"b0000000-0000-4000-8000-00000000000' . int(rand 4) . '"' if $type =~ /node/;
    push @says, '"' . one_of('wave', 'wave_index') . '":' . int(rand 5) if rand() < .5;
    push @says, '"retry_count":' . int(rand 3) if rand() < .2;
    push @says, '"' . one_of(qw(input output input_data)) . '":' . int(rand 9) if rand() < .5;
    push @says, '"error":' . one_of('"x"', '{"message":"y"}') if $type =~ /failed|retrying/ && rand() < .7;
    printf qq({"id":"e0000000-0000-4000-8000-%012d","execution_id":"c0000000-0000-4000-8000-00000000000%d","event_type":"%s",)
        . qq("sequence":%d,"payload":{%s},"created_at":"2025-10-15T12:00:%02dZ"}\n),
        ++$n, rand 4, $type, rand 40, join(',', @says), rand 6;
}
END
    : >"$work/log"
    fresh mbflow_plain
    psql -XAtq -c "INSERT INTO workflows (id, name) VALUES ('a0000000-0000-4000-8000-000000000001', 'w')"
    check "seed $seed: loaded" load "$work/soup.ndjson"
    wanted=$(digest)
    for options in "--batch-lines 1 --workers 1" "--batch-lines 3 --workers 4" "--batch-lines 1000 --workers 2" "--atomic"; do
        dir=$work/deal
        rm -rf "$dir"; mkdir "$dir"
        mapfile -t files < <(perl tests/lib/deal.pl "$seed${#options}" "$work/soup.ndjson" "$dir")
        fresh mbflow_deal
        psql -XAtq -c "INSERT INTO workflows (id, name) VALUES ('a0000000-0000-4000-8000-000000000001', 'w')"
        # shellcheck disable=SC2086
        case $options in
        *' 3 '*) for file in "${files[@]}"; do (load $options "$file") & done; wait ;;
        *' 1000 '*) for file in "${files[@]}"; do load $options "$file"; done ;;
        *) load $options "${files[@]}" ;;
        esac
        same "seed $seed: ${#files[@]} files, $options" "$(digest)" "$wanted"
        # shellcheck disable=SC2086
        load --again $options "${files[@]}"
        same "seed $seed: --again changes nothing" "$(digest)" "$wanted"
    done
    grep -v "lacks\|lack events\|load what" "$work/log" | head -5 | sed 's/^/#   /'
done

# --- nor where a run was killed --------------------------------------------------------------------------------------
perl -e 'for my $s (1 .. 60) { printf qq({"id":"e%07d-0000-4000-8000-%012d","execution_id":"c0000000-0000-4000-8000-%012d",)
    . qq("event_type":"node.%s","sequence":%d,"payload":{"node_id":"b0000000-0000-4000-8000-%012d","output":%d},)
    . qq("created_at":"2025-10-15T12:00:%02dZ"}\n), $_, $s, $_, $s % 2 ? "started" : "completed", $s, $s / 4, $s, $s % 60
    for 1 .. 100 }' >"$work/long.ndjson"
fresh mbflow_plain
check "killed: loaded without" load "$work/long.ndjson"
wanted=$(digest)
fresh mbflow_deal
for seconds in 0.2 0.4 0.6; do
    { timeout -s KILL "$seconds" "$BRIDGEJOB" ingest --profile mbflow --quiet --batch-lines 50 "$work/long.ndjson"; } \
        2>/dev/null
done
for _ in {1..50}; do # the server may not have noticed yet: 75
    "$BRIDGEJOB" ingest --profile mbflow --quiet "$work/long.ndjson" 2>"$work/errors" && break
    sleep 0.2
done
same "killed three times, and then not" "$(digest)" "$wanted"

tap_done
