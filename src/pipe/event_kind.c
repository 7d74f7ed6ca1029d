#include <ctype.h>
#include <string.h>

#include "pipe/event.h"

#define LONGEST_NAME 40 /* longer than every spelling below */

static const char *const canonical[EVENT_KIND_COUNT] = {
    [EVENT_WORKFLOW_STARTED] = "WORKFLOW_STARTED",
    [EVENT_WORKFLOW_COMPLETED] = "WORKFLOW_COMPLETED",
    [EVENT_WORKFLOW_FAILED] = "WORKFLOW_FAILED",
    [EVENT_STATE_TRANSITION] = "STATE_TRANSITION",
    [EVENT_STEP_STARTED] = "STEP_STARTED",
    [EVENT_STEP_COMPLETED] = "STEP_COMPLETED",
    [EVENT_STEP_FAILED] = "STEP_FAILED",
    [EVENT_STAMP_CREATED] = "STAMP_CREATED",
    [EVENT_HASH_GENERATED] = "HASH_GENERATED",
    [EVENT_INTELLIGENCE_RECEIVED] = "INTELLIGENCE_RECEIVED",
    [EVENT_NODE_REGISTERED] = "NODE_REGISTERED",
    [EVENT_NODE_HEARTBEAT] = "NODE_HEARTBEAT",
    [EVENT_AGGREGATION_COMPLETED] = "AGGREGATION_COMPLETED",
    [EVENT_STATE_AGGREGATION_COMPLETED] = "STATE_AGGREGATION_COMPLETED",
};

/* Every spelling, folded; sorted by what comes most often in real logs. */
static const struct {
    const char *spelling;
    enum event_kind kind;
} spellings[] = {
    {"step-completed", EVENT_STEP_COMPLETED},
    {"workflow-started", EVENT_WORKFLOW_STARTED},
    {"workflow-completed", EVENT_WORKFLOW_COMPLETED},
    {"stamp-created", EVENT_STAMP_CREATED},
    {"node-heartbeat", EVENT_NODE_HEARTBEAT},
    {"workflow-failed", EVENT_WORKFLOW_FAILED},
    {"state-transition", EVENT_STATE_TRANSITION},
    {"step-started", EVENT_STEP_STARTED},
    {"step-failed", EVENT_STEP_FAILED},
    {"hash-generated", EVENT_HASH_GENERATED},
    {"intelligence-received", EVENT_INTELLIGENCE_RECEIVED},
    {"node-registered", EVENT_NODE_REGISTERED},
    {"aggregation-completed", EVENT_AGGREGATION_COMPLETED},
    {"state-aggregation-completed", EVENT_STATE_AGGREGATION_COMPLETED},
    {"stamp-workflow-started", EVENT_WORKFLOW_STARTED},
    {"fsm-state-initialized", EVENT_WORKFLOW_STARTED},
    {"stamp-workflow-completed", EVENT_WORKFLOW_COMPLETED},
    {"stamp-workflow-failed", EVENT_WORKFLOW_FAILED},
    {"workflow-state-transition", EVENT_STATE_TRANSITION},
    {"fsm-state-transitioned", EVENT_STATE_TRANSITION},
    {"workflow-step-completed", EVENT_STEP_COMPLETED},
    {"workflow-step-started", EVENT_STEP_STARTED},
    {"workflow-step-failed", EVENT_STEP_FAILED},
    {"metadata-stamp-created", EVENT_STAMP_CREATED},
    {"blake3-hash-generated", EVENT_HASH_GENERATED},
    {"onextree-intelligence-received", EVENT_INTELLIGENCE_RECEIVED},
    {"node-introspection", EVENT_NODE_REGISTERED},
};

const char *event_kind_name(enum event_kind kind)
{
    return canonical[kind];
}

enum event_kind event_kind_of(struct span type)
{
    char folded[LONGEST_NAME];
    if (type.len >= sizeof(folded))
        return EVENT_OTHER;
    for (size_t i = 0; i < type.len; i++) {
        char c = type.at[i];
        folded[i] = c == '_' || c == '.' ? '-' : (char)tolower((unsigned char)c);
    }
    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
        if (span_is((struct span){folded, type.len}, spellings[i].spelling))
            return spellings[i].kind;
    return EVENT_OTHER;
}

bool event_is_step(enum event_kind kind)
{
    return kind == EVENT_STEP_STARTED || kind == EVENT_STEP_COMPLETED || kind == EVENT_STEP_FAILED;
}

bool event_is_workflow(const struct event *event)
{
    switch (event->kind) {
    case EVENT_WORKFLOW_STARTED:
    case EVENT_WORKFLOW_COMPLETED:
    case EVENT_WORKFLOW_FAILED:
    case EVENT_STEP_STARTED:
    case EVENT_STEP_COMPLETED:
    case EVENT_STEP_FAILED:
    case EVENT_HASH_GENERATED:
    case EVENT_INTELLIGENCE_RECEIVED: return true;
    case EVENT_STAMP_CREATED: return event->has_correlation;
    case EVENT_STATE_TRANSITION: return event->moves_workflow;
    default: return false;
    }
}

uint64_t event_route(const struct event *event)
{
    if (event->facts[FACT_NODE_ID].at != NULL)
        return text_hash(event->facts[FACT_NODE_ID].at, event->facts[FACT_NODE_ID].len);
    bool bridge = event->kind == EVENT_AGGREGATION_COMPLETED || event->kind == EVENT_STATE_AGGREGATION_COMPLETED;
    const struct uuid *key = bridge && event->has_entity ? &event->entity
                             : event->has_correlation    ? &event->correlation
                                                         : &event->id;
    return text_hash(key->bytes, sizeof(key->bytes));
}
