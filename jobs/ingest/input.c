#include "jobs/ingest/input.h"

#include <stdlib.h>

#include "core/err.h"
#include "core/log.h"
#include "db/lock.h"
#include "db/session.h"
#include "jobs/ingest/identity.h"

struct input *input_new(const char *path)
{
    struct input *input = calloc(1, sizeof(*input));
    if (input == NULL) {
        fail(ERR_INTERNAL, "out of memory");
        return NULL;
    }
    input->path = path;
    input->source.fd = -1;
    input->reject.lines.fd = input->reject.records.fd = -1;
    return input;
}

void input_free(struct input *input)
{
    if (input == NULL)
        return;
    line_release(&input->lines);
    if (input->source.fd >= 0)
        source_release(&input->source);
    reject_release(&input->reject);
    free(input);
}

int input_lock(struct input *input)
{
    char what[300];
    snprintf(what, sizeof(what), "'%s'", input->path);
    int rc = lock_take(identity_lock_key(&input->identity), what);
    input->locked = rc == 0;
    input->session = session_number();
    return rc;
}

int input_unlock(struct input *input)
{
    char what[300];
    struct log_held said = {.error = "", .hint = ""};
    bool held = input->locked && !session_lost() && session_number() == input->session;
    input->locked = false;
    if (!held)
        return 0;
    snprintf(what, sizeof(what), "'%s'", input->path);
    log_hold(&said);
    int rc = lock_give(identity_lock_key(&input->identity), what);
    log_hold(NULL);
    if (rc != 0 && session_lost())
        return 0;
    log_print_held(&said);
    return rc;
}

int input_open(struct input *input, size_t max_line)
{
    int rc = source_open(&input->source, input->path);
    if (rc == 0)
        rc = source_verify(&input->source, &input->check);
    return rc == 0 ? line_init(&input->lines, &input->source, max_line) : rc;
}

void input_close(struct input *input)
{
    input->fault = input->source.fault;
    if (input->fault == SOURCE_IO)
        input->io_error = source_report_io(&input->source);
    input->counts.bytes_read = input->source.bytes_read;
    line_release(&input->lines);
    source_release(&input->source);
    input->read = true;
}

int input_check_counts(const struct input *input)
{
    const struct ledger_counts *counts = &input->counts;
    if (counts->lines == counts->inserted + counts->duplicates + counts->rejected + counts->blank)
        return 0;
    return fail(ERR_INTERNAL, "'%s': %lld lines are not %lld inserted + %lld duplicates + %lld rejected + %lld blank",
                input->path, (long long)counts->lines, (long long)counts->inserted, (long long)counts->duplicates,
                (long long)counts->rejected, (long long)counts->blank);
}
