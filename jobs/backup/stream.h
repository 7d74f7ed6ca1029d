/* stream: what a program writes to its standard output, into a file: as it is, or through a pump and a program that
 * encrypts. All of them run side by side, and beside the caller. */
#ifndef BRIDGEJOB_JOBS_BACKUP_STREAM_H
#define BRIDGEJOB_JOBS_BACKUP_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/spawn.h"

struct stream_spec {
    const char *const *argv; /* of the program */
    const char *const *env;
    bool group;              /* the program has processes of its own (core/spawn.h) */
    const char *path;        /* the file, which is made here, private (0600); NULL: the program makes its files
                              * itself, and the rest below does not count */
    const char *shown;       /* the directory whose growth is shown on a terminal meanwhile; NULL: none */
    bool gzip;               /* it is compressed on its way, by zlib */
    int64_t rate;            /* bytes a second that are taken from the program at most; 0: no limit */
    const char *encrypt_to;  /* a recipient; NULL: it is not encrypted */
};

struct stream {
    struct child source;  /* the program */
    struct child cipher;
    pid_t pump;           /* 0: none */
    pid_t painter;        /* 0: none */
};

#define STREAM_INIT ((struct stream){.source = CHILD_INIT, .cipher = CHILD_INIT})

/* Start all of it. Without pump and encryption the program has the file itself as its standard output, and may seek
 * in it, as pg_dump does. 0 or an err kind, reported; release it in either case. */
int stream_start(const struct stream_spec *spec, struct stream *stream);

/* Wait for all of it. 0; or an err kind, reported once, by what is nearest to the file: a program whose reader went
 * away is not to blame. stop_requested() when a stop was asked for. */
int stream_wait(struct stream *stream);

/* End what still runs. Safe on STREAM_INIT and after stream_wait(). */
void stream_release(struct stream *stream);

#endif
