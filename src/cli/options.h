/* The options of each command, in options_<group>.c: what fills the struct of its job. A table ends with
 * END_OF_OPTIONS; how one looks is in option.h. */
#ifndef BRIDGEJOB_CLI_OPTIONS_H
#define BRIDGEJOB_CLI_OPTIONS_H

#include <stddef.h>

#include "cli/option.h"

/* Bounds, in seconds and bytes. */
#define DAY INT64_C(86400)
#define GIGABYTE (INT64_C(1) << 30)

#define END_OF_OPTIONS {.name = NULL}

extern const struct option migrate_up_options[];
extern const struct option migrate_down_options[];
extern const struct option migrate_goto_options[];
extern const struct option migrate_status_options[];
extern const struct option migrate_plan_options[];
extern const struct option ingest_options[];
extern const struct option rollup_options[];
extern const struct option prune_nodes_options[];
extern const struct option prune_events_options[];
extern const struct option prune_runs_options[];
extern const struct option backup_create_options[];
extern const struct option backup_list_options[];
extern const struct option backup_verify_options[];
extern const struct option backup_expire_options[];
extern const struct option bridges_options[];
extern const struct option vacuum_options[];
extern const struct option reindex_options[];
extern const struct option drill_options[];
extern const struct option restore_options[];
extern const struct option health_options[];
extern const struct option status_options[];
extern const struct option wal_push_options[];
extern const struct option wal_fetch_options[];
extern const struct option wal_status_options[];
extern const struct option version_options[];
extern const struct option help_options[];
extern const struct option no_options[];

#endif
