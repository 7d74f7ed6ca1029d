#include "jobs/restore/toc.h"

#include <string.h>

#include "unit.h"

/* pg_restore --list --verbose of PostgreSQL 15, shortened: p with the partitions p1 and "s p"."p 2"; idt, which child
 * refers to, and "idt x". */
static const char listing[] =
    ";\n; Archive created at 2026-01-31\n;     TOC Entries: 54\n;\n"
    "3423; 0 0 ENCODING - ENCODING \n"
    "6; 2615 16385 SCHEMA - s p postgres\n"
    "7; 3079 16386 EXTENSION - hstore \n"
    "849; 1247 16387 TYPE public mood postgres\n"
    "225; 1255 16391 FUNCTION public f() postgres\n"
    "226; 1255 16450 FUNCTION public tf() postgres\n"
    "223; 1259 16455 TABLE public child postgres\n"
    "221; 1259 16438 TABLE public idt postgres\n"
    "3427; 0 0 COMMENT public TABLE idt postgres\n"
    ";\tdepends on: 221\n"
    "3429; 0 0 ACL public TABLE idt postgres\n"
    ";\tdepends on: 221\n"
    "220; 1259 16437 SEQUENCE public idt_id_seq postgres\n"
    ";\tdepends on: 221\n"
    "227; 1259 16500 TABLE public idt x postgres\n"
    "217; 1259 16398 TABLE public p postgres\n"
    ";\tdepends on: 225 849\n"
    "216; 1259 16397 SEQUENCE public p_a_seq postgres\n"
    ";\tdepends on: 217\n"
    "3430; 0 0 SEQUENCE OWNED BY public p_a_seq postgres\n"
    ";\tdepends on: 216\n"
    "218; 1259 16411 TABLE public p1 postgres\n"
    ";\tdepends on: 216 225 217 849\n"
    "215; 1259 16392 TABLE public ref postgres\n"
    "222; 1259 16445 VIEW public v postgres\n"
    ";\tdepends on: 221 221\n"
    "219; 1259 16422 TABLE s p p 2 postgres\n"
    ";\tdepends on: 216 225 849 6 217\n"
    "3232; 0 0 TABLE ATTACH public p1 postgres\n"
    ";\tdepends on: 218 217\n"
    "3233; 0 0 TABLE ATTACH s p p 2 postgres\n"
    ";\tdepends on: 219 217\n"
    "3234; 2604 16401 DEFAULT public p a postgres\n"
    ";\tdepends on: 216 217 217\n"
    "3419; 0 16455 TABLE DATA public child postgres\n"
    ";\tdepends on: 223\n"
    "3418; 0 16438 TABLE DATA public idt postgres\n"
    ";\tdepends on: 221\n"
    "3417; 0 16500 TABLE DATA public idt x postgres\n"
    ";\tdepends on: 227\n"
    "3415; 0 16411 TABLE DATA public p1 postgres\n"
    ";\tdepends on: 218\n"
    "3413; 0 16392 TABLE DATA public ref postgres\n"
    ";\tdepends on: 215\n"
    "3416; 0 16422 TABLE DATA s p p 2 postgres\n"
    ";\tdepends on: 219\n"
    "3431; 0 0 SEQUENCE SET public idt_id_seq postgres\n"
    ";\tdepends on: 220\n"
    "3432; 0 0 SEQUENCE SET public p_a_seq postgres\n"
    ";\tdepends on: 216\n"
    "3255; 2606 16444 CONSTRAINT public idt idt_pkey postgres\n"
    ";\tdepends on: 221\n"
    "3246; 2606 16405 CONSTRAINT public p p_pkey postgres\n"
    ";\tdepends on: 217 217\n"
    "3249; 2606 16418 CONSTRAINT public p1 p1_pkey postgres\n"
    ";\tdepends on: 3246 218 218 218\n"
    "3244; 2606 16396 CONSTRAINT public ref ref_pkey postgres\n"
    ";\tdepends on: 215\n"
    "3247; 1259 16433 INDEX public pi postgres\n"
    ";\tdepends on: 217\n"
    "3250; 1259 16434 INDEX public p1_t_idx postgres\n"
    ";\tdepends on: 218 3247 218\n"
    "3256; 0 0 INDEX ATTACH public p1_pkey postgres\n"
    ";\tdepends on: 3249 3246 218 3246 218 217\n"
    "3407; 2618 16452 RULE public idt ru postgres\n"
    ";\tdepends on: 221 221 221\n"
    "3408; 2618 16453 RULE public child into_idt postgres\n"
    ";\tdepends on: 223 221\n"
    "3263; 2620 16451 TRIGGER public idt trg postgres\n"
    ";\tdepends on: 221 226\n"
    "3264; 2620 16452 TRIGGER public ref trg postgres\n"
    ";\tdepends on: 215 226\n"
    "3262; 2606 16458 FK CONSTRAINT public child child_id_fkey postgres\n"
    ";\tdepends on: 3255 223 221\n"
    "3261; 2606 16406 FK CONSTRAINT public p p_r_fkey postgres\n"
    ";\tdepends on: 3244 217 215\n"
    "3410; 3256 16449 POLICY public idt pol postgres\n"
    ";\tdepends on: 221\n";

struct wish {
    const char *schema, *name;
    enum toc_state state;
};

static const struct chosen {
    const char *what;
    struct wish wishes[4];
    bool needs;
    const char *ids;  /* of the lines that are restored, in order */
    const char *left; /* foreign keys that are left out */
} cases[] = {
    {"a table with all that belongs to it, and not the table 'idt x', the view, or the rule of another",
     {{"public", "idt", TOC_WANTED}}, false, "221 3427 3429 220 3418 3431 3255 3407 3263 3410", ""},
    {"a table whose name has a blank", {{"public", "idt x", TOC_WANTED}}, false, "227 3417", ""},
    {"in a database that has nothing: what it needs, and extensions; not another table's trigger that needs the same",
     {{"public", "idt", TOC_WANTED}}, true, "7 226 221 3427 3429 220 3418 3431 3255 3407 3263 3410", ""},
    {"a foreign key to a table that is not wanted is left out", {{"public", "child", TOC_WANTED}}, false,
     "223 3419", "'public child child_id_fkey'"},
    {"between two that are wanted it is there", {{"public", "child", TOC_WANTED}, {"public", "idt", TOC_WANTED}}, false,
     "223 221 3427 3429 220 3419 3418 3431 3255 3407 3408 3263 3262 3410", ""},
    {"and to one that is there", {{"public", "child", TOC_WANTED}, {"public", "idt", TOC_THERE}}, false,
     "223 3419 3408 3262", ""},
    {"but not from one that is there, whose rows may not fit",
     {{"public", "child", TOC_THERE}, {"public", "idt", TOC_WANTED}}, false,
     "221 3427 3429 220 3418 3431 3255 3407 3263 3410", "'public child child_id_fkey'"},
    {"of a table that is there the rows and the sequence", {{"public", "idt", TOC_PRESENT}}, false, "3418 3431", ""},
    {"rows that others lead to first", {{"public", "child", TOC_PRESENT}, {"public", "idt", TOC_PRESENT}}, false,
     "3418 3419 3431", ""},
    {"a partitioned table", {{"public", "p", TOC_WANTED}, {"public", "p1", TOC_WANTED}, {"s p", "p 2", TOC_WANTED}},
     true, "6 7 849 225 217 216 3430 218 219 3232 3233 3234 3415 3416 3432 3246 3249 3247 3250 3256",
     "'public p p_r_fkey'"},
    {"a partition that is gone gets its indexes from the table that is there",
     {{"public", "p", TOC_PRESENT}, {"public", "p1", TOC_WANTED}, {"s p", "p 2", TOC_PRESENT}}, false,
     "218 3232 3415 3416 3432", ""},
    {"a partition by itself", {{"public", "p1", TOC_WANTED}}, false, "218 3415 3249 3250", ""},
    {"nothing", {{NULL, NULL, TOC_OUT}}, false, "", ""},
};

static void print_ids(const struct toc *toc, struct buf *ids)
{
    struct buf list = BUF_INIT;

    toc_print(toc, &list);
    for (const char *line = buf_text(&list); *line != '\0'; line = strchr(line, '\n') + 1) {
        buf_add_text(ids, ids->len == 0 ? "" : " ");
        buf_add(ids, line, strcspn(line, ";"));
    }
    buf_release(&list);
}

static void test_choice(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct chosen *chosen = &cases[i];
        struct buf ids = BUF_INIT, left = BUF_INIT;
        struct toc toc;

        assert_int_equal(toc_read(&toc, listing), 0);
        for (size_t k = 0; k < 4 && chosen->wishes[k].name != NULL; k++)
            assert_int_equal(toc_mark_table(&toc, chosen->wishes[k].schema, chosen->wishes[k].name,
                                            chosen->wishes[k].state), 1);
        toc_choose(&toc, chosen->needs);
        print_ids(&toc, &ids);
        toc_left_out(&toc, &left);
        if (strcmp(buf_text(&ids), chosen->ids) != 0 || strcmp(buf_text(&left), chosen->left) != 0)
            fail_msg("%s: '%s' and '%s', not '%s' and '%s'", chosen->what, buf_text(&ids), buf_text(&left),
                     chosen->ids, chosen->left);
        buf_release(&ids);
        buf_release(&left);
        toc_release(&toc);
    }
}

static void test_tables(void **state)
{
    static const char twins[] = "1; 1259 5 TABLE a b c postgres\n2; 1259 6 TABLE a b c postgres\n"
                                "3; 1259 7 TABLE DATA x postgres\n4; 0 7 TABLE DATA DATA x postgres\n;\tdepends on: 3\n"
                                "5; 1259 8 TABLE public two lines some body\n";
    struct toc toc;

    (void)state;
    assert_int_equal(toc_read(&toc, twins), 0);
    assert_int_equal(toc.n, 5);
    assert_int_equal(toc_mark_table(&toc, "a b", "c", TOC_WANTED), 2); /* or 'b c' in 'a' */
    assert_int_equal(toc_mark_table(&toc, "DATA", "x", TOC_WANTED), 1); /* a table in the schema DATA */
    assert_int_equal(toc.at[2].state, TOC_WANTED);
    assert_int_equal(toc_mark_table(&toc, "public", "two\nlines", TOC_WANTED), 1);
    assert_int_equal(toc_mark_table(&toc, "public", "none", TOC_WANTED), 0);
    toc_release(&toc);
}

/* What is no listing has no entries; ids of none are nobody's. */
static void test_hostile(void **state)
{
    static const char *const texts[] = {"", "\n\n", ";\tdepends on: 1 2\n", "x; 1 2 TABLE a b c",
                                        "-5; 1259 1 TABLE a b c\n", "1;", "1; ", "1; 1259", "1; 1259 5", "1; 1259 5 ",
                                        "7; 1259 5 TABLE a b c\n;\tdepends on: 99 -1 x"};

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct buf list = BUF_INIT;
        struct toc toc;

        assert_int_equal(toc_read(&toc, texts[i]), 0);
        toc_mark_table(&toc, "a", "b", TOC_WANTED);
        toc_choose(&toc, true);
        toc_print(&toc, &list);
        buf_release(&list);
        toc_release(&toc);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_choice),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
