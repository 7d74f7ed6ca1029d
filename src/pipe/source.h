/* source: file → bytes. Plain or gzip, told by the magic bytes and not by the name;
 * joined gzip members are one stream. A cut is a fault, never a clean end. */
#ifndef BRIDGEJOB_PIPE_SOURCE_H
#define BRIDGEJOB_PIPE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <zlib.h>

enum source_fault {
    SOURCE_FINE = 0,
    SOURCE_CUT,       /* gzip ends in the middle of a member */
    SOURCE_DAMAGED,   /* gzip does not inflate, or its checksum or length is wrong */
    SOURCE_GARBAGE,   /* bytes behind the last gzip member that are no member */
    SOURCE_IO         /* read(2) failed, or was interrupted to stop; errno is in 'error' */
};

struct source {
    const char *path;         /* the caller's */
    int fd;
    bool gzip;
    bool ended;               /* the last read gave the end, or a fault */
    enum source_fault fault;
    int error;                /* errno of SOURCE_IO */
    off_t begin;              /* where the file stood when it was opened: standard input may have been read from */
    int64_t bytes_read;       /* from there on, compressed if it is */
    int64_t bytes_out;        /* handed out */
    int64_t trusted;          /* hand out no more than this: see source_verify(); -1: all */
    z_stream z;
    unsigned char *in;        /* SOURCE_CHUNK bytes; owned */
    size_t in_at, in_len;     /* what of 'in' is not used up; plain data only */
};

/* What a pass over the whole of a gzip file found. */
struct source_check {
    enum source_fault fault;
    int64_t trusted;   /* bytes that may be loaded: all up to a cut; of a damaged file, the
                          members before the damaged one, as their checksums are right. (Damage
                          that hides where a member ends looks like a cut.) */
    int members;       /* whole members */
    int64_t at;        /* byte of the file where the fault showed */
};

/* Open a file, or standard input for "-". 0; ERR_NOINPUT, ERR_NOPERM or ERR_IO, reported. */
int source_open(struct source *source, const char *path);
void source_release(struct source *source);

/* Up to 'cap' (> 0) bytes: how many; 0 at the end; -1 on a fault, which 'fault' names.
 * All bytes before a fault have been handed out by then. */
ssize_t source_read(struct source *source, char *out, size_t cap);

/* Read a seekable gzip to its end without handing anything out, and go back to where it began; later
 * reads stop at what can be trusted. A flipped bit may inflate to other, well-formed
 * lines and shows only in the member's checksum at its end (RFC 1952 2.3.1), so
 * nothing of a damaged member is loaded. Plain files and pipes give SOURCE_FINE
 * unread. 0 or ERR_IO, reported. */
int source_verify(struct source *source, struct source_check *check);

/* Report what SOURCE_IO was: ERR_IO, or stop_requested() when a signal was the cause. */
int source_report_io(const struct source *source);
/* Of anything else that reads an input, with errno: the same, and that it cannot be opened (ERR_NOINPUT,
 * ERR_NOPERM or ERR_IO; stop_requested() when a signal ended the wait for the other end of a pipe). */
int source_report_read(const char *path);
int source_report_open(const char *path);

/* "is cut", "is damaged" … for messages. */
const char *source_fault_text(enum source_fault fault);

#endif
