/* Options as data. A table says what there is; the same table parses argv, the
 * environment and the configuration file, and prints the help.
 *
 * Values are settled from the weakest source to the strongest, each overwriting
 * the one before: default, configuration file, environment, argv. */
#ifndef BRIDGEJOB_CLI_OPTION_H
#define BRIDGEJOB_CLI_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

enum option_kind {      /* field it fills */
    OPTION_TEXT,        /* const char *; borrowed from argv, environment, configuration */
    OPTION_LIST,        /* struct text_list; each time it is given on the command line adds one */
    OPTION_FLAG,        /* bool; takes a value only as --name=yes or --name=no */
    OPTION_COUNT,       /* int64_t */
    OPTION_SIZE,        /* int64_t, bytes */
    OPTION_DURATION,    /* int64_t, seconds */
    OPTION_CHOICE,      /* int, or an enum: the value of one of 'choices' */
    OPTION_HELP         /* none: asks for help instead of a run */
};

struct choice {
    const char *word; /* NULL ends the list */
    int value;
};

/* One row. A table ends with a row whose name is NULL. */
struct option {
    const char *name;             /* long name, without the hyphens */
    const char *also;             /* a second long name, or NULL */
    char letter;                  /* short name, or 0 */
    enum option_kind kind;
    const char *metavar;          /* what the value is called; NULL for a flag. FILE and DIR are completed as such */
    size_t offset;                /* of the field in the options struct */
    int64_t min, max;             /* count, size, duration: both included */
    const struct choice *choices; /* choice only */
    const char *fallback;         /* the default, as a user would type it; NULL: zero */
    const char *help;
};

/* A table and the struct it fills. A list of groups ends with options NULL. */
struct option_group {
    const struct option *options;
    void *storage;
};

/* An option found in a list of groups; option is NULL when there is none. */
struct option_ref {
    const struct option *option;
    void *storage;
};

struct option_ref option_find(const struct option_group *groups, const char *name, size_t len);

/* BRIDGEJOB_<NAME>, upper case, '-' as '_'. */
#define OPTION_ENV_SIZE 64
void option_env_name(const char *name, char out[OPTION_ENV_SIZE]);

/* Where a value comes from: what a message about it must say. */
struct option_origin {
    const char *where; /* "" or "/etc/bridgejob.conf: line 3: " */
    const char *name;  /* "--workers", "BRIDGEJOB_WORKERS", "workers" */
    enum err kind;     /* what a bad value is */
};

/* Parse a value and put it into the storage; with storage NULL only check it.
 * 0, or origin->kind, reported. */
int option_set(struct option_ref ref, const char *text, const struct option_origin *origin);

/* The same for a list that this source has set already: one more. */
int option_add(struct option_ref ref, const char *text, const struct option_origin *origin);

int option_set_defaults(const struct option_group *groups);

/* From BRIDGEJOB_<OPTION>; an empty variable counts as not set. */
int option_set_from_environment(const struct option_group *groups);

#endif
