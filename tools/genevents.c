/* Writes bridge-shaped events as NDJSON to stdout: the same options give the same bytes on every machine.
 * A workflow is six events (started, three steps, its stamp, completed); several are under way at any time, and
 * events are 40 ms apart. Duplicates and bad lines come on top of --events. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE_SIZE = 4096, OPEN_WORKFLOWS = 16, EVENTS_EACH = 6, HELD = 256, RECENT = 32, EXIT_USAGE = 64, EXIT_IO = 74 };

#define FIRST_EVENT_S 1759276800 /* 2025-10-01T00:00:00Z */
#define BETWEEN_EVENTS_US 40000

struct options {
    int64_t events;
    int64_t seed;
    double bad, late, dup; /* per cent of the events */
    bool tally;
};

struct rng {
    uint64_t state;
};

struct line {
    size_t len;
    char text[LINE_SIZE];
};

struct workflow {
    char id[37];
    char session[37];
    char hash[65];
    unsigned stamp;
    int next; /* of its EVENTS_EACH events */
    int kind; /* index into file_types */
    int namespace;
    int node;
    unsigned size;
    unsigned file;
    int64_t started_us;
};

struct counts {
    int64_t events, duplicates, late, bad;
};

struct generator {
    struct rng rng;
    struct workflow open[OPEN_WORKFLOWS];
    struct line held[HELD];     /* late events wait here; len 0: free */
    struct line recent[RECENT]; /* what duplicates are copies of */
    struct counts counts;
};

static const char *const namespaces[] = {
    "omninode.services.metadata", "omninode.bridge", "omniclaude.docs", "omnicode.builds", "acme.archive",
};

static const struct {
    const char *type, *suffix;
} file_types[] = {
    {"text/plain", "txt"}, {"application/pdf", "pdf"}, {"text/markdown", "md"},
    {"application/json", "json"}, {"image/png", "png"},
};

/* What real paths hold now and then: bytes beyond ASCII, escapes. */
static const char *const folders[] = {
    "inbox", "archive/2025", "reports", "inbox", "größe", "team \\\"a\\\"", "inbox", "caf\\u00e9",
};

static const char *const steps[] = {"validate_input", "generate_hash", "create_stamp"};

/* Damage: the first 'find' becomes 'put'. Without a 'find' the line is 'put'; without both it is cut. */
static const struct damage {
    const char *find, *put;
} damages[] = {
    {NULL, NULL},
    {NULL, "[\"WORKFLOW_STARTED\",42]"},
    {NULL, "\"just a text\""},
    {":", ""},
    {"\"environment\":\"", "\"environment\":\"\\u0000"},
    {"\"environment\":\"", "\"environment\":\"\\ud800"},
    {"\"environment\":\"", "\"environment\":\"\xff\xfe"},
    {"\"environment\":\"", "\"environment\":\"\t"},
    {"\"environment\":", "\"retries\":1e400000,\"environment\":"},
    {"\"event_type\":", "\"kind\":"},
    {"\"event_timestamp\":", "\"seen\":"},
    {"\"event_timestamp\":\"", "\"event_timestamp\":\"yesterday "},
    {"\"event_timestamp\":\"2025", "\"event_timestamp\":\"1995"},
    {"\"event_timestamp\":\"2025-10", "\"event_timestamp\":\"2025-13"},
    {"\"correlation_id\":\"", "\"correlation_id\":\"wf-"},
    {"\"session_id\":\"", "\"session_id\":\"session "},
    {"\"execution_time_ms\":", "\"execution_time_ms\":99999999999"},
    {"\"step_name\":\"", "\"step_name\":\"a name that is much longer than the hundred characters its column has room "
                         "for, whatever the rest of the line may say "},
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* splitmix64: small, and the same everywhere. */
static uint64_t rng_next(struct rng *rng)
{
    uint64_t z = rng->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static unsigned rng_below(struct rng *rng, size_t bound)
{
    return (unsigned)(rng_next(rng) % bound);
}

static bool rng_chance(struct rng *rng, double percent)
{
    return percent > 0 && (double)(rng_next(rng) % 1000000) < percent * 10000;
}

static void rng_uuid(struct rng *rng, char out[37])
{
    uint64_t high = rng_next(rng), low = rng_next(rng);
    snprintf(out, 37, "%08x-%04x-4%03x-%04x-%012" PRIx64, (unsigned)(high >> 32), (unsigned)(high >> 16) & 0xffff,
             (unsigned)high & 0xfff, ((unsigned)(low >> 48) & 0x3fff) | 0x8000, low & UINT64_C(0xffffffffffff));
}

static void line_add(struct line *line, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void line_add(struct line *line, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int n = vsnprintf(line->text + line->len, LINE_SIZE - line->len, fmt, args);
    va_end(args);
    line->len += (size_t)n;
    if (n < 0 || line->len >= LINE_SIZE)
        abort(); /* a template above has outgrown LINE_SIZE */
}

static void line_write(const struct line *line)
{
    fwrite(line->text, 1, line->len, stdout);
    putchar('\n');
}

static void workflow_start(struct workflow *workflow, struct rng *rng, int64_t us)
{
    rng_uuid(rng, workflow->id);
    rng_uuid(rng, workflow->session);
    for (size_t at = 0; at < 64; at += 16)
        snprintf(workflow->hash + at, 17, "%016" PRIx64, rng_next(rng));
    workflow->stamp = rng_below(rng, UINT32_MAX);
    workflow->kind = (int)rng_below(rng, LENGTH(file_types));
    workflow->namespace = (int)rng_below(rng, LENGTH(namespaces));
    workflow->node = (int)rng_below(rng, 4) + 1;
    /* Most files are small, a few are large: every size bucket is met. */
    workflow->size = 200 + rng_below(rng, (size_t)1 << (10 + rng_below(rng, 15)));
    workflow->file = rng_below(rng, 1000000);
    workflow->started_us = us;
    workflow->next = 0;
}

static void add_envelope(struct line *line, const struct workflow *workflow, const char *type, struct rng *rng,
                         int64_t us)
{
    time_t seconds = FIRST_EVENT_S + us / 1000000;
    struct tm tm;
    char id[37], when[32];

    rng_uuid(rng, id);
    gmtime_r(&seconds, &tm);
    strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
    line_add(line, "{\"envelope_version\":\"1.0\",\"event_id\":\"%s\",\"event_type\":\"%s\",", id, type);
    line_add(line, "\"event_timestamp\":\"%s.%06d+00:00\",", when, (int)(us % 1000000));
    line_add(line, "\"source_node_id\":\"orchestrator-%03d\",", workflow->node);
    line_add(line, "\"correlation_id\":\"%s\",\"session_id\":\"%s\",", workflow->id, workflow->session);
    line_add(line, "\"namespace\":\"%s\",\"environment\":\"production\",", namespaces[workflow->namespace]);
}

static void add_file(struct line *line, const struct workflow *workflow)
{
    line_add(line, "\"file_path\":\"/data/%s/document-%06u.%s\",\"file_size\":%u,\"content_type\":\"%s\"",
             folders[workflow->file % LENGTH(folders)], workflow->file, file_types[workflow->kind].suffix,
             workflow->size, file_types[workflow->kind].type);
}

static void make_started(struct line *line, const struct workflow *workflow, struct rng *rng, int64_t us)
{
    add_envelope(line, workflow, "WORKFLOW_STARTED", rng, us);
    line_add(line, "\"payload\":{\"workflow_id\":\"%s\",\"workflow_type\":\"metadata_stamping\",\"input_data\":{",
             workflow->id);
    add_file(line, workflow);
    line_add(line, ",\"requested_by\":\"watcher-%d\"},\"priority\":%u}", workflow->node, rng_below(rng, 3));
}

static void make_step(struct line *line, const struct workflow *workflow, struct rng *rng, int64_t us, int order)
{
    add_envelope(line, workflow, "STEP_COMPLETED", rng, us);
    line_add(line, "\"payload\":{\"workflow_id\":\"%s\",\"step_name\":\"%s\",\"step_order\":%d,", workflow->id,
             steps[order - 1], order);
    line_add(line, "\"status\":\"COMPLETED\",\"execution_time_ms\":%u,", 1 + rng_below(rng, 90));
    line_add(line, "\"result\":{\"ok\":true,\"bytes_read\":%u,\"cache_hit\":%s}}", workflow->size,
             rng_below(rng, 4) == 0 ? "true" : "false");
}

static void make_stamp(struct line *line, const struct workflow *workflow, struct rng *rng, int64_t us)
{
    add_envelope(line, workflow, "STAMP_CREATED", rng, us);
    line_add(line, "\"payload\":{\"workflow_id\":\"%s\",\"stamp_id\":\"stamp_%08x\",\"file_hash\":\"%s\",",
             workflow->id, workflow->stamp, workflow->hash);
    add_file(line, workflow);
    line_add(line, "}");
}

static void make_completed(struct line *line, const struct workflow *workflow, struct rng *rng, int64_t us)
{
    add_envelope(line, workflow, "WORKFLOW_COMPLETED", rng, us);
    line_add(line, "\"payload\":{\"workflow_id\":\"%s\",\"stamp_id\":\"stamp_%08x\",\"file_hash\":\"%s\",",
             workflow->id, workflow->stamp, workflow->hash);
    line_add(line, "\"execution_time_ms\":%" PRId64 "}", (us - workflow->started_us) / 1000);
}

/* The next event of some open workflow; a finished one makes room for a new one. */
static void make_event(struct generator *gen, int64_t us, struct line *line)
{
    struct workflow *workflow = &gen->open[rng_below(&gen->rng, OPEN_WORKFLOWS)];

    if (workflow->next == EVENTS_EACH)
        workflow_start(workflow, &gen->rng, us);
    line->len = 0;
    switch (workflow->next++) {
    case 0: make_started(line, workflow, &gen->rng, us); break;
    case 1: make_step(line, workflow, &gen->rng, us, 1); break;
    case 2: make_step(line, workflow, &gen->rng, us, 2); break;
    case 3: make_stamp(line, workflow, &gen->rng, us); break;
    case 4: make_step(line, workflow, &gen->rng, us, 3); break;
    default: make_completed(line, workflow, &gen->rng, us); break;
    }
    line_add(line, ",\"metadata\":{\"node_type\":\"orchestrator\"}}");
}

static void write_bad(struct generator *gen, const struct line *good)
{
    const struct damage *damage = &damages[rng_below(&gen->rng, LENGTH(damages))];
    const char *at = damage->find ? strstr(good->text, damage->find) : NULL;
    struct line bad = {0};

    if (at) {
        line_add(&bad, "%.*s%s%s", (int)(at - good->text), good->text, damage->put, at + strlen(damage->find));
    } else if (!damage->find && damage->put) {
        line_add(&bad, "%s", damage->put);
    } else {
        line_add(&bad, "%.*s", (int)(1 + rng_below(&gen->rng, good->len - 1)), good->text);
    }
    line_write(&bad);
    gen->counts.bad++;
}

/* A late event waits in a slot until the next late one wants the slot, or for the end. */
static void write_late(struct generator *gen, const struct line *line)
{
    struct line *slot = &gen->held[rng_below(&gen->rng, HELD)];

    if (slot->len > 0)
        line_write(slot);
    *slot = *line;
    gen->counts.late++;
}

static void generate(struct generator *gen, const struct options *options)
{
    struct line line;

    gen->rng.state = (uint64_t)options->seed;
    for (size_t i = 0; i < OPEN_WORKFLOWS; i++)
        gen->open[i].next = EVENTS_EACH;
    for (int64_t n = 0; n < options->events; n++) {
        make_event(gen, n * BETWEEN_EVENTS_US, &line);
        gen->counts.events++;
        if (rng_chance(&gen->rng, options->late))
            write_late(gen, &line);
        else
            line_write(&line);
        gen->recent[n % RECENT] = line;
        if (rng_chance(&gen->rng, options->bad))
            write_bad(gen, &line);
        if (rng_chance(&gen->rng, options->dup)) {
            line_write(&gen->recent[rng_below(&gen->rng, n < RECENT ? (size_t)n + 1 : RECENT)]);
            gen->counts.duplicates++;
        }
    }
    for (size_t i = 0; i < HELD; i++)
        if (gen->held[i].len > 0)
            line_write(&gen->held[i]);
}

static int usage(void)
{
    fputs("usage: genevents [--events N] [--seed S] [--bad PERCENT] [--late PERCENT] [--dup PERCENT] [--tally]\n"
          "--tally prints what was written to stderr, as JSON\n", stderr);
    return EXIT_USAGE;
}

static int parse_count(const char *text, int64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoll(text, &end, 10);
    return end == text || *end != '\0' || errno != 0 || *value < 0 ? -1 : 0;
}

static int parse_percent(const char *text, double *value)
{
    char *end;

    *value = strtod(text, &end);
    return end == text || *end != '\0' || !(*value >= 0 && *value <= 100) ? -1 : 0;
}

static int parse_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        {"events", required_argument, NULL, 'e'}, {"seed", required_argument, NULL, 's'},
        {"bad", required_argument, NULL, 'b'},    {"late", required_argument, NULL, 'l'},
        {"dup", required_argument, NULL, 'd'},    {"tally", no_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    int option, bad = 0;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case 'e': bad |= parse_count(optarg, &options->events); break;
        case 's': bad |= parse_count(optarg, &options->seed); break;
        case 'b': bad |= parse_percent(optarg, &options->bad); break;
        case 'l': bad |= parse_percent(optarg, &options->late); break;
        case 'd': bad |= parse_percent(optarg, &options->dup); break;
        case 't': options->tally = true; break;
        default: bad = -1;
        }
    }
    return bad || optind != argc ? -1 : 0;
}

int main(int argc, char **argv)
{
    static struct generator gen;
    struct options options = {.events = 1000000, .seed = 1};

    if (parse_options(argc, argv, &options))
        return usage();
    generate(&gen, &options);
    if (fflush(stdout) == EOF || ferror(stdout)) {
        perror("genevents: stdout");
        return EXIT_IO;
    }
    if (options.tally)
        fprintf(stderr,
                "{\"events\":%" PRId64 ",\"duplicates\":%" PRId64 ",\"late\":%" PRId64 ",\"bad\":%" PRId64 "}\n",
                gen.counts.events, gen.counts.duplicates, gen.counts.late, gen.counts.bad);
    return 0;
}
