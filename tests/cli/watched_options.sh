# --metrics-file, --ping, --splay: what is wrong with them is told before anything is done.
try ingest --splay 2d x
try ingest --splay -1s x
try ingest --metrics-file '' x
try ingest --ping '' x
# Wrong options are told to those who watch; the metrics are there.
try ingest --metrics-file m.prom
sed -n '/^bridgejob_last_exit_code/p; /^bridgejob_last_success/p' m.prom
ls
