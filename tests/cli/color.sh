# Flag, then environment, then configuration: seen in how the error is painted.
show() { "$@" 2>&1 | sed "s/$(printf '\033')\[[0-9;]*m/*/g"; }
echo 'color = always' >conf
echo default; show bridgejob ingest
echo configuration; show bridgejob ingest --config conf
echo environment over configuration; BRIDGEJOB_COLOR=never show bridgejob ingest --config conf
echo environment; BRIDGEJOB_COLOR=always show bridgejob ingest
echo flag over environment; BRIDGEJOB_COLOR=always show bridgejob ingest --color never
echo flag over all; BRIDGEJOB_COLOR=never show bridgejob ingest --config conf --color=always
echo last flag; show bridgejob ingest --color=always --color never
echo always beats NO_COLOR; NO_COLOR=1 show bridgejob ingest --color=always
