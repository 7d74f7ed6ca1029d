/* names_made: the relations that the statements of a plan make, told by their names. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_NAMES_MADE_H
#define BRIDGEJOB_JOBS_MIGRATE_NAMES_MADE_H

#include <stdbool.h>
#include <stddef.h>

struct names_made {
    char **at;
    size_t n;
};

/* A name as SQL has it: "T", t, public.t and "public".t are one, "\"T\"" is another. 0, or ERR_INTERNAL, reported. */
int names_made_add(struct names_made *names, const char *name);
bool names_made_has(const struct names_made *names, const char *name);
void names_made_release(struct names_made *names);

#endif
