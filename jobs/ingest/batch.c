#include "jobs/ingest/batch.h"

#include <stdio.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"
#include "core/proc.h"

static size_t round_up(size_t n)
{
    return (n + 63) & ~(size_t)63;
}

struct batch *batch_new(size_t max_entries, size_t target_bytes, size_t max_line)
{
    size_t head = round_up(sizeof(struct batch));
    size_t entries = round_up(max_entries * sizeof(struct batch_entry));
    size_t refusals = round_up(max_entries * sizeof(struct batch_refusal));
    /* The line and what was written of it: metadata, decoded values (event.c). */
    size_t data = target_bytes + 9 * max_line + 4096;
    size_t mapped = head + entries + refusals + data;
    char *memory = proc_share(mapped);
    if (memory == NULL) {
        fail_errno(ERR_INTERNAL, "cannot reserve %zu MB for a batch", mapped >> 20);
        log_hint("lower --max-line or --workers, or allow the process more address space (ulimit -v)");
        return NULL;
    }
    struct batch *batch = (struct batch *)(void *)memory;
    *batch = (struct batch){.max_entries = max_entries, .max_data = data, .mapped = mapped};
    batch->entries = (struct batch_entry *)(void *)(memory + head);
    batch->refusals = (struct batch_refusal *)(void *)(memory + head + entries);
    batch->data = memory + head + entries + refusals;
    return batch;
}

void batch_free(struct batch *batch)
{
    if (batch != NULL)
        proc_unshare(batch, batch->mapped);
}

void batch_reset(struct batch *batch, size_t target_bytes)
{
    if (batch->used > 2 * target_bytes)
        proc_share_trim(batch, batch->mapped, (size_t)(batch->data - (char *)batch) + target_bytes);
    batch->n = batch->n_parts = batch->used = batch->n_refused = 0;
    batch->error = 0;
}

static struct span moved(struct span span, struct span from, const char *to)
{
    if (span.at >= from.at && span.at <= from.at + from.len && span.at != NULL)
        span.at = to + (span.at - from.at);
    return span;
}

/* Spans into the line or the parser's text, into the batch; others (constants, the default
 * name space) are the same in parent and writer. */
static struct span rebased(struct span span, const struct line *line, struct span text, const char *at)
{
    struct span there = moved(span, line->raw, at);
    return there.at != span.at ? there : moved(span, text, at + line->raw.len);
}

/* false: the batch has no room for one more. */
static bool have_part(struct batch *batch, struct batch_owner *owner)
{
    if (batch->n_parts > 0 && batch->parts[batch->n_parts - 1].owner == owner)
        return true;
    if (batch->n_parts == BATCH_PARTS)
        return false;
    batch->parts[batch->n_parts++] =
        (struct batch_part){.owner = owner, .file_id = owner->file_id, .from = batch->n};
    owner->pending++;
    return true;
}

size_t batch_part_end(const struct batch *batch, size_t part)
{
    return part + 1 < batch->n_parts ? batch->parts[part + 1].from : batch->n;
}

size_t batch_part_of(const struct batch *batch, size_t entry)
{
    size_t part = 0;
    while (part + 1 < batch->n_parts && batch->parts[part + 1].from <= entry)
        part++;
    return part;
}

bool batch_add(struct batch *batch, struct batch_owner *owner, const struct line *line, const struct event *event,
               struct span text)
{
    size_t size = line->raw.len + text.len;
    if (batch->n == batch->max_entries || batch->used + size > batch->max_data || !have_part(batch, owner))
        return false;
    char *at = batch->data + batch->used;
    memcpy(at, line->raw.at, line->raw.len);
    if (text.len > 0)
        memcpy(at + line->raw.len, text.at, text.len);
    batch->used += size;

    struct batch_entry *entry = &batch->entries[batch->n++];
    entry->event = *event;
    entry->raw = (struct span){at, line->raw.len};
    entry->line = line->number;
    entry->offset = line->offset;
    entry->refused = false;
    struct event *copy = &entry->event;
    copy->type = rebased(copy->type, line, text, at);
    copy->name_space = rebased(copy->name_space, line, text, at);
    copy->payload = rebased(copy->payload, line, text, at);
    copy->metadata = rebased(copy->metadata, line, text, at);
    for (size_t i = 0; i < FACT_COUNT; i++)
        copy->facts[i] = rebased(copy->facts[i], line, text, at);
    return true;
}

void batch_refuse(struct batch *batch, size_t seq, const char *sqlstate, const char *message)
{
    struct batch_refusal *refusal = &batch->refusals[batch->n_refused++];
    refusal->seq = seq;
    snprintf(refusal->sqlstate, sizeof(refusal->sqlstate), "%s", sqlstate);
    snprintf(refusal->message, sizeof(refusal->message), "%s", message);
    batch->entries[seq].refused = true;
}
