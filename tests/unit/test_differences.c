#include "unit.h"

#include <string.h>

#include "core/buf.h"
#include "jobs/migrate/differences.h"
#include "jobs/migrate/fingerprint.h"

#define US "\x1f"
#define RS "\x1e"
#define T "table" US US "public.t" US "TABLE" RS
#define T_A "column" US "public.t" US "public.t.a" US "integer" RS
#define T_B "column" US "public.t" US "public.t.b" US "text" RS
#define T_ORDER(names) "column order" US "public.t" US "public.t" US names RS
#define T_INDEX "index" US "public.t" US "public.i" US "CREATE INDEX i ON public.t USING btree (a)" RS

static void describe(struct description *description, const char *records)
{
    *description = (struct description){.text = BUF_INIT};
    buf_add_text(&description->text, records);
    assert_int_equal(description_index(description), 0);
}

/* What tells the two apart, a line each. */
static const struct {
    const char *was, *is, *says;
} cases[] = {
    {"", "", ""},
    {T T_A, T_A T, ""},
    {T T_A T_ORDER("a"), T T_A T_ORDER("a") T_INDEX,
     "index public.i is extra; it is: CREATE INDEX i ON public.t USING btree (a)\n"},
    {T T_A T_ORDER("a") T_INDEX, T T_A T_ORDER("a"),
     "index public.i is gone; it was: CREATE INDEX i ON public.t USING btree (a)\n"},
    {T T_A T_B T_ORDER("a, b"), T T_A T_ORDER("a"), "column public.t.b is gone; it was: text\n"},
    {T T_A T_B T_ORDER("a, b"), T T_A T_B T_ORDER("b, a"),
     "column order public.t differs; it was: a, b; it is: b, a\n"},
    {T T_A T_ORDER("a") T_INDEX, "", "table public.t is gone; it was: TABLE\n"},
    {"", T T_A T_ORDER("a") T_INDEX, "table public.t is extra; it is: TABLE\n"},
    {T T_A, T "column" US "public.t" US "public.t.a" US "bigint" RS,
     "column public.t.a differs; it was: integer; it is: bigint\n"},
    {"view" US US "v" US " SELECT a,\n    b\n\tFROM t;" RS, "", "view v is gone; it was: SELECT a, b FROM t;\n"},
    {"index" US "public.t" US "i" US "x" RS, "index" US "public.u" US "i" US "x" RS,
     "index i differs; it was: x; it is: x\n"},
};

static void test_find(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct description was, is;
        struct differences found;
        struct buf said = BUF_INIT;

        describe(&was, cases[i].was);
        describe(&is, cases[i].is);
        assert_int_equal(differences_find(&found, &was, &is), 0);
        for (size_t d = 0; d < found.n; d++) {
            difference_say_all(&found.at[d], &said);
            buf_add_char(&said, '\n');
        }
        assert_string_equal(buf_text(&said), cases[i].says);
        buf_release(&said);
        differences_release(&found);
        description_release(&was);
        description_release(&is);
    }
}

static void test_long_definitions_are_cut(void **state)
{
    struct description was, is;
    struct differences found;
    struct buf records = BUF_INIT;
    struct buf said = BUF_INIT;

    (void)state;
    buf_add_text(&records, "function" US US "f" US);
    for (int i = 0; i < 500; i++)
        buf_add_text(&records, "\303\251");
    buf_add_text(&records, RS);
    describe(&was, buf_text(&records));
    describe(&is, "");
    assert_int_equal(differences_find(&found, &was, &is), 0);
    difference_say(&found.at[0], &said);
    assert_true(said.len < 450);
    assert_string_equal(buf_text(&said) + said.len - 4, " \342\200\246");
    assert_int_equal(text_utf8_valid_prefix(buf_span(&said)), said.len);
    buf_release(&said);
    buf_release(&records);
    differences_release(&found);
    description_release(&was);
    description_release(&is);
}

static void test_description(void **state)
{
    struct description description;
    struct buf records = BUF_INIT;

    (void)state;
    describe(&description, T_B T "index" US "p" US "i" US "def" US "001_a.sql" RS T_A);
    assert_int_equal(description.n, 4);
    assert_string_equal(description.at[0].name, "public.t.a");
    assert_string_equal(description.at[0].file, "");
    assert_string_equal(description_find(&description, "index", "i")->file, "001_a.sql");
    assert_string_equal(description_find(&description, "index", "i")->definition, "def");
    assert_null(description_find(&description, "index", "j"));
    description_write(&description, &records);
    assert_string_equal(buf_text(&records), T_A T_B "index" US "p" US "i" US "def" RS T);
    buf_release(&records);
    description_release(&description);
}

/* The order of the records does not matter, what they say does. */
static void test_fingerprint(void **state)
{
    static const char *const records[] = {T T_A, T_A T, T T_B};
    char fingerprints[3][FINGERPRINT_SIZE];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct description description;
        describe(&description, records[i]);
        assert_int_equal(fingerprint_of(&description, fingerprints[i]), 0);
        description_release(&description);
    }
    assert_int_equal(strlen(fingerprints[0]), FINGERPRINT_SIZE - 1);
    assert_string_equal(fingerprints[0], fingerprints[1]);
    assert_string_not_equal(fingerprints[0], fingerprints[2]);
}

static void test_checksum(void **state)
{
    char checksum[SHA256_HEX_SIZE];

    (void)state;
    assert_int_equal(checksum_of(SPAN("abc"), checksum), 0);
    assert_string_equal(checksum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_find),        cmocka_unit_test(test_long_definitions_are_cut),
        cmocka_unit_test(test_description), cmocka_unit_test(test_fingerprint),
        cmocka_unit_test(test_checksum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
