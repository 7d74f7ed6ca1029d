with() { printf "$1" >conf; sed 's/^/conf: /' conf; shift; try "$@"; }
with 'quiet = yes\nwhatever = 1\n' ingest --config conf x
with '[ingest]\n\n# three\nwrokers = 3\n' ingest --config conf x
with '[ingest]\n  workers = 99 ; too many\n' ingest --config conf x
with 'workers = 3\n' ingest --config conf x
with '[ingset]\nworkers = 3\n' ingest --config conf x
with '[migrate up]\ndir = x\n' ingest --config conf x
with '[migrate]\nsteps = none\n' ingest --config conf x
with '[migrate]\nsteps = 2\n' ingest --config conf
with 'config = other\n' ingest --config conf x
with '[ingest\n' ingest --config conf x
with 'quiet\n' ingest --config conf x
with 'quiet =\n' ingest --config conf x
with '[ingest]\ntimeout = 5s\nagain = yes\n[common]\nquiet = yes\n' ingest --config conf
with '' ingest --config conf
# inih holds 199 bytes of a line.
printf 'dbname = %0200d\n' 1 >conf
try ingest --config conf x
