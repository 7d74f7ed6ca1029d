#include "jobs/migrate/names_made.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/text.h"

/* Quotes off and small letters outside them; the schema public, where names without one are looked for, off too. NULL
 * when memory is out. */
static char *normalize(const char *name)
{
    char *plain = calloc(strlen(name) + 1, 1);
    bool quoted = false;
    size_t n = 0;

    for (; plain != NULL && *name != '\0'; name++) {
        if (*name == '"' && quoted && name[1] == '"')
            plain[n++] = *name++;
        else if (*name == '"')
            quoted = !quoted;
        else
            plain[n++] = quoted ? *name : (char)tolower((unsigned char)*name);
    }
    if (plain != NULL && strncmp(plain, "public.", 7) == 0)
        memmove(plain, plain + 7, n - 6);
    return plain;
}

int names_made_add(struct names_made *names, const char *name)
{
    char **grown = realloc(names->at, (names->n + 1) * sizeof(*grown));

    if (grown == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    names->at = grown;
    grown[names->n] = normalize(name);
    return grown[names->n++] == NULL ? fail(ERR_INTERNAL, "out of memory") : 0;
}

bool names_made_has(const struct names_made *names, const char *name)
{
    char *plain = normalize(name);
    bool found = false;

    for (size_t i = 0; plain != NULL && i < names->n; i++)
        found = found || strcmp(names->at[i], plain) == 0;
    free(plain);
    return found;
}

void names_made_release(struct names_made *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->at[i]);
    free(names->at);
    *names = (struct names_made){NULL, 0};
}
