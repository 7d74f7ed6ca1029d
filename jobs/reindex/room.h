/* Whether there is room for a second copy of an index. */
#ifndef BRIDGEJOB_JOBS_REINDEX_ROOM_H
#define BRIDGEJOB_JOBS_REINDEX_ROOM_H

#include <stdbool.h>

/* Where an index lies. */
struct room {
    char directory[1024]; /* of its tablespace; "" when that is unknown to us */
    long long free_bytes; /* for the server's user; -1: unknown */
};

/* Look: only where the server is reached through a Unix socket, so that its directories are this machine's, and says
 * where they are (pg_read_all_settings). 0 or an err kind. */
int room_find(long long index_oid, struct room *room);

/* Free bytes of a directory's file system for who is not root; -1: unknown. */
long long room_free(const char *directory);

#endif
