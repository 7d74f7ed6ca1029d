#include "jobs/ingest/budget.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/log.h"

#define LINES_FOR_A_PERCENTAGE 1000

int budget_parse(const char *text, struct budget *budget)
{
    char *end;
    *budget = (struct budget){0};
    if (text == NULL)
        return 0;
    budget->limited = true;
    budget->most = strtod(text, &end);
    budget->percent = strcmp(end, "%") == 0;
    bool number = end != text && (budget->percent || *end == '\0') && text[0] >= '0' && text[0] <= '9';
    bool sane = number && (budget->percent ? budget->most <= 100 : budget->most == floor(budget->most));
    if (sane)
        return 0;
    int rc = fail(ERR_USAGE,
                  "'--max-rejects' must be a whole number of lines or a percentage from 0%% to 100%%, not '%s'", text);
    log_hint("try 'bridgejob help ingest'");
    return rc;
}

bool budget_is_past(const struct budget *budget, int64_t rejected, int64_t lines, bool ended)
{
    if (!budget->limited)
        return false;
    if (!budget->percent)
        return (double)rejected > budget->most;
    if (!ended && lines < LINES_FOR_A_PERCENTAGE)
        return false;
    return (double)rejected * 100 > budget->most * (double)lines;
}
