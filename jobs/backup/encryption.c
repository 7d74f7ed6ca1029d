#include "jobs/backup/encryption.h"

#include <string.h>

static const char *const english[] = {"LC_ALL=C.UTF-8", NULL};

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

const char *encryption_of(const char *recipient)
{
    bool age = begins(recipient, "age1") || begins(recipient, "ssh-") || strchr(recipient, '/') != NULL;

    return age ? "age" : "gpg";
}

const char *encryption_ending(const char *recipient)
{
    if (recipient == NULL)
        return "";
    return strcmp(encryption_of(recipient), "age") == 0 ? ".age" : ".gpg";
}

int encryption_start(const char *recipient, int out, struct child *child)
{
    bool file = strchr(recipient, '/') != NULL && !begins(recipient, "ssh-");
    const char *const age[] = {"age", "--encrypt", file ? "--recipients-file" : "--recipient", recipient, NULL};
    /* Whom to trust was decided by who wrote the recipient down; what pg_dump and zlib made is compressed already.
     * A key that is not here is not looked for in the network. */
    const char *const gpg[] = {"gpg", "--batch", "--no-tty", "--quiet", "--trust-model", "always",
                               "--no-auto-key-locate", "--compress-algo", "none", "--recipient", recipient,
                               "--encrypt", NULL};
    const struct spawn spawn = {
        .argv = strcmp(encryption_of(recipient), "age") == 0 ? age : gpg,
        .env = english,
        .in = SPAWN_PIPE,
        .out = out,
    };

    return spawn_start(&spawn, child);
}
