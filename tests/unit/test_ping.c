#include <string.h>

#include "core/log.h"
#include "core/text.h"
#include "jobs/ping.h"
#include "tests/unit/unit.h"

static const struct {
    const char *url;
    const char *what;
    const char *made; /* with the rid 'R' */
} urls[] = {
    {"https://hc/uuid", "start", "https://hc/uuid/start?rid=R"},
    {"https://hc/uuid", "", "https://hc/uuid?rid=R"},
    {"https://hc/uuid/", "75", "https://hc/uuid/75?rid=R"},
    {"https://hc/uuid//", "", "https://hc/uuid?rid=R"},
    {"https://hc/key/name?create=1", "start", "https://hc/key/name/start?create=1&rid=R"},
    {"https://hc/uuid/?a=b#there", "3", "https://hc/uuid/3?a=b&rid=R"},
    {"https://hc/uuid#?no=query", "3", "https://hc/uuid/3?rid=R"},
    {"https://hc", "", "https://hc?rid=R"},
    {"", "start", "/start?rid=R"},
};

static void test_urls(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        const struct ping ping = {.url = urls[i].url, .rid = "R"};
        struct buf out = BUF_INIT;

        ping_url(&ping, urls[i].what, &out);
        assert_string_equal(buf_text(&out), urls[i].made);
        buf_release(&out);
    }
}

static void test_the_id_is_a_random_uuid(void **state)
{
    struct ping a, b;
    struct uuid uuid;

    (void)state;
    ping_init(&a, NULL);
    ping_init(&b, NULL);
    assert_int_equal(uuid_from_text(span_of(a.rid), &uuid), 0);
    assert_int_equal(uuid.bytes[6] >> 4, 4);
    assert_int_equal(uuid.bytes[8] >> 6, 2);
    assert_string_not_equal(a.rid, b.rid);
}

/* Nobody is told, nothing is said. */
static void test_without_a_url(void **state)
{
    struct ping ping;

    (void)state;
    ping_init(&ping, NULL);
    ping_start(&ping);
    ping_end(&ping, 0);
    ping_end(&ping, 70);
    assert_string_equal(log_first_error(), "");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_the_id_is_a_random_uuid),
        cmocka_unit_test(test_without_a_url),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
