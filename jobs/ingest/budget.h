/* budget: how many refused lines a file may have before it is given up (--max-rejects). */
#ifndef BRIDGEJOB_JOBS_BUDGET_H
#define BRIDGEJOB_JOBS_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct budget {
    bool limited;
    bool percent;
    double most;      /* lines, or percent of them */
};

/* "100" or "0.5%"; NULL: no limit. 0 or ERR_USAGE, reported. */
int budget_parse(const char *text, struct budget *budget);

/* Whether 'rejected' of 'lines' is past it. While the file is still being read ('ended' false) a percentage
 * is not judged before a thousand lines: the first bad line would be all of them. */
bool budget_is_past(const struct budget *budget, int64_t rejected, int64_t lines, bool ended);

#endif
