#include "jobs/migrate/in_scratch.h"

#include "core/err.h"
#include "db/scratch.h"
#include "jobs/in_child.h"

int in_scratch(const char *job, int (*body)(void *arg), void *arg)
{
    char database[SCRATCH_NAME_SIZE];
    int result = scratch_sweep();

    if (result == 0)
        result = scratch_create(database);
    if (result != 0)
        return result;
    result = in_database(job, database, body, arg);
    return err_worst(result, scratch_drop(database));
}
