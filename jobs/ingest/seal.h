/* seal: the end of a file: refused lines on disk, every line accounted for, its entry in the ledger. */
#ifndef BRIDGEJOB_JOBS_SEAL_H
#define BRIDGEJOB_JOBS_SEAL_H

#include "jobs/ingest/load.h"

/* All lines of the input are read and all its batches are back. 0; ERR_FINDINGS when lines were refused or the
 * last one is not whole; ERR_INPUT when the file is cut, damaged or given up; any other err kind ends
 * the run. Reported. The input's counts are added to the run's. */
int seal_input(struct load *load, struct input *input);

#endif
