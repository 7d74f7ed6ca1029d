/* drill_place: the directory that a drill's server has its data in, <dir>/drill.XXXXXX. It is locked (flock(2)) while
 * it is in use, so what a killed drill left is known, and removed by the next. */
#ifndef BRIDGEJOB_JOBS_BACKUP_DRILL_PLACE_H
#define BRIDGEJOB_JOBS_BACKUP_DRILL_PLACE_H

#include <stdint.h>

struct drill_place {
    char *dir;  /* owned; NULL: none */
    char *data; /* in it, not made yet; owned */
    int lock;
};

#define DRILL_PLACE_INIT ((struct drill_place){.lock = -1})

/* Remove what killed drills left in 'dir', and make a place for so many bytes in it. 0; ERR_CANTCREATE when they do not
 * fit; or another err kind, reported. */
int drill_place_make(struct drill_place *place, const char *dir, int64_t bytes);

/* Remove it with all in it. 0 or an err kind, reported. Safe on DRILL_PLACE_INIT. */
int drill_place_remove(struct drill_place *place);

#endif
