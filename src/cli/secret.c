#include "cli/secret.h"

#include <stdlib.h>
#include <string.h>

/* "postgresql://user:password@host": up to the first '@', as libpq reads it. */
static char *find_in_uri(char *word, size_t *len)
{
    char *scheme = strstr(word, "postgres");
    char *from = scheme == NULL ? NULL : strstr(scheme, "://");
    if (from == NULL)
        return NULL;
    from += strlen("://");
    size_t user_info = strcspn(from, "@/");
    char *colon = memchr(from, ':', user_info);
    if (from[user_info] != '@' || colon == NULL)
        return NULL;
    *len = (size_t)(from + user_info - colon) - 1;
    return *len == 0 ? NULL : colon + 1;
}

/* "password = 'a b'", "?password=x", sslpassword too: where it ends is left open, all that follows goes. */
static char *find_by_keyword(char *word, size_t *len)
{
    for (char *at = word; (at = strstr(at, "password")) != NULL;) {
        at += strlen("password");
        at += strspn(at, " ");
        if (*at != '=')
            continue;
        at += strspn(at, "= ");
        *len = strlen(at);
        if (*len > 0)
            return at;
    }
    return NULL;
}

static void blank(char *word)
{
    size_t len;
    char *secret = find_in_uri(word, &len);
    if (secret != NULL)
        memset(secret, 'x', len);
    secret = find_by_keyword(word, &len);
    if (secret != NULL)
        memset(secret, 'x', len);
}

bool secret_in(const char *word)
{
    char *copy = strdup(word);
    size_t len;
    bool found = copy != NULL && (find_in_uri(copy, &len) != NULL || find_by_keyword(copy, &len) != NULL);
    free(copy);
    return found;
}

/* The URL of a watchdog, in the word itself or in the one behind it: who knows it can speak for the job. */
static char *find_ping(char **argv, int i)
{
    static const char option[] = "--ping";
    size_t len = strlen(option);
    if (strncmp(argv[i], option, len) == 0 && argv[i][len] == '=')
        return argv[i] + len + 1;
    return i > 1 && strcmp(argv[i - 1], option) == 0 ? argv[i] : NULL;
}

void secret_hide(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        char *ping = find_ping(argv, i);
        char *copy = ping != NULL || secret_in(argv[i]) ? strdup(argv[i]) : NULL;
        if (copy == NULL)
            continue;
        blank(argv[i]);
        if (ping != NULL)
            memset(ping, 'x', strlen(ping));
        argv[i] = copy;
    }
}
