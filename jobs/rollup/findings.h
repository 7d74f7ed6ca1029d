/* findings: what a rollup found and people have to know. In its transaction, once windows are judged and before they
 * are changed; 0 or an err kind, noted. */
#ifndef BRIDGEJOB_JOBS_FINDINGS_H
#define BRIDGEJOB_JOBS_FINDINGS_H

#include "core/buf.h"
#include "core/table.h"
#include "jobs/rollup/definition.h"

/* Every difference between bridge_states and the stamps, a row each: name space, start, end, what ("missing",
 * "surplus", "foreign" or the column), stored, should be. Windows that wait for a rollup, and sealed ones, are none. */
int findings_differences(const struct definition *definition, struct table *table);

/* Windows left as they are, a text each with a NUL behind it: those whose bridge_id another row has, and with 'sealed'
 * those whose stamps are gone in part. At most 10 of each kind. */
int findings_kept(bool sealed, struct buf *lines);

#endif
