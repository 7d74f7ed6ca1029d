try ingest
try ingest --
try ingest -q --workers 3 --
try migrate up now
try migrate status -- --dir
try version 1
