/* ping: tells a watchdog by HTTP that a run begins and how it ended, by the convention of healthchecks.io
 * (https://healthchecks.io/docs/http_api/). A watchdog that cannot be told is a warning and never changes
 * how the run ends. */
#ifndef BRIDGEJOB_JOBS_PING_H
#define BRIDGEJOB_JOBS_PING_H

#include "core/buf.h"
#include "core/uuid.h"

/* The two requests of one run carry the same id. */
struct ping {
    const char *url;          /* --ping; NULL: nobody is told. May hold a secret: never printed */
    char rid[UUID_TEXT_SIZE];
};

void ping_init(struct ping *ping, const char *url);

/* POST to <url>/start. */
void ping_start(const struct ping *ping);

/* POST to <url> when 'exit_code' is 0, else to <url>/<exit code>, with the first error as body. */
void ping_end(const struct ping *ping, int exit_code);

/* '<url>/<what>?rid=<rid>': what is put into the path goes before a '?', a fragment is dropped. */
void ping_url(const struct ping *ping, const char *what, struct buf *out);

#endif
