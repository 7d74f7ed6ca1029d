#include "cli/command.h"

#include <string.h>

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/suggest.h"
#include "jobs/ingest/ingest.h"
#include "jobs/migrate/files.h"
#include "jobs/migrate/migrate.h"
#include "jobs/rollup/definition.h"
#include "jobs/rollup/rollup.h"

/* To add a command:
 *   1. one file: jobs/<verb>.pgc with its header, which declares the struct job and
 *      the struct of its options;
 *   2. one row in commands[] below, and above it the option table that fills that
 *      struct: defaults, environment, configuration file, help, manual page and
 *      completion all follow from the two;
 *   3. one test: tests/db/<verb>.sh, and tests/cli/help_<verb>.sh for its help.
 * A command of two words ("migrate up") also has a row for its first word alone. */

#define DAY INT64_C(86400)
#define GIGABYTE (INT64_C(1) << 30)

/* Choices are stored through an int. */
_Static_assert(sizeof(enum format) == sizeof(int) && sizeof(enum color_choice) == sizeof(int), "an enum is an int");

#define END_OF_OPTIONS {.name = NULL}

static const struct choice format_words[] = {
    {"table", FORMAT_TABLE}, {"json", FORMAT_JSON}, {"csv", FORMAT_CSV}, {NULL, 0}};

static const struct choice color_words[] = {
    {"auto", COLOR_AUTO}, {"always", COLOR_ALWAYS}, {"never", COLOR_NEVER}, {NULL, 0}};

const struct option common_option_table[] = {
    {.name = "dbname", .letter = 'd', .metavar = "DB", .kind = OPTION_TEXT,
     .offset = offsetof(struct common_options, dbname),
     .help = "database name, conninfo string or postgresql:// URI; without it libpq's PG* variables, "
             "then DATABASE_URL"},
    {.name = "quiet", .letter = 'q', .kind = OPTION_FLAG, .offset = offsetof(struct common_options, quiet),
     .help = "print nothing when all is well, as a cron job should"},
    {.name = "verbose", .letter = 'v', .kind = OPTION_FLAG, .offset = offsetof(struct common_options, verbose),
     .help = "say more, even with --quiet"},
    {.name = "format", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = format_words, .fallback = "table",
     .offset = offsetof(struct common_options, format), .help = "how results are printed: table, json or csv"},
    {.name = "color", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = color_words, .fallback = "auto",
     .offset = offsetof(struct common_options, color),
     .help = "auto, always or never; auto is a terminal without NO_COLOR"},
    {.name = "dry-run", .kind = OPTION_FLAG, .offset = offsetof(struct common_options, dry_run),
     .help = "say what would be done and touch nothing"},
    {.name = "yes", .letter = 'y', .kind = OPTION_FLAG, .offset = offsetof(struct common_options, yes),
     .help = "do not ask before what cannot be undone"},
    {.name = "timeout", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 0, .max = 365 * DAY, .fallback = "0s",
     .offset = offsetof(struct common_options, timeout_s),
     .help = "stop cleanly after this long, with exit code 75; 0s is never"},
    {.name = "config", .metavar = "FILE", .kind = OPTION_TEXT, .offset = offsetof(struct common_options, config),
     .help = "read this configuration file, and not /etc/bridgejob.conf and ~/.config/bridgejob.conf"},
    {.name = "metrics-file", .metavar = "FILE", .kind = OPTION_TEXT,
     .offset = offsetof(struct common_options, metrics_file),
     .help = "write how the run went for Prometheus, also when it failed; with a directory, "
             "bridgejob-COMMAND.prom in it"},
    {.name = "ping", .metavar = "URL", .kind = OPTION_TEXT, .offset = offsetof(struct common_options, ping),
     .help = "tell a watchdog that the run starts and how it ended, as healthchecks.io expects it"},
    {.name = "splay", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 0, .max = DAY, .fallback = "0s",
     .offset = offsetof(struct common_options, splay_s),
     .help = "start a random time later, up to this, so that not all jobs start at once"},
    END_OF_OPTIONS};

const struct option help_option_table[] = {
    {.name = "help", .letter = 'h', .kind = OPTION_HELP, .help = "print this help"}, END_OF_OPTIONS};

static const struct choice set_words[] = {{"bridge", SET_BRIDGE}, {"mbflow", SET_MBFLOW}, {NULL, 0}};

#define MIGRATE_SET                                                                                             \
    {.name = "set", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = set_words, .fallback = "bridge",       \
     .offset = offsetof(struct migrate_options, set),                                                           \
     .help = "which of the sets built in: bridge, or mbflow for ingest --profile mbflow"}
#define MIGRATE_DIR                                                                                             \
    {.name = "dir", .metavar = "DIR", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, dir),     \
     .help = "take the migrations from this directory, and not those built into the program"}
#define MIGRATE_LOCK_TIMEOUT                                                                                    \
    {.name = "lock-timeout", .metavar = "DURATION", .kind = OPTION_DURATION, .min = 1, .max = DAY,              \
     .fallback = "5s", .offset = offsetof(struct migrate_options, lock_timeout_s),                              \
     .help = "how long a statement waits for a table that others use"}

static const struct option migrate_up_options[] = {
    MIGRATE_SET,
    MIGRATE_DIR,
    {.name = "to", .metavar = "VERSION", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, to),
     .help = "stop after this version; without it all pending ones are applied"},
    MIGRATE_LOCK_TIMEOUT,
    END_OF_OPTIONS};

static const struct option migrate_down_options[] = {
    MIGRATE_SET,
    MIGRATE_DIR,
    {.name = "to", .metavar = "VERSION", .kind = OPTION_TEXT, .offset = offsetof(struct migrate_options, to),
     .help = "reverse what is newer than this version"},
    {.name = "steps", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 10000,
     .offset = offsetof(struct migrate_options, steps), .help = "reverse this many; without it and --to the last one"},
    MIGRATE_LOCK_TIMEOUT,
    END_OF_OPTIONS};

static const struct option migrate_status_options[] = {MIGRATE_SET, MIGRATE_DIR, END_OF_OPTIONS};

static const struct choice ids_words[] = {{"reject", IDS_REJECT}, {"hash", IDS_HASH}, {NULL, 0}};

static const struct choice profile_words[] = {{"bridge", PROFILE_BRIDGE}, {"mbflow", PROFILE_MBFLOW}, {NULL, 0}};

static const struct option ingest_options[] = {
    {.name = "workers", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 64,
     .offset = offsetof(struct ingest_options, workers),
     .help = "database writers, 1 to 64; without it one for each processor, at most 8"},
    {.name = "batch-lines", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 1000000,
     .offset = offsetof(struct ingest_options, batch_lines),
     .help = "lines in one transaction, 1 to 1000000; without it as measured to be fast"},
    {.name = "rejects", .metavar = "DIR", .kind = OPTION_TEXT, .fallback = "./rejects",
     .offset = offsetof(struct ingest_options, rejects_dir),
     .help = "where refused lines are kept, byte for byte, with their reasons"},
    {.name = "ids", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = ids_words, .fallback = "reject",
     .offset = offsetof(struct ingest_options, ids),
     .help = "an id that is no UUID: reject the line, or hash it to a UUIDv5 and keep the original in the metadata"},
    {.name = "profile", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = profile_words, .fallback = "bridge",
     .offset = offsetof(struct ingest_options, profile),
     .help = "what the lines are, and so which tables they go to: bridge or mbflow"},
    {.name = "map", .metavar = "FILE", .kind = OPTION_TEXT, .offset = offsetof(struct ingest_options, map),
     .help = "read events of another shape: a file of JSON pointers, or one built in: cloudtrail, github, "
             "openlineage, suricata or zeek"},
    {.name = "max-line", .metavar = "SIZE", .kind = OPTION_SIZE, .min = 1, .max = GIGABYTE, .fallback = "16MB",
     .offset = offsetof(struct ingest_options, max_line), .help = "longest line taken"},
    {.name = "again", .kind = OPTION_FLAG, .offset = offsetof(struct ingest_options, again),
     .help = "read files that are already done; what they hold counts as duplicates"},
    {.name = "max-rejects", .metavar = "LIMIT", .kind = OPTION_TEXT,
     .offset = offsetof(struct ingest_options, max_rejects),
     .help = "give a file up, with exit 65, when more of its lines are refused: a number, or a percentage as 1%"},
    {.name = "atomic", .kind = OPTION_FLAG, .offset = offsetof(struct ingest_options, atomic),
     .help = "a file lands whole or not at all: one writer, one transaction"},
    {.name = "retry-rejects", .metavar = "FILE", .kind = OPTION_TEXT,
     .offset = offsetof(struct ingest_options, retry_rejects),
     .help = "load the refused lines of a .rej file again"},
    {.name = "after", .metavar = "WHAT", .kind = OPTION_TEXT, .fallback = "keep",
     .offset = offsetof(struct ingest_options, after),
     .help = "what happens to a file that is done: keep, delete or move:DIR"},
    {.name = "default-namespace", .also = "namespace", .letter = 'n', .metavar = "NS", .kind = OPTION_TEXT,
     .offset = offsetof(struct ingest_options, default_namespace), .help = "namespace of events that name none"},
    END_OF_OPTIONS};

static const struct choice rollup_words[] = {
    {"namespace_grouping", ROLLUP_NAMESPACE_GROUPING}, {"time_window", ROLLUP_TIME_WINDOW},
    {"file_type_grouping", ROLLUP_FILE_TYPE_GROUPING}, {"size_buckets", ROLLUP_SIZE_BUCKETS},
    {"workflow_grouping", ROLLUP_WORKFLOW_GROUPING},   {NULL, 0}};

static const struct option rollup_options[] = {
    {.name = "window", .metavar = "SIZE", .kind = OPTION_TEXT, .offset = offsetof(struct rollup_options, window),
     .help = "length of a window: minutes or hours that divide a day (15m, 1h), days (1d), weeks (1w) or months (1mo)"},
    {.name = "type", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = rollup_words,
     .fallback = "namespace_grouping", .offset = offsetof(struct rollup_options, type),
     .help = "how it is grouped: namespace_grouping, time_window (all name spaces together), file_type_grouping, "
             "size_buckets or workflow_grouping"},
    {.name = "tz", .metavar = "ZONE", .kind = OPTION_TEXT, .fallback = "UTC",
     .offset = offsetof(struct rollup_options, tz),
     .help = "time zone that windows are aligned to, as Europe/Berlin: a day begins at its midnight"},
    {.name = "namespace", .letter = 'n', .metavar = "NS", .kind = OPTION_TEXT,
     .offset = offsetof(struct rollup_options, only_namespace), .help = "only windows of this name space"},
    {.name = "from", .metavar = "TIME", .kind = OPTION_TEXT, .offset = offsetof(struct rollup_options, from),
     .help = "look at all windows from this time on, changed or not: 2025-10-15T00:00:00Z, or as long ago as 90d"},
    {.name = "to", .metavar = "TIME", .kind = OPTION_TEXT, .offset = offsetof(struct rollup_options, to),
     .help = "look at all windows before this time"},
    {.name = "max-uniques", .metavar = "N", .kind = OPTION_COUNT, .min = 1, .max = 1000000, .fallback = "10000",
     .offset = offsetof(struct rollup_options, max_uniques), .help = "longest list of distinct values in a window"},
    {.name = "verify", .kind = OPTION_FLAG, .offset = offsetof(struct rollup_options, verify),
     .help = "compare all windows, or those from --from to --to, with the stamps and list every difference"},
    {.name = "repair", .kind = OPTION_FLAG, .offset = offsetof(struct rollup_options, repair),
     .help = "as --verify, and mend what differs"},
    END_OF_OPTIONS};

static const struct option version_options[] = {
    {.name = "verbose", .letter = 'v', .kind = OPTION_FLAG, .offset = offsetof(struct version_options, verbose),
     .help = "also the versions of the libraries"},
    END_OF_OPTIONS};

static const struct choice help_words[] = {
    {"text", HELP_TEXT}, {"man", HELP_MAN}, {"conf", HELP_CONF}, {"list", HELP_LIST}, {NULL, 0}};

static const struct option help_options[] = {
    {.name = "format", .metavar = "WORD", .kind = OPTION_CHOICE, .choices = help_words, .fallback = "text",
     .offset = offsetof(struct help_options, format),
     .help = "text; man, the manual page; conf, a configuration file with every option in it; or list, the names "
             "of all commands"},
    END_OF_OPTIONS};

static const struct option no_options[] = {END_OF_OPTIONS};

#define EXAMPLES(...) (const char *const[]){__VA_ARGS__, NULL}
#define FILES(...) (const char *const[]){__VA_ARGS__, NULL}

const struct command commands[] = {
    {.name = "migrate", .group = "Schema", .summary = "bring the schema up to date, or back",
     .description = "The schema is a row of numbered SQL files, each with its reverse, built into the program. "
                    "Each file is one transaction; two runs at once cannot meet.",
     .examples = EXAMPLES("bridgejob migrate status", "bridgejob migrate up")},
    {.name = "migrate up", .group = "Schema", .summary = "apply pending migrations", .options = migrate_up_options,
     .description = "Applies what is pending in order, one transaction a file. Stops at the first that fails; "
                    "those before it stay, and the next run goes on from there.",
     .examples = EXAMPLES("bridgejob migrate up -d app", "bridgejob migrate up --dry-run"),
     .job = &migrate_up_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate down", .group = "Schema", .summary = "reverse applied migrations",
     .options = migrate_down_options,
     .description = "Reverses applied migrations, the newest first, by default one. Data in what is dropped is lost, "
                    "so it asks first unless --yes is given.",
     .examples = EXAMPLES("bridgejob migrate down --dry-run", "bridgejob migrate down --steps 2 --yes"),
     .job = &migrate_down_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate status", .group = "Schema", .summary = "list what is applied, pending, changed or missing",
     .options = migrate_status_options,
     .description = "Lists every migration, with what is the matter with it. Changes nothing.",
     .examples = EXAMPLES("bridgejob migrate status", "bridgejob migrate status --format json"),
     .job = &migrate_status_job, .options_size = sizeof(struct migrate_options)},
    {.name = "ingest", .group = "Data", .summary = "load event logs into the tables",
     .operands = "FILE...|DIR|-", .options = ingest_options,
     .description = "Loads newline-delimited JSON, plain or gzip (told by content, not by name). From a directory it "
                    "takes *.ndjson, *.jsonl and *.json, each also with .gz; - is standard input.\n"
                    "Every line is accounted for: lines = inserted + duplicates + rejected + blank. A bad line costs "
                    "one line, which is kept with its reason. Running it again is always safe: what is in is not "
                    "loaded twice, and a file that is done is skipped.",
     .examples = EXAMPLES("bridgejob ingest events.ndjson.gz",
                          "bridgejob ingest -q --rejects /var/lib/rejects /var/log/events",
                          "zcat old.gz | bridgejob ingest --format json -"),
     .files = FILES("./rejects/FILE.RUN.rej", "the lines of FILE that run RUN refused, byte for byte",
                    "./rejects/FILE.RUN.rej.jsonl", "an object for each of them: where it stood, why it was refused"),
     .job = &ingest_job, .options_size = sizeof(struct ingest_options),
     .operands_at = offsetof(struct ingest_options, files), .n_operands_at = offsetof(struct ingest_options, n_files)},
    {.name = "rollup", .group = "Data", .summary = "aggregate stamps into windows", .options = rollup_options,
     .description = "Sums up the stamps of each window of time, one row a window and name space, in bridge_states. "
                    "Only windows whose data changed since the last rollup of this size, type and zone are computed "
                    "anew, wherever in the past they lie; a row changes only when its content does.\n"
                    "Running it again is always safe.",
     .examples = EXAMPLES("bridgejob rollup --window 1h", "bridgejob rollup --window 1d --tz Europe/Berlin",
                          "bridgejob rollup --window 1h --verify --from 7d"),
     .job = &rollup_job, .options_size = sizeof(struct rollup_options)},
    {.name = "help", .group = "This program", .summary = "describe a command", .operands = "[COMMAND]",
     .options = help_options, .description = "Describes a command, or lists them all.",
     .examples = EXAMPLES("bridgejob help", "bridgejob help migrate up",
                          "bridgejob help --format man ingest | man -l -"),
     .run = help_run, .options_size = sizeof(struct help_options),
     .operands_at = offsetof(struct help_options, words), .n_operands_at = offsetof(struct help_options, n_words)},
    {.name = "version", .group = "This program", .summary = "print the version", .options = version_options,
     .description = "Prints the version of the program.",
     .examples = EXAMPLES("bridgejob version --verbose"),
     .run = version_run, .options_size = sizeof(struct version_options)},
    {.name = "completion", .group = "This program", .summary = "print what completes commands in bash or zsh",
     .operands = "bash|zsh", .options = no_options,
     .description = "Prints a script that lets the shell complete commands, options, their words and file names. "
                    "'make install' puts it where the shells look for it.",
     .examples = EXAMPLES("source <(bridgejob completion bash)", "bridgejob completion zsh >~/.zfunc/_bridgejob"),
     .run = completion_run, .options_size = sizeof(struct completion_options),
     .operands_at = offsetof(struct completion_options, shells),
     .n_operands_at = offsetof(struct completion_options, n_shells)},
    {.name = NULL}};

static const struct command *find_name(const char *name)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
    }
    return NULL;
}

static const struct command *find_child(const char *parent, const char *word)
{
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command_is_child(command, parent) && strcmp(command->name + strlen(parent) + 1, word) == 0)
            return command;
    }
    return NULL;
}

const struct command *command_find(size_t n_words, const char *const *words, size_t *n_used)
{
    const struct command *command = NULL;
    const struct command *child = NULL;

    /* A blank would let one word 'migrate up' pass for two. */
    if (n_words > 0 && strchr(words[0], ' ') == NULL)
        command = find_name(words[0]);
    if (command != NULL && n_words > 1)
        child = find_child(words[0], words[1]);
    *n_used = command == NULL ? 0 : child == NULL ? 1 : 2;
    return child == NULL ? command : child;
}

bool command_is_parent(const struct command *command)
{
    return command->job == NULL && command->run == NULL;
}

bool command_is_child(const struct command *command, const char *parent)
{
    size_t len = strlen(parent);

    return strncmp(command->name, parent, len) == 0 && command->name[len] == ' ';
}

int command_fail_unknown(const struct command *parent, const char *word)
{
    const char *before = parent == NULL ? "" : parent->name;
    const char *blank = parent == NULL ? "" : " ";
    size_t skip = strlen(before) + strlen(blank);
    struct suggest suggest;

    fail(ERR_USAGE, "unknown command '%s%s%s'", before, blank, word);
    suggest_init(&suggest, word);
    for (const struct command *command = commands; command->name != NULL; command++) {
        if (parent == NULL ? strchr(command->name, ' ') == NULL : command_is_child(command, parent->name))
            suggest_offer(&suggest, command->name + skip);
    }
    if (suggest.best != NULL)
        log_hint("did you mean '%s%s%s'?", before, blank, suggest.best);
    return ERR_USAGE;
}

int command_fail_parent(const struct command *parent)
{
    size_t skip = strlen(parent->name) + 1;
    struct buf words = BUF_INIT;

    for (const struct command *command = commands; command->name != NULL; command++) {
        if (command_is_child(command, parent->name))
            buf_printf(&words, "%s%s", words.len == 0 ? "" : ", ", command->name + skip);
    }
    fail(ERR_USAGE, "'%s' must be followed by one of: %s", parent->name, buf_text(&words));
    buf_release(&words);
    return ERR_USAGE;
}

void command_groups(const struct command *command, void *options, struct common_options *common,
                    struct option_group groups[COMMAND_GROUPS])
{
    size_t n = 0;

    if (command->options != NULL)
        groups[n++] = (struct option_group){command->options, options};
    if (command->job != NULL)
        groups[n++] = (struct option_group){common_option_table, common};
    groups[n++] = (struct option_group){help_option_table, NULL};
    groups[n] = (struct option_group){NULL, NULL};
}

int command_set_operands(const struct command *command, void *options, const char *const *operands, size_t n_operands)
{
    if (command->operands == NULL && n_operands > 0)
        return fail(ERR_USAGE, "unexpected operand '%s'", operands[0]);
    if (command->operands != NULL) {
        memcpy((char *)options + command->operands_at, &operands, sizeof(operands));
        memcpy((char *)options + command->n_operands_at, &n_operands, sizeof(n_operands));
    }
    return 0;
}
