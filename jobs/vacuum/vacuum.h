/* bridgejob vacuum: VACUUM and ANALYZE of the tables that need it, within a time and without waiting for locks. */
#ifndef BRIDGEJOB_JOBS_VACUUM_VACUUM_H
#define BRIDGEJOB_JOBS_VACUUM_VACUUM_H

#include "jobs/job.h"
#include "jobs/maintenance/maintenance.h"

/* Options: struct maintenance_options. */
extern const struct job vacuum_job;

#endif
