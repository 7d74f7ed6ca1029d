/* A map, for tests of what it makes of lines. JSON is written with single quotes. */
#ifndef BRIDGEJOB_TESTS_UNIT_MAPPED_H
#define BRIDGEJOB_TESTS_UNIT_MAPPED_H

#include "events.h"

#include "pipe/map.h"

#define TYPE_AND_TIME "'event_type':'/e','timestamp':'/t'"

static struct map map;

static inline void take_map(const char *text)
{
    char *json = quoted(text);
    int rc = map_parse(&map, "map", span_of(json));

    free(json);
    if (rc != 0)
        fail_msg("%s is no map", text);
}

#endif
