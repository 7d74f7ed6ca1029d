#!/bin/bash
# What an operator did to the tables: partitions of his own, constraints and triggers that refuse some lines, or all.
. tests/lib/scratch.sh
cd "$work" || exit 1

# events TYPE FROM TO [MONTH]: one event a minute
events() { for i in $(seq "$2" "$3"); do printf '{"event_type":"%s","correlation_id":"550e8400-e29b-41d4-a716-%012d","timestamp":"%s-15T12:00:00Z","payload":{"n":%d}}\n' "$1" "$i" "${4-2025-10}" "$i"; done; }
# ends WHAT CODE COUNTS ARGUMENT…: an ingest that ends so, COUNTS being 'lines inserted duplicates rejected'
ends() {
    run ingest --quiet --format json --workers 1 "${@:4}"
    same "$1" "$code $(sed 's/.*"lines":\([0-9]*\),"inserted":\([0-9]*\),"duplicates":\([0-9]*\),"rejected":\([0-9]*\),.*/\1 \2 \3 \4/' <<<"$out")" "$2 $3"
}
partitions() { sql "SELECT string_agg(inhrelid::regclass::text, ' ' ORDER BY inhrelid::regclass::text COLLATE \"C\") FROM pg_inherits WHERE inhparent = 'event_logs'::regclass"; }
partition() { sql "CREATE TABLE \"$1\" PARTITION OF event_logs $2"; }

run migrate up --quiet
same "migrate up" "$code" 0

# --- partitions ------------------------------------------------------------------------------------------------------
partition "the year's \"\"first\"\" half" "FOR VALUES FROM ('2025-01-01') TO ('2025-07-01')"
partition july "FOR VALUES FROM ('2025-07-01') TO ('2025-07-16')"
partition july2 "FOR VALUES FROM ('2025-07-16 00:00:00+00') TO ('2025-08-01 00:00:00+00')"
partition old "FOR VALUES FROM (MINVALUE) TO ('2010-01-01')"
partition half "FOR VALUES FROM ('2025-09-10') TO ('2025-09-20')"
{ events A 1 1 2025-01; events A 2 2 2025-06; events A 3 3 2025-07; events A 4 4 2025-08; events A 5 5 2009-12; } >covered.ndjson
ends "months that wider partitions take" 0 "5 5 0 0" covered.ndjson
same "only the one that none takes is made" "$(partitions)" '"the year'\''s ""first"" half" event_logs_y2025m08 half july july2 old'
ends "a month of which one takes a part" 78 "0 0 0 0" <(events A 6 6 2025-09)
has "which one" "$err" "error: cannot load a batch: partition 'half' of 'event_logs' takes a part of 2025-09, and nothing the rest"
has "and what to do" "$err" "hint: make a partition for the rest of the month, or detach that one: psql -c '\\d+ event_logs'"
partition rest "FOR VALUES FROM ('2025-09-20') TO ('2025-10-01')"
partition start "FOR VALUES FROM ('2025-09-01') TO ('2025-09-10')"
ends "with the rest it is fine" 0 "1 1 0 0" <(events A 6 6 2025-09)
partition others DEFAULT
ends "a DEFAULT takes what is left" 0 "1 1 0 0" <(events A 7 7 2024-02)
same "nothing is made" "$(sql "SELECT tableoid::regclass FROM event_logs WHERE created_at < '2025-01-01' AND created_at > '2020-01-01'")" others
sql "DROP TABLE others"

# --- refused, all of them --------------------------------------------------------------------------------------------
events B 100 399 >b.ndjson
sql "ALTER TABLE event_logs ADD CONSTRAINT \"it's %s\" CHECK (event_type <> 'B')"
ends "a constraint that refuses everything" 65 "0 0 0 0" b.ndjson
has "which one" "$err" "error: the server refuses line after line: new row for relation \"event_logs_y2025m10\" violates check constraint \"it's %s\""
has "and what to do" "$err" "hint: mend or drop the constraint 'it's %s', and run the same command again"
same "nothing is called refused" "$(ls rejects 2>/dev/null)" ""
same "the file is not done" "$(sql "SELECT state FROM ingest_files WHERE name = 'b.ndjson'")" loading
ends "nor with --atomic" 65 "0 0 0 0" --atomic b.ndjson
events C 100 399 >c.ndjson
{ events B 100 150; cat c.ndjson; } >first.ndjson
ends "a stretch of bad lines is one of lines, first in the file" 3 "351 300 0 51" first.ndjson
{ events D 1 40; events B 151 200; } >end.ndjson
ends "or last" 3 "90 40 0 50" end.ndjson
{ events D 41 41; events B 201 500; } >once.ndjson
ends "one that is taken is enough" 3 "301 1 0 300" --batch-lines 20 once.ndjson
events B 501 515 >few.ndjson
ends "15 alone are a matter of lines" 3 "15 0 0 15" few.ndjson
sql "ALTER TABLE event_logs DROP CONSTRAINT \"it's %s\""
ends "without it" 0 "300 300 0 0" b.ndjson

sql "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE EXCEPTION 'not %', NEW.id; END \$\$"
sql "CREATE TRIGGER no BEFORE INSERT ON event_logs FOR EACH ROW EXECUTE FUNCTION no()"
events E 600 699 >e.ndjson
ends "a trigger that refuses everything, each row in other words" 65 "0 0 0 0" e.ndjson
has "what it says" "$err" "error: the server refuses line after line: not "
has "and what to do" "$err" "hint: mend what refuses the lines, a trigger or a constraint (psql -c '\\d event_logs' shows them), and run"
sql "DROP TRIGGER no ON event_logs"
sql "CREATE UNIQUE INDEX one_type ON event_logs (event_type, created_at) WHERE event_type = 'E'"
ends "a key that nobody expects" 3 "100 1 0 99" e.ndjson
sql "TRUNCATE event_logs; DROP INDEX one_type; CREATE UNIQUE INDEX no_time ON event_logs ((1), created_at)"
events F 700 700 >one.ndjson
ends "the only one goes in" 0 "1 1 0 0" one.ndjson
ends "no other" 70 "0 0 0 0" --again e.ndjson
has "named" "$err" 'duplicate key value violates unique constraint "event_logs_y2025m10_'

tap_done
