/* The configuration file as it would be with nothing set: every key, what it is, its default. */
#ifndef BRIDGEJOB_CLI_SAMPLE_H
#define BRIDGEJOB_CLI_SAMPLE_H

#include "core/buf.h"

void sample_config(struct buf *out);

#endif
