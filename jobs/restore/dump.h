/* dump: a logical backup that is read by pg_restore or psql, decrypted on the way where it has to be. */
#ifndef BRIDGEJOB_JOBS_RESTORE_DUMP_H
#define BRIDGEJOB_JOBS_RESTORE_DUMP_H

#include <stddef.h>

#include "core/buf.h"
#include "core/spawn.h"
#include "jobs/restore/restore.h"
#include "jobs/backup/manifest.h"

struct dump {
    const struct restore_options *options;
    const struct manifest *manifest;
    long long version; /* of the server it goes to, as server_version_num; 0: unknown */
};

/* Run pg_restore over it with these arguments (NULL at the end; without the dump), to its end. '*output', which
 * may be NULL, gets what it writes. 0; ERR_INPUT when it fails, reported with what it said; or another err kind. */
int dump_run(const struct dump *dump, const char *const *arguments, struct buf *output);

/* The same, each piece of what it writes given to put(); what that returns but 0 ends it. */
int dump_stream(const struct dump *dump, const char *const *arguments,
                   int (*put)(void *to, const char *bytes, size_t n), void *to);

/* The SQL of a plain one, in pieces. The same errors. */
int dump_inflate(const struct dump *dump, int (*put)(void *to, const char *bytes, size_t n), void *to);

/* Why a program failed, by its exit code (128 + signal) and what it said, with a hint: ERR_CONFIG for a role, an
 * extension or locks that the server has not, ERR_NOPERM, ERR_IO for its full disk, ERR_TEMPFAIL when it has gone, or
 * the program was killed; else ERR_INPUT: the backup itself. */
int dump_judge(const struct dump *dump, const struct child *child, int code);

/* What CREATE DATABASE said of the original, but its name: "ENCODING = 'UTF8' LOCALE = 'C.UTF-8'". Empty for a plain
 * dump, which does not know. 0 or an err kind, reported. */
int dump_locale(const struct dump *dump, struct buf *locale);

/* The tail of "CREATE DATABASE app WITH TEMPLATE = template0 …;" behind template0; "" when the script has none.
 * For its test. */
void dump_find_locale(const char *script, struct buf *locale);

#endif
