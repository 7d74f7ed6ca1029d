/* seal: the end of files: refused lines on disk, every line accounted for, their entries in the ledger. */
#ifndef BRIDGEJOB_JOBS_SEAL_H
#define BRIDGEJOB_JOBS_SEAL_H

#include "jobs/ingest/load.h"

/* All lines of these inputs, at most BATCH_PARTS, are read and all are back. How each ended goes to load->worst
 * (ERR_FINDINGS when lines were refused or the last one is not whole; ERR_INPUT when the file is cut, damaged or given
 * up; its own when it could not be read), its counts to the run's. Their ends are one transaction in the ledger.
 * 0, or an err kind that ends the run. Reported. */
int seal_inputs(struct load *load, struct input *const *inputs, size_t n);

#endif
