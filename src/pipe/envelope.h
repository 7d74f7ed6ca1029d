/* envelope: which part of a line is the event, and what of it goes where. */
#ifndef BRIDGEJOB_PIPE_ENVELOPE_H
#define BRIDGEJOB_PIPE_ENVELOPE_H

#include "pipe/event.h"

/* Take a judged line (parser->top is filled) out of Kafka and dead-letter wrappers: leaves
 * the event's own members in parser->top, what the wrappers said in parser->wrapper. */
enum reason envelope_unwrap(struct event_parser *parser);

/* Find the payload: 'payload', the typed sub-object, or the flat object itself. Fills
 * parser->payload and, when there is one, event->payload. '*sub_object' is the typed
 * sub-object's members' place (parser->payload) or NULL. */
enum reason envelope_payload(struct event_parser *parser, struct event *event, bool *sub_object);

/* The payload's members, wherever they are. */
const struct json_members *envelope_body(const struct event_parser *parser);

/* A member of the envelope became a column: it is not repeated in metadata or payload. */
void envelope_use(struct event_parser *parser, const char *name);

/* Write event->metadata (everything of the envelope that is nowhere else) and, for a flat
 * event, event->payload. 'original_type' is the type as written (JSON) when it is stored
 * under another name, else absent. */
void envelope_finish(struct event_parser *parser, struct event *event, struct span original_type);

/* The event type a topic's name stands for: ".dlq"/"_dlq" dropped, then the last dotted part,
 * or the one before a version "v1". */
struct span envelope_topic_slug(struct span topic);

#endif
