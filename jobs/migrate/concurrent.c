#include "jobs/migrate/concurrent.h"

#include <stddef.h>

#include "jobs/migrate/lexical.h"

/* Take 'word' off the front where it stands there. */
static bool take(struct span *rest, const char *word)
{
    struct span after = *rest;

    if (!lexical_is(lexical_next_word(&after), word))
        return false;
    *rest = after;
    return true;
}

static bool take_mark(struct span *rest, char mark)
{
    const char *end = rest->at + rest->len;
    const char *at = lexical_blank_end(rest->at, end);

    if (at == end || *at != mark)
        return false;
    *rest = (struct span){at + 1, (size_t)(end - at - 1)};
    return true;
}

/* CREATE [UNIQUE] INDEX CONCURRENTLY [[IF NOT EXISTS] name] ON [ONLY] table … */
static struct concurrent parse_create(struct span rest)
{
    struct concurrent found = {.kind = CONCURRENT_CREATE};

    take(&rest, "unique");
    if (!take(&rest, "index") || !take(&rest, "concurrently"))
        return (struct concurrent){.kind = CONCURRENT_NONE};
    if (take(&rest, "if")) {
        take(&rest, "not");
        take(&rest, "exists");
    }
    if (!take(&rest, "on")) {
        found.index = lexical_next_name(&rest);
        take(&rest, "on");
    }
    take(&rest, "only");
    found.of = lexical_next_name(&rest);
    return found;
}

/* "(verbose, concurrently true)" in front of what is rebuilt. */
static bool take_options(struct span *rest)
{
    bool concurrently = false;

    if (!take_mark(rest, '('))
        return false;
    while (rest->len > 0 && !take_mark(rest, ')')) {
        if (take(rest, "concurrently"))
            concurrently = !take(rest, "false") && !take(rest, "off") && !take(rest, "0");
        else if (lexical_next_word(rest).len == 0 && !take_mark(rest, ','))
            break;
    }
    return concurrently;
}

/* REINDEX [(option, …)] {INDEX | TABLE | SCHEMA | DATABASE | SYSTEM} [CONCURRENTLY] name */
static struct concurrent parse_reindex(struct span rest)
{
    static const struct {
        const char *word;
        enum concurrent_kind kind;
    } kinds[] = {
        {"index", CONCURRENT_REINDEX_INDEX},
        {"table", CONCURRENT_REINDEX_TABLE},
        {"schema", CONCURRENT_REINDEX_SCHEMA},
        {"database", CONCURRENT_REINDEX_DATABASE},
    };
    bool concurrently = take_options(&rest);
    struct span what = lexical_next_word(&rest);

    concurrently = take(&rest, "concurrently") || concurrently;
    for (size_t i = 0; concurrently && i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (lexical_is(what, kinds[i].word))
            return (struct concurrent){.kind = kinds[i].kind, .of = lexical_next_name(&rest)};
    }
    return (struct concurrent){.kind = CONCURRENT_NONE};
}

struct concurrent concurrent_parse(struct span statement)
{
    if (take(&statement, "create"))
        return parse_create(statement);
    if (take(&statement, "reindex"))
        return parse_reindex(statement);
    if (take(&statement, "drop") && take(&statement, "index") && take(&statement, "concurrently"))
        return (struct concurrent){.kind = CONCURRENT_DROP};
    return (struct concurrent){.kind = CONCURRENT_NONE};
}
