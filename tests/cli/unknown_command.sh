try ingset
try ing events.ndjson
try MIGRATE
try 'migrate up'
try ''
try nothing-like-it
try migrate dwon
try migrate sideways
try migrate
try migrate --dir x up
try help ingset
try help migrate dwon
try help ingest more
try help help help
try -v ingest
try -- ingest
