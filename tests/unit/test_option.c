#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cli/option.h"

#include <cmocka.h> /* behind ours: it has a macro fail() */

enum fruit { APPLE = 1, PEAR = 7 };

struct basket {
    const char *label;
    bool ripe;
    int64_t count;
    int64_t size;
    int64_t keep_s;
    enum fruit fruit;
    struct text_list from;
};

static const struct choice fruits[] = {{"apple", APPLE}, {"pear", PEAR}, {NULL, 0}};

static const struct option table[] = {
    {.name = "label", .also = "tag", .letter = 'l', .metavar = "TEXT", .kind = OPTION_TEXT,
     .offset = offsetof(struct basket, label)},
    {.name = "ripe", .letter = 'r', .kind = OPTION_FLAG, .offset = offsetof(struct basket, ripe)},
    {.name = "count", .metavar = "N", .kind = OPTION_COUNT, .min = 2, .max = 64, .fallback = "3",
     .offset = offsetof(struct basket, count)},
    {.name = "size", .metavar = "SIZE", .kind = OPTION_SIZE, .min = 1024, .max = 1 << 30, .fallback = "16MB",
     .offset = offsetof(struct basket, size)},
    {.name = "keep-for", .metavar = "TIME", .kind = OPTION_DURATION, .min = 1, .max = 86400, .fallback = "5m",
     .offset = offsetof(struct basket, keep_s)},
    {.name = "fruit", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = fruits, .fallback = "pear",
     .offset = offsetof(struct basket, fruit)},
    {.name = "from", .metavar = "SHOP", .kind = OPTION_LIST, .offset = offsetof(struct basket, from)},
    {.name = "help", .letter = 'h', .kind = OPTION_HELP},
    {.name = NULL}};

static const struct {
    const char *name;
    const char *text;
    int64_t value; /* of a number, flag or choice; -1: refused */
} values[] = {
    {"count", "2", 2},          {"count", "64", 64},      {"count", "1", -1},        {"count", "65", -1},
    {"count", "x", -1},         {"count", "", -1},        {"count", "3 ", -1},       {"count", "3.0", -1},
    {"count", "99999999999999999999", -1},                {"count", "-3", -1},       {"size", "1kB", 1024},
    {"size", "2048", 2048},     {"size", "1GB", 1 << 30}, {"size", "1023", -1},      {"size", "2GB", -1},
    {"size", "9999999TB", -1},  {"size", "16 apples", -1},{"keep-for", "30s", 30},   {"keep-for", "1d", 86400},
    {"keep-for", "0s", -1},     {"keep-for", "2d", -1},   {"keep-for", "1mo", -1},   {"fruit", "apple", APPLE},
    {"fruit", "pear", PEAR},    {"fruit", "Pear", -1},    {"fruit", "pea", -1},      {"fruit", "", -1},
    {"ripe", "yes", 1},         {"ripe", "true", 1},      {"ripe", "on", 1},         {"ripe", "1", 1},
    {"ripe", "no", 0},          {"ripe", "false", 0},     {"ripe", "off", 0},        {"ripe", "0", 0},
    {"ripe", "2", -1},          {"ripe", "YES", -1},      {"ripe", "", -1},          {"label", "", -1},
};

static struct option_ref find(struct basket *basket, const char *name)
{
    const struct option_group groups[] = {{table, basket}, {NULL, NULL}};

    return option_find(groups, name, strlen(name));
}

static int64_t value_of(const struct basket *basket, const struct option *option)
{
    switch (option->kind) {
    case OPTION_COUNT: return basket->count;
    case OPTION_SIZE: return basket->size;
    case OPTION_DURATION: return basket->keep_s;
    case OPTION_CHOICE: return (int64_t)basket->fruit;
    case OPTION_FLAG: return basket->ripe;
    default: return -2;
    }
}

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        const struct option_origin origin = {"", values[i].name, ERR_USAGE};
        const struct basket before = {.label = "old", .ripe = true, .count = 9, .size = 9, .keep_s = 9, .fruit = 9};
        struct basket basket = before;
        struct option_ref ref = find(&basket, values[i].name);

        if (values[i].value == -1) {
            assert_int_equal(option_set(ref, values[i].text, &origin), ERR_USAGE);
            assert_memory_equal(&basket, &before, sizeof(basket));
        } else {
            assert_int_equal(option_set(ref, values[i].text, &origin), 0);
            assert_int_equal(value_of(&basket, ref.option), values[i].value);
        }
    }
}

static void test_origin_is_the_kind_of_error(void **state)
{
    const struct option_origin origin = {"x.conf: line 1: ", "count", ERR_CONFIG};
    struct basket basket = {0};

    (void)state;
    assert_int_equal(option_set(find(&basket, "count"), "none", &origin), ERR_CONFIG);
}

static void test_list(void **state)
{
    const struct option_origin origin = {"", "--from", ERR_USAGE};
    struct basket basket = {0};
    struct option_ref ref = find(&basket, "from");

    (void)state;
    assert_int_equal(option_set(ref, "a", &origin), 0);
    assert_int_equal(option_add(ref, "b", &origin), 0);
    assert_int_equal(basket.from.n, 2);
    assert_string_equal(basket.from.at[1], "b");
    assert_int_equal(option_set(ref, "c", &origin), 0); /* a stronger source begins anew */
    assert_int_equal(basket.from.n, 1);
    assert_string_equal(basket.from.at[0], "c");
    assert_int_equal(option_add(ref, "", &origin), ERR_USAGE);
    while (basket.from.n < TEXT_LIST_MAX)
        assert_int_equal(option_add(ref, "d", &origin), 0);
    assert_int_equal(option_add(ref, "e", &origin), ERR_USAGE);
    assert_int_equal(basket.from.n, TEXT_LIST_MAX);
}

static void test_check_only(void **state)
{
    const struct option_origin origin = {"", "count", ERR_CONFIG};
    const struct option_ref ref = {&table[2], NULL};

    (void)state;
    assert_int_equal(option_set(ref, "3", &origin), 0);
    assert_int_equal(option_set(ref, "0", &origin), ERR_CONFIG);
}

static void test_find(void **state)
{
    struct basket basket;

    (void)state;
    assert_ptr_equal(find(&basket, "label").option, &table[0]);
    assert_ptr_equal(find(&basket, "label").storage, &basket);
    assert_ptr_equal(find(&basket, "tag").option, &table[0]);
    assert_null(find(&basket, "lab").option);
    assert_null(find(&basket, "labels").option);
    assert_null(find(&basket, "").option);
}

static void test_defaults(void **state)
{
    struct basket basket = {.label = "kept"};
    const struct option_group groups[] = {{table, &basket}, {NULL, NULL}};

    (void)state;
    assert_int_equal(option_set_defaults(groups), 0);
    assert_string_equal(basket.label, "kept");
    assert_int_equal(basket.count, 3);
    assert_int_equal(basket.size, 16 << 20);
    assert_int_equal(basket.keep_s, 300);
    assert_int_equal(basket.fruit, PEAR);
    assert_false(basket.ripe);
}

static void test_bad_default_is_a_bug(void **state)
{
    static const struct option bad[] = {
        {.name = "count", .kind = OPTION_COUNT, .min = 1, .max = 2, .fallback = "3"}, {.name = NULL}};
    struct basket basket;
    const struct option_group groups[] = {{bad, &basket}, {NULL, NULL}};

    (void)state;
    assert_int_equal(option_set_defaults(groups), ERR_INTERNAL);
}

static void test_env_name(void **state)
{
    char name[OPTION_ENV_SIZE];

    (void)state;
    option_env_name("keep-for", name);
    assert_string_equal(name, "BRIDGEJOB_KEEP_FOR");
}

static void test_environment(void **state)
{
    struct basket basket = {.count = 4};
    const struct option_group groups[] = {{table, &basket}, {NULL, NULL}};

    (void)state;
    setenv("BRIDGEJOB_KEEP_FOR", "1h", 1);
    setenv("BRIDGEJOB_RIPE", "yes", 1);
    setenv("BRIDGEJOB_COUNT", "", 1); /* as if not there */
    setenv("BRIDGEJOB_HELP", "yes", 1);
    setenv("BRIDGEJOB_TAG", "second name", 1);
    assert_int_equal(option_set_from_environment(groups), 0);
    assert_int_equal(basket.keep_s, 3600);
    assert_true(basket.ripe);
    assert_int_equal(basket.count, 4);
    assert_string_equal(basket.label, "second name");

    setenv("BRIDGEJOB_LABEL", "first name", 1);
    assert_int_equal(option_set_from_environment(groups), 0);
    assert_string_equal(basket.label, "first name");

    setenv("BRIDGEJOB_COUNT", "many", 1);
    assert_int_equal(option_set_from_environment(groups), ERR_CONFIG);
    clearenv();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_origin_is_the_kind_of_error),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_check_only),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_bad_default_is_a_bug),
        cmocka_unit_test(test_env_name),
        cmocka_unit_test(test_environment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
