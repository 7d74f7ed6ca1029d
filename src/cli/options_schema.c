#include "cli/options.h"

#include "jobs/migrate/files.h"
#include "jobs/migrate/migrate.h"
#include "jobs/migrate/names.h"

static const struct choice set_words[] = {{"bridge", SET_BRIDGE}, {"mbflow", SET_MBFLOW}, {NULL, 0}};

#define MIGRATE_SET                                                                                             \
    {.name = "set", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = set_words, .fallback = "bridge",       \
     .offset = offsetof(struct migrate_options, set),                                                           \
     .help = "which of the sets built in: bridge, or mbflow for ingest --profile mbflow"}
#define MIGRATE_DIR                                                                                             \
    {.name = "dir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, dir),     \
     .help = "take the migrations from this directory, and not those built into the program"}
#define MIGRATE_ORDER                                                                                           \
    {.name = "order", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = order_words, .fallback = "agreed",   \
     .offset = offsetof(struct migrate_options, order),                                                         \
     .help = "what comes first: number or text; agreed is an error where the two differ"}
#define MIGRATE_LOCK_TIMEOUT                                                                                    \
    {.name = "lock-timeout", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = DAY,              \
     .fallback = "5s", .offset = offsetof(struct migrate_options, lock_timeout_s),                              \
     .help = "how long a statement waits for a table that others use, before it is tried again"}
#define MIGRATE_WAIT                                                                                            \
    {.name = "wait", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 0, .max = DAY, .fallback = "30s",   \
     .offset = offsetof(struct migrate_options, wait_s),                                                        \
     .help = "how long to wait for another run that has the schema locked"}

static const struct choice order_words[] = {
    {"agreed", ORDER_UNSAID}, {"number", ORDER_NUMBER}, {"text", ORDER_TEXT}, {NULL, 0}};

const struct option migrate_up_options[] = {
    MIGRATE_SET,
    MIGRATE_DIR,
    {.name = "to", .metavar = "VERSION", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, to),
     .help = "stop after this version; without it all pending ones are applied"},
    MIGRATE_ORDER,
    {.name = "plan", .metavar = "HASH", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, plan),
     .help = "refuse anything but the plan that 'migrate plan' printed this of"},
    MIGRATE_LOCK_TIMEOUT,
    MIGRATE_WAIT,
    END_OF_OPTIONS};

const struct option migrate_down_options[] = {
    MIGRATE_SET,
    MIGRATE_DIR,
    {.name = "to", .metavar = "VERSION", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, to),
     .help = "reverse what is newer than this version"},
    {.name = "steps", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 10000,
     .offset = offsetof(struct migrate_options, steps), .help = "reverse this many; without it and --to the last one"},
    MIGRATE_ORDER,
    MIGRATE_LOCK_TIMEOUT,
    MIGRATE_WAIT,
    END_OF_OPTIONS};

const struct option migrate_goto_options[] = {
    MIGRATE_SET, MIGRATE_DIR, MIGRATE_ORDER, MIGRATE_LOCK_TIMEOUT, MIGRATE_WAIT, END_OF_OPTIONS};

const struct option migrate_status_options[] = {MIGRATE_SET, MIGRATE_DIR, MIGRATE_ORDER, END_OF_OPTIONS};

const struct option migrate_plan_options[] = {
    MIGRATE_SET,
    MIGRATE_DIR,
    {.name = "to", .metavar = "VERSION", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, to),
     .help = "plan up to this version; without it all pending ones"},
    MIGRATE_ORDER,
    END_OF_OPTIONS};
