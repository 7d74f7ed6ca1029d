#include "jobs/backup/decrypt.h"

#include <stddef.h>
#include <string.h>

#include "core/err.h"

static bool is_gpg(const struct manifest *manifest)
{
    return strcmp(manifest->encrypted, "gpg") == 0;
}

static bool has_secret_key(const char *recipient)
{
    const char *const argv[] = {"gpg", "--batch", "--quiet", "--list-secret-keys", "--", recipient, NULL};
    const struct spawn spawn = {.argv = argv, .in = SPAWN_NULL, .out = SPAWN_NULL};
    struct child child = CHILD_INIT;
    bool has = recipient != NULL && spawn_start(&spawn, &child) == 0 && child_wait(&child) == 0;

    child_release(&child);
    return has;
}

bool decrypt_possible(const struct manifest *manifest, const char *identity)
{
    if (manifest->encrypted == NULL)
        return true;
    return is_gpg(manifest) ? has_secret_key(manifest->recipient) : identity != NULL;
}

int decrypt_start(const struct manifest *manifest, const char *identity, int in, struct child *child)
{
    const char *const gpg[] = {"gpg", "--batch", "--quiet", "--decrypt", NULL};
    const char *const age[] = {"age", "--decrypt", "--identity", identity, NULL};
    const struct spawn spawn = {.argv = is_gpg(manifest) ? gpg : age, .in = in, .out = SPAWN_PIPE};

    if (!is_gpg(manifest) && identity == NULL) {
        fail(ERR_USAGE, "backup '%s' is encrypted for '%s'", manifest->id, manifest->recipient);
        log_hint("name the file with the identity: --identity FILE");
        return ERR_USAGE;
    }
    return spawn_start(&spawn, child);
}
