# Which file is read shows in which bad value is told.
mkdir -p home/.config
echo 'format = in-home' >home/.config/bridgejob.conf
echo 'format = in-variable' >variable.conf
echo 'format = in-flag' >flag.conf
export HOME=home
try ingest x
BRIDGEJOB_CONFIG=variable.conf try ingest x
BRIDGEJOB_CONFIG=variable.conf try ingest --config flag.conf x
try ingest --config missing.conf x
BRIDGEJOB_CONFIG=missing.conf try ingest x
try ingest --config . x
try ingest --config '' x
HOME='' try ingest
# Usage errors do not wait for it.
try ingest --wrong
