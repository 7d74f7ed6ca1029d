#include "cli/options.h"

#include "cli/help.h"

const struct option version_options[] = {
    {.name = "verbose", .letter = 'v', .kind = OPTION_FLAG, .offset = offsetof(struct version_options, verbose),
     .help = "also the versions of the libraries"},
    END_OF_OPTIONS};

static const struct choice help_words[] = {
    {"text", HELP_TEXT}, {"man", HELP_MAN}, {"conf", HELP_CONF}, {"list", HELP_LIST}, {NULL, 0}};

const struct option help_options[] = {
    {.name = "format", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = help_words, .fallback = "text",
     .offset = offsetof(struct help_options, format),
     .help = "text; man, the manual page; conf, a configuration file with every option in it; or list, the names "
             "of all commands"},
    END_OF_OPTIONS};

const struct option no_options[] = {END_OF_OPTIONS};
