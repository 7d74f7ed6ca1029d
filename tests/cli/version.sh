# Neither environment nor configuration is read for it.
export BRIDGEJOB_CONFIG=missing BRIDGEJOB_VERBOSE=nonsense PGHOST=/nonexistent
try version
try --version
bridgejob version --verbose | sed 's/[0-9][0-9.]*[a-z]*/N/g'
