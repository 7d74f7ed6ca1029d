#include "pipe/reason.h"

static const char *const names[REASON_COUNT] = {
    [REASON_NONE] = "none",
    [REASON_INVALID_JSON] = "invalid_json",
    [REASON_INVALID_UTF8] = "invalid_utf8",
    [REASON_NUL_ESCAPE] = "nul_escape",
    [REASON_LONE_SURROGATE] = "lone_surrogate",
    [REASON_NUMBER_OUT_OF_RANGE] = "number_out_of_range",
    [REASON_TOO_DEEP] = "too_deep",
    [REASON_LINE_TOO_LONG] = "line_too_long",
    [REASON_NOT_AN_OBJECT] = "not_an_object",
    [REASON_MISSING_EVENT_TYPE] = "missing_event_type",
    [REASON_MISSING_TIMESTAMP] = "missing_timestamp",
    [REASON_INVALID_TIMESTAMP] = "invalid_timestamp",
    [REASON_TIMESTAMP_OUT_OF_RANGE] = "timestamp_out_of_range",
    [REASON_INVALID_UUID] = "invalid_uuid",
    [REASON_MISSING_FIELD] = "missing_field",
    [REASON_INVALID_FIELD] = "invalid_field",
    [REASON_VALUE_TOO_LONG] = "value_too_long",
    [REASON_INTEGER_OUT_OF_RANGE] = "integer_out_of_range",
    [REASON_SERVER_REFUSED] = "server_refused",
};

const char *reason_name(enum reason reason)
{
    return names[reason];
}
