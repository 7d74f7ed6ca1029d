#include "jobs/ingest/writers.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/err.h"
#include "core/file.h"
#include "core/log.h"
#include "core/proc.h"
#include "core/stop.h"
#include "core/time.h"
#include "jobs/ingest/writer.h"

/* Two batches under way and one being filled: a writer never waits for the parent while
 * there is work, and the parent goes on filling while a writer is slow. */
#define SLOTS 3
/* What all batches together may take of the 64 MB a process is to stay under, the parent having all of them in
 * sight. Of a batch's share 6 in 10 are for its lines, the rest for what was read of them
 * (docs/benchmarks.md). */
#define SHARED_BYTES ((size_t)40 * 1024 * 1024)
/* Longer lines may not fit a slot: they share one batch that has room for the longest, so that the memory that is
 * reserved does not grow with the number of writers (ulimit -v, vm.overcommit_memory = 2). */
#define LONG_LINE ((size_t)1024 * 1024)
#define SLOT_WIDE SLOTS      /* its number, of all writers */

/* Orders, beside the slots' numbers; answered by the same byte and, in slot 0, the outcome. */
#define ORDER_COMMIT 'C'
#define ORDER_ROLLBACK 'R'

enum slot_state { SLOT_FREE, SLOT_FILLING, SLOT_SENT };

struct link {
    pid_t pid;
    int to, from;            /* pipes; one byte a message: the slot's number, or an order */
    struct batch *slots[SLOTS + 1]; /* the last one is the wide one */
    enum slot_state states[SLOTS];
    int filling;             /* slot being filled, or -1 */
};

struct writers {
    struct writers_config config;
    writers_done *done;
    void *self;
    struct link links[WRITERS_AT_MOST];
    struct batch *wide;      /* for one line that does not fit a slot */
    bool wide_sent;
    size_t sent;             /* batches under way */
    size_t target_bytes;     /* of lines, after which a batch is sent */
    struct writers_usage usage;
    int64_t opened;          /* monotonic clock; 0: no line was given yet */
};

static void close_links(const struct writers *writers, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        close(writers->links[i].to);
        close(writers->links[i].from);
    }
}

struct child {
    struct writers *writers;
    size_t index;
    int from_parent, to_parent;
};

/* What goes wrong is the parent's to say: of a server that is gone all writers would tell at once. */
static int obey(struct writer *writer, const struct link *link, unsigned char order)
{
    struct batch *answer = link->slots[order <= SLOT_WIDE ? order : 0];
    answer->said = (struct log_held){.error = "", .hint = ""};
    log_hold(&answer->said);
    answer->error = 0;
    if (order <= SLOT_WIDE) {
        int64_t began = time_monotonic();
        answer->error = writer_load(writer, answer);
        answer->busy_us = time_monotonic() - began;
    } else if (order == ORDER_COMMIT) {
        answer->error = writer_commit(writer);
    } else {
        writer_rollback(writer);
    }
    log_hold(NULL);
    return answer->error;
}

/* The writer's process: load batch after batch until the parent closes the pipe. */
static int child_main(void *arg)
{
    const struct child *child = arg;
    const struct link *link = &child->writers->links[child->index];
    close_links(child->writers, child->index + 1);
    struct writer writer;
    const struct writers_config *config = &child->writers->config;
    int rc = writer_init(&writer, config->run, (int)child->index, config->batch_lines, config->atomic);
    unsigned char order;
    if (config->mbflow)
        writer_set_mbflow(&writer);
    while (rc == 0 && file_read_all(child->from_parent, &order, 1) == 1) {
        rc = obey(&writer, link, order);
        if (file_write_all(child->to_parent, &order, 1) != 0)
            break;
    }
    writer_release(&writer);
    return rc;
}

static int start_link(struct writers *writers, size_t index)
{
    const struct writers_config *config = &writers->config;
    struct link *link = &writers->links[index];
    int down[2], up[2];
    *link = (struct link){.pid = -1, .to = -1, .from = -1, .filling = -1};
    size_t max_line = config->max_line < LONG_LINE ? config->max_line : LONG_LINE;
    for (size_t i = 0; i < SLOTS; i++)
        if ((link->slots[i] = batch_new(config->batch_lines, writers->target_bytes, max_line)) == NULL)
            return ERR_INTERNAL;
    link->slots[SLOT_WIDE] = writers->wide;
    if (pipe2(down, O_CLOEXEC) != 0)
        return fail_errno(ERR_INTERNAL, "cannot make a pipe");
    if (pipe2(up, O_CLOEXEC) != 0) {
        close(down[0]);
        close(down[1]);
        return fail_errno(ERR_INTERNAL, "cannot make a pipe");
    }
    link->to = down[1];
    link->from = up[0];
    struct child child = {writers, index, down[0], up[1]};
    link->pid = proc_fork(child_main, &child);
    close(down[0]);
    close(up[1]);
    return link->pid < 0 ? fail_errno(ERR_INTERNAL, "cannot start a writer") : 0;
}

struct writers *writers_start(const struct writers_config *config, writers_done *done, void *self)
{
    struct writers *writers = calloc(1, sizeof(*writers));
    if (writers == NULL) {
        fail(ERR_INTERNAL, "out of memory");
        return NULL;
    }
    writers->config = *config;
    size_t share = SHARED_BYTES / (config->n * SLOTS);
    writers->target_bytes = share * 6 / 10;
    if (config->batch_lines == 0)
        writers->config.batch_lines = (share - writers->target_bytes) / sizeof(struct batch_entry);
    writers->config.n = 0;
    writers->done = done;
    writers->self = self;
    writers->wide = batch_new(1, 0, config->max_line);
    if (writers->wide == NULL) {
        free(writers);
        return NULL;
    }
    for (size_t i = 0; i < config->n; i++) {
        int rc = start_link(writers, i);
        writers->config.n = i + 1;
        if (rc != 0) {
            writers_stop(writers);
            return NULL;
        }
    }
    return writers;
}

static int died(struct link *link)
{
    int code = proc_wait(link->pid);
    link->pid = -1;
    if (stop_requested())
        return stop_requested();
    if (code > 0 && code < 128)
        return code; /* it has said why */
    int rc = fail(ERR_TEMPFAIL, "a writer was killed (exit %d)", code);
    log_hint("run the same command again: what is in the tables is skipped");
    return rc;
}

/* A batch is back: hear its verdict and free its slot. */
static int take_back(struct writers *writers, struct link *link)
{
    unsigned char slot;
    if (file_read_all(link->from, &slot, 1) != 1)
        return died(link);
    struct batch *batch = link->slots[slot];
    int rc = batch->error;
    writers->usage.busy_us += batch->busy_us;
    writers->usage.retries += batch->retries;
    writers->usage.open_us = time_monotonic() - writers->opened;
    if (rc == 0)
        rc = writers->done(writers->self, batch);
    else
        log_print_held(&batch->said);
    batch_reset(batch, slot == SLOT_WIDE ? 0 : writers->target_bytes);
    if (slot == SLOT_WIDE)
        writers->wide_sent = false;
    else
        link->states[slot] = SLOT_FREE;
    writers->sent--;
    return rc;
}

/* Wait up to 'timeout' ms (-1: as long as it takes) for batches to come back. */
static int wait_some(struct writers *writers, int timeout)
{
    struct pollfd fds[WRITERS_AT_MOST];
    for (size_t i = 0; i < writers->config.n; i++)
        fds[i] = (struct pollfd){.fd = writers->links[i].from, .events = POLLIN};
    int n = stop_poll(fds, writers->config.n, timeout);
    if (stop_requested())
        return stop_requested();
    if (n < 0)
        return errno == EINTR ? 0 : fail_errno(ERR_INTERNAL, "cannot wait for the writers");
    for (size_t i = 0; n > 0 && i < writers->config.n; i++) {
        if ((fds[i].revents & (POLLIN | POLLHUP | POLLERR)) == 0)
            continue;
        int rc = take_back(writers, &writers->links[i]);
        if (rc != 0)
            return rc;
    }
    return 0;
}

static int send_slot(struct writers *writers, struct link *link, unsigned char slot)
{
    writers->sent++;
    if (file_write_all(link->to, &slot, 1) != 0)
        return died(link);
    return wait_some(writers, 0);
}

static int send_batch(struct writers *writers, struct link *link)
{
    unsigned char slot = (unsigned char)link->filling;
    link->filling = -1;
    link->states[slot] = SLOT_SENT;
    return send_slot(writers, link, slot);
}

/* Wait for batches because there is none to fill. */
static int wait_for_room(struct writers *writers)
{
    int64_t began = time_monotonic();
    int rc = wait_some(writers, -1);
    writers->usage.waits_us += time_monotonic() - began;
    return rc;
}

/* Have a slot to fill; waits until the writer is done with one. */
static int have_slot(struct writers *writers, struct link *link)
{
    while (link->filling < 0) {
        if (writers->opened == 0)
            writers->opened = time_monotonic();
        for (int i = 0; i < SLOTS && link->filling < 0; i++)
            if (link->states[i] == SLOT_FREE)
                link->filling = i;
        if (link->filling < 0) {
            int rc = wait_for_room(writers);
            if (rc != 0)
                return rc;
        }
    }
    link->states[link->filling] = SLOT_FILLING;
    return 0;
}

static int put_wide(struct writers *writers, struct link *link, struct batch_owner *owner, const struct line *line,
                    const struct event *event, struct span text)
{
    int rc = 0;
    while (rc == 0 && writers->wide_sent)
        rc = wait_for_room(writers);
    if (rc != 0)
        return rc;
    if (!batch_add(writers->wide, owner, line, event, text))
        return fail(ERR_INTERNAL, "a line of %zu bytes does not fit an empty batch", line->raw.len);
    writers->wide_sent = true;
    return send_slot(writers, link, SLOT_WIDE);
}

int writers_put(struct writers *writers, struct batch_owner *owner, const struct line *line, const struct event *event,
                struct span text)
{
    struct link *link = &writers->links[event_route(event) % writers->config.n];
    int rc = have_slot(writers, link);
    if (rc != 0)
        return rc;
    struct batch *batch = link->slots[link->filling];
    if (!batch_add(batch, owner, line, event, text)) {
        if (batch->n > 0 && ((rc = send_batch(writers, link)) != 0 || (rc = have_slot(writers, link)) != 0))
            return rc;
        batch = link->slots[link->filling];
        if (!batch_add(batch, owner, line, event, text))
            return put_wide(writers, link, owner, line, event, text);
    }
    return batch->used >= writers->target_bytes ? send_batch(writers, link) : 0;
}

int writers_send(struct writers *writers)
{
    for (size_t i = 0; i < writers->config.n; i++) {
        struct link *link = &writers->links[i];
        int rc = link->filling >= 0 && link->slots[link->filling]->n > 0 ? send_batch(writers, link) : 0;
        if (rc != 0)
            return rc;
    }
    return 0;
}

int writers_wait(struct writers *writers)
{
    int rc = writers_send(writers);
    return rc == 0 && writers->sent > 0 ? wait_some(writers, -1) : rc;
}

int writers_flush(struct writers *writers)
{
    int rc = writers_send(writers);
    while (rc == 0 && writers->sent > 0)
        rc = wait_some(writers, -1);
    return rc;
}

static int order_all(struct writers *writers, unsigned char order)
{
    for (size_t i = 0; i < writers->config.n; i++) {
        struct link *link = &writers->links[i];
        if (file_write_all(link->to, &order, 1) != 0 || file_read_all(link->from, &order, 1) != 1)
            return died(link);
        if (link->slots[0]->error != 0) {
            log_print_held(&link->slots[0]->said);
            return link->slots[0]->error;
        }
    }
    return 0;
}

int writers_commit(struct writers *writers)
{
    return order_all(writers, ORDER_COMMIT);
}

int writers_rollback(struct writers *writers)
{
    return order_all(writers, ORDER_ROLLBACK);
}

struct writers_usage writers_usage(const struct writers *writers)
{
    if (writers == NULL)
        return (struct writers_usage){0};
    struct writers_usage usage = writers->usage;
    usage.n = writers->config.n;
    return usage;
}

void writers_stop(struct writers *writers)
{
    if (writers == NULL)
        return;
    for (size_t i = 0; i < writers->config.n; i++) {
        struct link *link = &writers->links[i];
        if (link->to >= 0)
            close(link->to);
        if (link->pid > 0 && writers->sent > 0)
            kill(link->pid, SIGTERM); /* in the middle of a batch: roll it back */
    }
    for (size_t i = 0; i < writers->config.n; i++) {
        struct link *link = &writers->links[i];
        if (link->pid > 0)
            proc_wait(link->pid);
        if (link->from >= 0)
            close(link->from);
        for (size_t slot = 0; slot < SLOTS; slot++)
            batch_free(link->slots[slot]);
    }
    batch_free(writers->wide);
    free(writers);
}
