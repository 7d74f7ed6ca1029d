try ingest x --workers
try ingest x -d
try ingest x -qn
try migrate down --steps
try ingest --help=yes
