# What --map takes, and what it says of what is no map: file, line, column.
with() { printf "$1" >map.json; sed 's/^/map: /' map.json; shift; try ingest --dry-run --map "${1-map.json}" x.ndjson; }
printf '{"kind":"x","when":"2025-10-15T12:00:00Z"}\n' >x.ndjson
with '{"event_type": "/kind",\n "timestamp": "/when"}\n' | sed 's/in [0-9.]* s ([0-9]* /in # s (# /'
with '{"event_type": "/kind"}\n'
with '{"timestamp": "/when"}\n'
with '{\n "event_type": "kind",\n "timestamp": "/when"}\n'
with '{"event_type": "/~2"}\n'
with '{"event_type": ["/kind", 1]}\n'
with '{"event_type": []}\n'
with '{"event_type": {"const": 1}}\n'
with '{"event_type": {"const": "x", "join": ["x"]}}\n'
with '{"event_type": {"join": "/kind"}}\n'
with '{"event_type": {"join": ["a", ["/kind"]]}}\n'
with '{"event_typ": "/kind"}\n'
with '{"event_type": "/kind", "event_type": "/type"}\n'
with '{"event_type": "/kind",\n  "metadata": "/rest"}\n'
with '{"event_type": "/kind",\n}\n'
with '{"event_type": "\\u0000"}\n'
with '[]\n'
with ''
{ printf '{"metadata": {'; for i in $(seq 256); do printf '"m%d": "/m",' "$i"; done; printf '"last": "/m"}}'; } >map.json
try ingest --dry-run --map map.json x.ndjson
{ cat map.json; printf '%17000s'; } >long.json
try ingest --dry-run --map long.json x.ndjson
try ingest --dry-run --map github x.ndjson | sed 's/in [0-9.]* s ([0-9]* /in # s (# /'
try ingest --dry-run --map githu x.ndjson
try ingest --dry-run --map none.json x.ndjson
try ingest --dry-run --map ./ x.ndjson
try ingest --dry-run --map '' x.ndjson
