/* pump: bytes from one program to the next, in a process of its own: compressed by zlib, and no faster than allowed. */
#ifndef BRIDGEJOB_JOBS_BACKUP_PUMP_H
#define BRIDGEJOB_JOBS_BACKUP_PUMP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct pump {
    int in, out;   /* descriptors; they stay the caller's */
    int other;     /* the end of 'in' that is written to: the pump must not hold it open. -1: none */
    bool gzip;     /* what comes out is gzip (RFC 1952) of what goes in */
    int64_t rate;  /* bytes a second of what goes in, at most; 0: no limit */
    const char *name; /* of what is written, for messages */
};

/* Pump until 'in' ends. 0 or an err kind, reported: ERR_CANTCREATE when the disk is full. stop_requested() when a
 * stop was asked for; a reader that has gone away is ERR_IO, and not reported: it has said why. */
int pump_run(const struct pump *pump);

/* The same in a child, which ends with that as its exit code. Its pid, or -1, reported. */
pid_t pump_start(struct pump *pump);

#endif
