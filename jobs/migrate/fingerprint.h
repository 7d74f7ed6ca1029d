/* fingerprint: the catalog in one number, so that drift and an incomplete rollback show. */
#ifndef BRIDGEJOB_JOBS_MIGRATE_FINGERPRINT_H
#define BRIDGEJOB_JOBS_MIGRATE_FINGERPRINT_H

#define FINGERPRINT_SIZE 65 /* SHA-256 in hex, and a NUL */

/* Describe every user object of the database: schemas, tables, columns, constraints, indexes,
 * views, sequences, functions, triggers, types, policies, comments. Left out: what belongs to
 * an extension, partitions (ingest makes them) and schema_migrations itself; owners and grants.
 * Needs the pinned search_path. 0 or an err kind, reported. */
int fingerprint_take(char fingerprint[FINGERPRINT_SIZE]);

#endif
