BRIDGEJOB_WORKERS=many try ingest x
BRIDGEJOB_MAX_LINE=0 try ingest --max-line 1MB x
BRIDGEJOB_QUIET=perhaps try migrate status
BRIDGEJOB_LOCK_TIMEOUT=soon try migrate up
# Not an option of this command.
BRIDGEJOB_WORKERS=many try migrate up now
# Empty is not set.
BRIDGEJOB_WORKERS='' BRIDGEJOB_CONFIG='' try ingest
# A bad one is told although a flag would win; a bad flag is told first.
BRIDGEJOB_WORKERS=many try ingest --workers 3 x
BRIDGEJOB_WORKERS=many try ingest --workers 0 x
