#include "jobs/migrate/drift.h"

#include <string.h>

#include "jobs/migrate/fingerprint.h"
#include "jobs/migrate/snapshot.h"

/* Nothing describes the objects: the fingerprint of the last step is all there is to compare. */
static int compare_fingerprint(struct drift *drift, const struct history *history)
{
    char fingerprint[FINGERPRINT_SIZE];
    int result = fingerprint_of(&drift->now, fingerprint);

    if (result == 0)
        drift->unnamed = strcmp(fingerprint, history->at[history->n - 1].catalog_fingerprint) != 0;
    return result;
}

int drift_find(struct drift *drift, const struct history *history)
{
    bool known = false;
    int result;

    *drift = (struct drift){.unnamed = false};
    if (history->n == 0)
        return 0;
    result = snapshot_read(&drift->kept, &known);
    if (result == 0)
        result = description_take(&drift->now);
    if (result == 0)
        result = known ? differences_find(&drift->differences, &drift->kept, &drift->now)
                       : compare_fingerprint(drift, history);
    if (result != 0)
        drift_release(drift);
    return result;
}

void drift_release(struct drift *drift)
{
    differences_release(&drift->differences);
    description_release(&drift->kept);
    description_release(&drift->now);
    drift->unnamed = false;
}

bool drift_is_any(const struct drift *drift)
{
    return drift->unnamed || drift->differences.n > 0;
}
