/* Who is in the way of maintenance. */
#ifndef BRIDGEJOB_JOBS_MAINTENANCE_HOLDERS_H
#define BRIDGEJOB_JOBS_MAINTENANCE_HOLDERS_H

#include <stdbool.h>

#include "jobs/maintenance/account.h"

/* Who keeps VACUUM from removing rows that are dead (Manual 25.1.5, 27.2.5, 54.17): the oldest of the transactions of
 * this database, the replication slots, the prepared transactions and the standbys with hot_standby_feedback. Other
 * VACUUMs hold nothing, nor does a transaction that began 'since' (seconds since 1970) or later. 'catalog': of a system
 * table, which a slot's catalog_xmin holds as well. Nobody: "". 0 or an err kind. */
int holders_of_horizon(bool catalog, double since, struct holder *holder);

/* Who has a lock on the table, its partitions, their TOAST tables or indexes that SHARE UPDATE EXCLUSIVE waits for
 * (Manual 13.3); 'writers': that SHARE waits for, as the waits of REINDEX CONCURRENTLY do. If nobody has one, who waits
 * for one, as whoever comes later waits behind him; then 'who' says for whom he waits, and 'hint' is about that one.
 * The oldest transaction of them; nobody: "". 0 or an err kind. */
int holders_of_table(long long table_oid, bool writers, struct holder *holder);

/* Whom REINDEX CONCURRENTLY would wait for (Manual REINDEX, Rebuilding Indexes Concurrently): a transaction that is
 * older than 'older_s' seconds and has a lock on the table, or a snapshot (that of a VACUUM elsewhere does not count).
 * Nobody: "". 0 or an err kind. */
int holders_of_reindex(long long table_oid, long long older_s, struct holder *holder);

#endif
