#!/bin/sh
# tools/layers passes the tree as it is and refuses every way to break the law.
. tests/lib/tap.sh

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

same "the tree keeps the law" "$(tools/layers)" ""

# breach NAME FILE LINE MESSAGE: a fresh copy of the tree with LINE added to FILE is refused with MESSAGE.
breach() {
    rm -rf "${copy:?}"/*
    cp -R src jobs "$copy"
    mkdir -p "$copy/$(dirname "$2")"
    printf '%s\n' "$3" >>"$copy/$2"
    said=$(tools/layers "$copy")
    code=$?
    same "$1: exit code" $code 1
    has "$1: message" "$said" "$4"
}

breach "pipe includes db" src/pipe/a.c '#include "db/session.h"' 'src/pipe/a.c:1: pipe must not include db/session.h'
breach "db includes pipe" src/db/a.c '#include "pipe/json.h"' 'src/db/a.c:1: db must not include pipe/json.h'
breach "core includes db" src/core/a.h '#include "db/session.h"' 'src/core/a.h:1: core must not include db/session.h'
breach "core includes jobs" src/core/a.c '#include "jobs/job.h"' 'core must not include jobs/job.h'
breach "db includes jobs" src/db/a.pgc '#include "jobs/job.h"' 'db must not include jobs/job.h'
breach "cli includes db" src/cli/a.c '#include "db/session.h"' 'cli must not include db/session.h'
breach "jobs include cli" jobs/a.pgc '#include "cli/option.h"' 'jobs must not include cli/option.h'
breach "a path not from the root" jobs/ingest/a.c '#include "ingest.h"' 'jobs must not include ingest.h'
breach "EXEC SQL INCLUDE across" src/db/a.pgc 'EXEC SQL INCLUDE "jobs/rows.pgh";' 'db must not include jobs/rows.pgh'
breach "EXEC SQL in pipe" src/pipe/a.c '    EXEC SQL BEGIN;' 'src/pipe/a.c:1: EXEC SQL outside jobs/ and src/db/'
breach "a .pgc in pipe" src/pipe/a.pgc 'int x;' 'embedded SQL outside jobs/ and src/db/'
breach "libpq in jobs" jobs/a.pgc '#include <libpq-fe.h>' 'jobs/a.pgc:1: libpq-fe.h outside src/db/'
breach "a name twice" src/db/json.h '/* */' 'a second json.h, after src/db/json.h'
breach "a layer nobody knows" src/util/a.c 'int x;' 'src/util/a.c:1: no such layer'

tap_done
