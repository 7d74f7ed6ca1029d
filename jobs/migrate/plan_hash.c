#include "jobs/migrate/plan_hash.h"

#include <string.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/log.h"
#include "jobs/migrate/fingerprint.h"

int plan_hash(const struct standing *standing, const struct course *course, char hash[SHA256_HEX_SIZE])
{
    char catalog[FINGERPRINT_SIZE];
    struct buf text = BUF_INIT;
    int result = fingerprint_take(catalog);

    if (result != 0)
        return result;
    for (size_t i = 0; i < standing->history.n; i++) {
        const struct history_row *row = &standing->history.at[i];
        buf_printf(&text, "applied %s %s %s\n", row->file, row->checksum, row->rollback_checksum);
    }
    for (size_t i = 0; i < standing->halfway.n; i++)
        buf_printf(&text, "halfway %s %lld\n", standing->halfway.at[i].file, standing->halfway.at[i].done);
    for (size_t i = 0; i < course->n; i++) {
        const struct migration *file = course->at[i].step->migration;
        buf_printf(&text, "run %s %s %s\n", file->forward.name, file->forward.checksum, file->rollback.checksum);
    }
    buf_printf(&text, "catalog %s\n", catalog);
    result = buf_ok(&text) ? checksum_of(buf_span(&text), hash) : fail(ERR_INTERNAL, "out of memory");
    buf_release(&text);
    return result;
}

int plan_insist(const struct standing *standing, const struct course *course, const char *wanted)
{
    char hash[SHA256_HEX_SIZE];
    int result = plan_hash(standing, course, hash);

    if (result != 0 || strcmp(hash, wanted) == 0)
        return result;
    fail(ERR_CONFIG, "what would be run is not the plan '%s': it is %s", wanted, hash);
    log_hint("files, history or catalog are others than they were; look again: bridgejob migrate plan");
    return ERR_CONFIG;
}
