/* The sections of health, each with its findings; docs/operations.md lists them. 0 or an err kind, reported. */
#ifndef BRIDGEJOB_JOBS_HEALTH_PARTS_H
#define BRIDGEJOB_JOBS_HEALTH_PARTS_H

#include "jobs/health/health.h"
#include "jobs/sections.h"

/* Finds: wraparound. */
int health_database(struct sections *sections, const struct health_options *options);

/* Finds: stale_node, unhealthy_node. Nothing where there is no node_registrations. */
int health_nodes(struct sections *sections, const struct health_options *options);

/* Finds: dead_rows. */
int health_tables(struct sections *sections, const struct health_options *options);

/* Finds: connections. */
int health_connections(struct sections *sections, const struct health_options *options);

/* Statements that run for more than 5 seconds (guide, Health Checks) and transactions that idle or are prepared; not
 * what vacuums, which is to take its time. Finds: long_query, idle_in_transaction, prepared_transaction. */
int health_queries(struct sections *sections, const struct health_options *options);

/* Who waits for a lock, and who holds it up. Finds: lock_wait. */
int health_waits(struct sections *sections, const struct health_options *options);

/* Standbys and slots. Finds: replication_lag, inactive_slot, lost_slot. */
int health_replication(struct sections *sections, const struct health_options *options);

#endif
