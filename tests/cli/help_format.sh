# Other forms of the help.
try help --format list
try help --format html
try help --format man no-such
try help --format conf ingest
bridgejob help --format man migrate | sed 1,2d
bridgejob help --format conf | head -n 12
