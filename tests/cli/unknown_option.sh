try ingest --wrokers 3 x
try ingest --work 3 x
try ingest --workers-count=3 x
try ingest --name-space x
try ingest --no-such-thing x
try ingest -x x
try ingest -qx x
try ingest -quiet x
try ingest x --stpes 3
try ingest --steps 3 x
try migrate up --steps 3
try migrate status --lock-timeout 3s
try version --dbname x
try help -q
