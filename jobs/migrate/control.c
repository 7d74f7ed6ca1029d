#include "jobs/migrate/control.h"

#include <stddef.h>

#include "jobs/migrate/lexical.h"

static bool is_one_of(struct span word, const char *const *words)
{
    while (*words != NULL) {
        if (lexical_is(word, *words++))
            return true;
    }
    return false;
}

enum control statement_control(struct span statement)
{
    struct span first = lexical_next_word(&statement);
    struct span second = lexical_next_word(&statement);
    struct span third = lexical_next_word(&statement);

    if (lexical_is(first, "begin") || lexical_is(first, "start"))
        return CONTROL_BEGIN;
    if (lexical_is(first, "prepare"))
        return lexical_is(second, "transaction") ? CONTROL_PREPARE : CONTROL_NONE;
    if ((lexical_is(first, "commit") || lexical_is(first, "rollback")) && lexical_is(second, "prepared"))
        return CONTROL_PREPARED;
    if (lexical_is(first, "commit") || lexical_is(first, "end"))
        return CONTROL_COMMIT;
    if (lexical_is(first, "abort"))
        return CONTROL_ROLLBACK;
    if (lexical_is(first, "rollback") && !lexical_is(second, "to") && !lexical_is(third, "to"))
        return CONTROL_ROLLBACK;
    return CONTROL_NONE;
}

bool statement_chains(struct span statement)
{
    struct span word = lexical_next_word(&statement);

    while (word.len > 0 && !lexical_is(word, "and"))
        word = lexical_next_word(&statement);
    return word.len > 0 && lexical_is(lexical_next_word(&statement), "chain");
}

bool statement_is_setting(struct span statement)
{
    static const char *const of_a_transaction[] = {"local", "transaction", "constraints", NULL};
    struct span first = lexical_next_word(&statement);
    struct span name;

    if (lexical_is(first, "reset"))
        return true;
    if (lexical_is(first, "set"))
        return !is_one_of(lexical_next_word(&statement), of_a_transaction);
    name = lexical_next_name(&statement);
    return lexical_is(first, "select") && (lexical_is(name, "set_config") || lexical_is(name, "pg_catalog.set_config"));
}
