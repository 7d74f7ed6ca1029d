/* doctor: what the server, the schema and the role should be otherwise. Changes nothing. */
#ifndef BRIDGEJOB_JOBS_DOCTOR_H
#define BRIDGEJOB_JOBS_DOCTOR_H

#include "jobs/job.h"

struct doctor_options {
    int unused;             /* there are none */
};

extern const struct job doctor_job;

#endif
