#include "jobs/ping.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "core/http.h"
#include "core/log.h"

/* A job waits this long at most for a watchdog that does not answer, each time. */
#define SECONDS 5

/* Version 4 (RFC 9562 5.4): random but for six bits. */
static void make_rid(char rid[UUID_TEXT_SIZE])
{
    struct uuid uuid = {{0}};

    if (getrandom(uuid.bytes, sizeof(uuid.bytes), 0) != sizeof(uuid.bytes))
        log_debug("no random id for the run");
    uuid.bytes[6] = (uint8_t)((uuid.bytes[6] & 0x0f) | 0x40);
    uuid.bytes[8] = (uint8_t)((uuid.bytes[8] & 0x3f) | 0x80);
    uuid_to_text(&uuid, rid);
}

void ping_url(const struct ping *ping, const char *what, struct buf *out)
{
    size_t end = strcspn(ping->url, "#");
    size_t path = strcspn(ping->url, "?#");
    size_t len = path;

    while (len > 0 && ping->url[len - 1] == '/')
        len--;
    buf_add(out, ping->url, len);
    if (*what != '\0')
        buf_printf(out, "/%s", what);
    buf_add(out, ping->url + path, end - path);
    buf_printf(out, "%crid=%s", path < end ? '&' : '?', ping->rid);
}

static void send(const struct ping *ping, const char *what, struct span body)
{
    struct buf url = BUF_INIT;
    char why[200];

    ping_url(ping, what, &url);
    if (!buf_ok(&url))
        log_warning("the watchdog of --ping was not told: out of memory");
    else if (http_post(buf_text(&url), body, SECONDS, why, sizeof(why)) != 0)
        log_warning("the watchdog of --ping was not told: %s", why);
    buf_release(&url);
}

void ping_init(struct ping *ping, const char *url)
{
    ping->url = url;
    make_rid(ping->rid);
}

void ping_start(const struct ping *ping)
{
    if (ping->url != NULL)
        send(ping, "start", SPAN(""));
}

void ping_end(const struct ping *ping, int exit_code)
{
    char what[12] = "";

    if (ping->url == NULL)
        return;
    if (exit_code != 0)
        snprintf(what, sizeof(what), "%d", exit_code);
    send(ping, what, exit_code == 0 ? SPAN("") : span_of(log_first_error()));
}
