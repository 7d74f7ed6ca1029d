/* The sections of doctor, each with its findings; docs/operations.md lists them. 0 or an err kind, reported. */
#ifndef BRIDGEJOB_JOBS_DOCTOR_PARTS_H
#define BRIDGEJOB_JOBS_DOCTOR_PARTS_H

#include <stdint.h>

#include "jobs/sections.h"

/* Version, clock, memory of the machine. Finds: version_unsupported, clock_skew. '*memory' is the machine's memory in
 * bytes when the server runs on this machine, else 0. */
int doctor_server(struct sections *sections, int64_t *memory);

/* Settings beside the guide's advice (Configuration Tuning), scaled to 'memory'; what is scaled is not judged when
 * that is 0. Finds: setting. */
int doctor_settings(struct sections *sections, int64_t memory);

/* Finds: fsync_off, full_page_writes_off, autovacuum_off, no_checksums, no_idle_timeout, no_pitr. */
int doctor_safety(struct sections *sections);

/* Finds: extension_missing. */
int doctor_extensions(struct sections *sections);

/* Indexes that are not used, double or broken, and those that are missing. Finds: unused_index, duplicate_index,
 * invalid_index, missing_index, foreign_key_without_index. */
int doctor_indexes(struct sections *sections);

/* What the role may not do that a job needs. Finds: privilege. */
int doctor_privileges(struct sections *sections);

#endif
