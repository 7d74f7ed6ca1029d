try ingest --workers 0 x
try ingest --workers 65 x
try ingest --workers x x
try ingest --workers= x
try ingest --workers -1 x
try ingest --workers '3 ' x
try ingest --batch-lines 99999999999999999999 x
try ingest --max-line 16XB x
try ingest --max-line 2GB x
try ingest --timeout 5 parsecs
try ingest --timeout 1mo x
try ingest --timeout 366d x
try ingest --ids both x
try ingest --format xml x
try ingest --color sometimes x
try ingest --quiet=maybe x
try ingest --rejects '' x
try ingest -n '' x
try migrate up --lock-timeout 0s
try migrate down --steps 0
# The first bad one is told, the last good one does not heal it.
try ingest --workers x --workers 3 x
