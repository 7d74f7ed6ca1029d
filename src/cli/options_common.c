#include "cli/command.h"
#include "cli/options.h"

/* Choices are stored through an int. */
_Static_assert(sizeof(enum format) == sizeof(int) && sizeof(enum color_choice) == sizeof(int), "an enum is an int");

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
