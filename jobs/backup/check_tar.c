#include <stdlib.h>

#include "core/err.h"
#include "core/file.h"
#include "jobs/backup/check_parts.h"

int check_tars(struct checking *checking)
{
    (void)checking;
    return 0;
}
