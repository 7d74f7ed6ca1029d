/* sweep: temporary reject files that a killed run left behind. */
#ifndef BRIDGEJOB_PIPE_SWEEP_H
#define BRIDGEJOB_PIPE_SWEEP_H

/* Remove them from a directory of rejects: files named as reject.h and file_create() do, untouched for a minute, and
 * locked by no process: who writes one holds its lock until he is gone (flock(2)). Their lines come again with the
 * file they are from, which is not done. Where it cannot, it leaves things as they are; nothing is reported. */
void sweep_rejects(const char *dir);

#endif
