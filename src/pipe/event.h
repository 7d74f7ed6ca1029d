/* event: one line → what it says, or the reason why it is no event. Envelope variants,
 * aliases and values as in docs/events.md; nothing here knows SQL, but the bounds
 * are those of the columns (migrations/001 to 011).
 *
 * All spans of an event point either into the line or into the parser's 'text', which
 * the next call overwrites. Nothing is allocated per event. */
#ifndef BRIDGEJOB_PIPE_EVENT_H
#define BRIDGEJOB_PIPE_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/text.h"
#include "core/uuid.h"
#include "pipe/json.h"
#include "pipe/reason.h"

enum event_kind {
    EVENT_OTHER = 0, /* only logged */
    EVENT_WORKFLOW_STARTED,
    EVENT_WORKFLOW_COMPLETED,
    EVENT_WORKFLOW_FAILED,
    EVENT_STATE_TRANSITION,
    EVENT_STEP_STARTED,
    EVENT_STEP_COMPLETED,
    EVENT_STEP_FAILED,
    EVENT_STAMP_CREATED,
    EVENT_HASH_GENERATED,
    EVENT_INTELLIGENCE_RECEIVED,
    EVENT_NODE_REGISTERED,
    EVENT_NODE_HEARTBEAT,
    EVENT_AGGREGATION_COMPLETED,
    EVENT_STATE_AGGREGATION_COMPLETED,
    EVENT_KIND_COUNT
};

/* Text values an event may carry for the tables; absent where it does not. Decoded,
 * except those marked JSON, which are JSON text as written. */
enum fact {
    FACT_WORKFLOW_TYPE,
    FACT_STATE,             /* workflow: the state it moves to; step: its status; upper case */
    FACT_FROM_STATE,
    FACT_STEP_NAME,
    FACT_TRANSITION_EVENT,
    FACT_ENTITY_TYPE,
    FACT_ERROR,
    FACT_STAMP_ID,
    FACT_FILE_HASH,
    FACT_INTELLIGENCE,      /* JSON */
    FACT_WORKFLOW_METADATA, /* JSON object */
    FACT_NODE_ID,
    FACT_NODE_TYPE,
    FACT_NODE_VERSION,
    FACT_HEALTH,
    FACT_CAPABILITIES,      /* JSON */
    FACT_ENDPOINTS,         /* JSON */
    FACT_NODE_METADATA,     /* JSON */
    FACT_COUNT
};

enum number {
    NUMBER_STEP_ORDER,
    NUMBER_EXECUTION_MS,
    NUMBER_GENERATION_MS,
    NUMBER_SEQUENCE,        /* mbflow.h */
    NUMBER_COUNT
};

#define NUMBER_ABSENT INT64_MIN

struct event {
    enum event_kind kind;
    struct uuid id;
    struct uuid correlation;     /* when has_correlation */
    struct uuid session;         /* when has_session */
    struct uuid entity;          /* STATE_TRANSITION: entity_id; AGGREGATION: bridge_id, when has_entity */
    bool has_correlation;
    bool has_session;
    bool has_entity;
    bool namespace_given;        /* false: the default name space */
    bool moves_workflow;         /* STATE_TRANSITION of a workflow */
    int64_t at;                  /* event time, microseconds since 1970 UTC */
    struct span type;            /* canonical name, or as it came */
    struct span name_space;
    struct span payload;         /* JSON text */
    struct span metadata;        /* JSON object */
    struct span facts[FACT_COUNT];
    int64_t numbers[NUMBER_COUNT];
    int32_t step_rank;           /* of a step without step_order: see fold.h */
};

/* id, type, time, correlation, session, name space, payload and metadata. */
#define EVENT_FIELDS_USED 8

/* Wrappers around one event: a dump of a dead-letter topic has two; more than this is an attack. */
#define EVENT_WRAPPERS_AT_MOST 4

struct map;

struct event_policy {
    bool hash_ids;               /* --ids hash: an id that is no UUID is mapped to a UUIDv5 */
    struct span default_namespace;
    int64_t now;                 /* for the upper bound of event times */
    const struct map *map;       /* --map: how a line becomes an envelope (map.h); NULL: it is one */
    bool mbflow;                 /* --profile mbflow: lines are events of that schema (mbflow.h) */
};

struct event_parser {
    struct event_policy policy;
    struct buf text;
    struct json_members top;     /* of the envelope */
    struct json_members mapped;  /* with a map: of the line */
    struct json_members payload; /* of the payload, when it is an object of its own */
    struct json_members part;    /* of one object within the payload at a time */
    struct json_members meta;    /* of the envelope's metadata */
    char detail[200];            /* what exactly is wrong, for the reject record */
    /* the rest is the state of one call, shared by event*.c and envelope.c */
    struct span line;
    struct buf originals;        /* members for metadata.original_ids */
    struct buf wrapper;          /* members of Kafka and dead-letter wrappers, for metadata */
    size_t wrapper_at[EVENT_WRAPPERS_AT_MOST]; /* where each wrapper's begin, the outermost first */
    size_t n_wrappers;
    struct span wrapper_topic;   /* JSON string or absent */
    struct span wrapper_time;    /* JSON number or absent */
    bool flat;                   /* the payload is the envelope itself */
    const char *used[EVENT_FIELDS_USED]; /* envelope fields that became columns */
    size_t n_used;
};

void event_parser_init(struct event_parser *parser, const struct event_policy *policy);
void event_parser_release(struct event_parser *parser);

/* Judge and read one line (without its end). REASON_NONE and '*event' filled in, or why
 * it is refused, with parser->detail. */
enum reason event_parse(struct event_parser *parser, struct span line, struct event *event);

/* The key by which events are routed, so that two writers never touch the same row of a
 * workflow, node or bridge: a hash, the same on every machine. */
uint64_t event_route(const struct event *event);

/* "WORKFLOW_STARTED" …; NULL for EVENT_OTHER. */
const char *event_kind_name(enum event_kind kind);

/* The kind a spelling means: lower-cased, '_' and '.' as '-'. */
enum event_kind event_kind_of(struct span type);

bool event_is_step(enum event_kind kind);
/* Whether the event says something of its workflow (it then has a correlation id). */
bool event_is_workflow(const struct event *event);

#endif
