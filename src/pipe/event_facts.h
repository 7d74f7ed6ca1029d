/* event_facts: what a known event says about the tables. */
#ifndef BRIDGEJOB_PIPE_EVENT_FACTS_H
#define BRIDGEJOB_PIPE_EVENT_FACTS_H

#include "pipe/event.h"

/* Fill event->facts, numbers, entity and moves_workflow from the payload of a known event; the
 * envelope's columns are there already. REASON_NONE, or why the line is refused:
 * a value the columns need is missing, of the wrong type, too long or too large. */
enum reason event_facts(struct event_parser *parser, struct event *event);

#endif
