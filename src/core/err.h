/* Error kinds. 0 is success; a kind is a small number and the kind is the
 * process's exit code (sysexits.h, plus 3 for "done, with findings"; the list
 * is a contract: docs, scripts and cron lines are written against it). */
#ifndef BRIDGEJOB_CORE_ERR_H
#define BRIDGEJOB_CORE_ERR_H

enum err {
    ERR_NONE = 0,
    ERR_FINDINGS = 3,      /* done, with rejects or findings */
    ERR_USAGE = 64,        /* the command line is wrong */
    ERR_INPUT = 65,        /* input refused: cut, damaged, over its reject budget */
    ERR_NOINPUT = 66,      /* no such input */
    ERR_UNAVAILABLE = 69,  /* database unreachable or refused */
    ERR_INTERNAL = 70,     /* a bug, or the accounting identity failed */
    ERR_CANTCREATE = 73,   /* output cannot be created */
    ERR_IO = 74,           /* read or write failed */
    ERR_TEMPFAIL = 75,     /* try again: already running, retries used up, deadline */
    ERR_NOPERM = 77,       /* permission denied */
    ERR_CONFIG = 78,       /* configuration, or schema not migrated */
    ERR_ABORT_RECOVERY = 126, /* of wal-fetch: any failure but that the file is not in the archive */
    ERR_INTERRUPT = 130,   /* SIGINT */
    ERR_TERMINATED = 143   /* SIGTERM */
};

/* Log "<program>: error: <text>" once, where most is known, and return 'kind',
 * so that a failure is one line: return fail(ERR_INPUT, "…"). The text is lower
 * case, names the thing, and has no full stop. */
int fail(enum err kind, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* As fail(), with ": <strerror(errno)>" behind the text. errno is read first. */
int fail_errno(enum err kind, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Of two outcomes of one run, the one the exit code must tell: any error beats
 * ERR_FINDINGS, ERR_FINDINGS beats ERR_NONE, of two errors the first stays. */
int err_worst(int first, int second);

#endif
