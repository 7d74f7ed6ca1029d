#include "cli/command.h"

#include "cli/completion.h"
#include "cli/help.h"
#include "cli/options.h"
#include "jobs/backup/backup.h"
#include "jobs/backup/drill.h"
#include "jobs/bridges/bridges.h"
#include "jobs/doctor/doctor.h"
#include "jobs/health/health.h"
#include "jobs/ingest/ingest.h"
#include "jobs/migrate/migrate.h"
#include "jobs/prune/prune.h"
#include "jobs/reindex/reindex.h"
#include "jobs/restore/restore.h"
#include "jobs/rollup/rollup.h"
#include "jobs/status/status.h"
#include "jobs/vacuum/vacuum.h"
#include "jobs/wal/wal.h"

/* To add a command:
 *   1. one file: jobs/<verb>.pgc with its header, which declares the struct job and
 *      the struct of its options;
 *   2. one row in commands[] below, and in options_<group>.c the option table that fills that
 *      struct: defaults, environment, configuration file, help, manual page and
 *      completion all follow from the two;
 *   3. one test: tests/db/<verb>.sh, and tests/cli/help_<verb>.sh for its help.
 * A command of two words ("migrate up") also has a row for its first word alone, which may mean one of them. */

#define EXAMPLES(...) (const char *const[]){__VA_ARGS__, NULL}
#define FILES(...) (const char *const[]){__VA_ARGS__, NULL}

const struct command commands[] = {
    {.name = "migrate", .group = "Schema", .summary = "bring the schema up to date, or back",
     .description = "The schema is a row of numbered SQL files, each with its reverse, built into the program. "
                    "Each file is one transaction, or goes on where it was; two runs at once cannot meet.",
     .examples = EXAMPLES("bridgejob migrate status", "bridgejob migrate up")},
    {.name = "migrate up", .group = "Schema", .summary = "apply pending migrations", .options = migrate_up_options,
     .description = "Applies what is pending in order, one transaction a file. Stops at the first that fails; "
                    "those before it stay, and the next run goes on from there.\n"
                    "A file with '-- bridgejob: no-transaction' in its head, or with BEGIN and COMMIT of its own, "
                    "runs statement by statement; how far it got is kept, and the next run goes on behind that.",
     .examples = EXAMPLES("bridgejob migrate up -d app", "bridgejob migrate up --dry-run"),
     .job = &migrate_up_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate down", .group = "Schema", .summary = "reverse applied migrations",
     .options = migrate_down_options,
     .description = "Reverses applied migrations, the newest first, by default one. Data in what is dropped is lost, "
                    "so it asks first unless --yes is given.",
     .examples = EXAMPLES("bridgejob migrate down --dry-run", "bridgejob migrate down --steps 2 --yes"),
     .job = &migrate_down_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate goto", .group = "Schema", .summary = "apply or reverse, up to one version",
     .operands = "VERSION", .options = migrate_goto_options,
     .description = "Reverses what lies behind the version, then applies what is pending up to it. 0 is before the "
                    "first. Asks before it reverses anything, unless --yes is given.",
     .examples = EXAMPLES("bridgejob migrate goto 12 --dry-run", "bridgejob migrate goto 0 --yes"),
     .job = &migrate_goto_job, .options_size = sizeof(struct migrate_options),
     .operands_at = offsetof(struct migrate_options, versions),
     .n_operands_at = offsetof(struct migrate_options, n_versions)},
    {.name = "migrate redo", .group = "Schema", .summary = "reverse the last migration and apply it again",
     .options = migrate_goto_options,
     .description = "For a migration that is being written: its file may have changed since it was applied. Asks "
                    "first, unless --yes is given.",
     .examples = EXAMPLES("bridgejob migrate redo --dir migrations --yes"),
     .job = &migrate_redo_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate status", .group = "Schema", .summary = "list what is applied, pending, changed or missing",
     .options = migrate_status_options,
     .description = "Lists every migration, with what is the matter with it. Changes nothing.",
     .examples = EXAMPLES("bridgejob migrate status", "bridgejob migrate status --format json"),
     .job = &migrate_status_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate plan", .group = "Schema", .summary = "show what up would lock, rewrite and block",
     .options = migrate_plan_options,
     .description = "For each statement of the pending files: the lock it takes on which table, whether the table is "
                    "read or written anew, how large it is, what others cannot do meanwhile, and who has it in use "
                    "now; then what is better done otherwise, and a hash of the plan for up --plan. Runs none of the "
                    "files, in a session in which the server refuses every write. Exit code 3 when a finding will be "
                    "felt.",
     .examples = EXAMPLES("bridgejob migrate plan", "bridgejob migrate plan --to 008 --format json"),
     .job = &migrate_plan_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate prove", .group = "Schema", .summary = "prove every rollback in a scratch database",
     .options = migrate_status_options,
     .description = "Runs each file up, down and up again in a scratch database, and compares the catalog after "
                    "every step: a rollback must take back exactly what its file made. Names what an IF NOT EXISTS "
                    "skipped, and files without a rollback. The scratch database is dropped whatever happens; the "
                    "role must be allowed to create one. Exit code 3 when there is a finding.",
     .examples = EXAMPLES("bridgejob migrate prove", "bridgejob migrate prove --dir migrations --format json"),
     .job = &migrate_prove_job, .options_size = sizeof(struct migrate_options)},
    {.name = "migrate baseline", .group = "Schema", .summary = "adopt a database that has the tables and no history",
     .operands = "VERSION", .options = migrate_status_options,
     .description = "Records the files up to a version as applied, without running them. First it makes what they "
                    "make in a scratch database and compares: where the catalogs differ, the objects are named and "
                    "nothing is recorded, with or without --yes. What belongs to none of the files is left alone.",
     .examples = EXAMPLES("bridgejob migrate baseline 006", "bridgejob migrate baseline 2 --set mbflow"),
     .job = &migrate_baseline_job, .options_size = sizeof(struct migrate_options),
     .operands_at = offsetof(struct migrate_options, versions),
     .n_operands_at = offsetof(struct migrate_options, n_versions)},
    {.name = "migrate repair", .group = "Schema", .summary = "take files and catalog as they are now",
     .options = migrate_status_options,
     .description = "Changes the history, never the tables: takes the checksums of files that were changed, forgets "
                    "files that are gone, takes the catalog as it is. Shows what it would change and asks, unless "
                    "--yes is given; --dry-run only shows it.",
     .examples = EXAMPLES("bridgejob migrate repair --dry-run", "bridgejob migrate repair --yes"),
     .job = &migrate_repair_job, .options_size = sizeof(struct migrate_options)},
    {.name = "ingest", .group = "Data", .summary = "load event logs into the tables",
     .operands = "FILE...|DIR|-", .options = ingest_options,
     .description = "Loads newline-delimited JSON, plain or gzip (told by content, not by name). From a directory it "
                    "takes *.ndjson, *.jsonl and *.json, each also with .gz; - is standard input.\n"
                    "Every line is accounted for: lines = inserted + duplicates + rejected + blank. A bad line costs "
                    "one line, which is kept with its reason. Running it again is always safe: what is in is not "
                    "loaded twice, and a file that is done is skipped.",
     .examples = EXAMPLES("bridgejob ingest events.ndjson.gz",
                          "bridgejob ingest -q --rejects /var/lib/rejects /var/log/events",
                          "zcat old.gz | bridgejob ingest --format json -"),
     .files = FILES("./rejects/FILE.RUN.rej", "the lines of FILE that run RUN refused, byte for byte",
                    "./rejects/FILE.RUN.rej.jsonl", "an object for each of them: where it stood, why it was refused"),
     .job = &ingest_job, .options_size = sizeof(struct ingest_options),
     .operands_at = offsetof(struct ingest_options, files), .n_operands_at = offsetof(struct ingest_options, n_files)},
    {.name = "rollup", .group = "Data", .summary = "aggregate stamps into windows", .options = rollup_options,
     .description = "Sums up the stamps of each window of time, one row a window and name space, in bridge_states. "
                    "Only windows whose data changed since the last rollup of this size, type and zone are computed "
                    "anew, wherever in the past they lie; a row changes only when its content does.\n"
                    "Running it again is always safe.",
     .examples = EXAMPLES("bridgejob rollup --window 1h", "bridgejob rollup --window 1d --tz Europe/Berlin",
                          "bridgejob rollup --window 1h --verify --from 7d"),
     .job = &rollup_job, .options_size = sizeof(struct rollup_options)},
    {.name = "vacuum", .group = "Maintenance", .summary = "clean and analyze the tables that need it",
     .options = vacuum_options,
     .description = "Picks tables by what the server has measured: dead rows, inserted rows, age, visibility and "
                    "changes, against the limits autovacuum has for each; the most urgent first. Stops at the end of "
                    "its time, and waits for no lock longer than --lock-timeout. Says what it could not clean, and "
                    "who is in the way: then the exit code is 3.",
     .examples = EXAMPLES("bridgejob vacuum --dry-run", "bridgejob vacuum -q --between 02:00-04:00",
                          "bridgejob vacuum --table event_logs --freeze"),
     .job = &vacuum_job, .options_size = sizeof(struct maintenance_options)},
    {.name = "reindex", .group = "Maintenance", .summary = "rebuild the indexes that are bloated",
     .options = reindex_options,
     .description = "Rebuilds, CONCURRENTLY, the indexes of which 30% and 1 MB are bloat, the largest gain first. The "
                    "bloat is measured where the extension pgstattuple is installed, and estimated elsewhere. INVALID "
                    "indexes that a killed run has left are dropped. Stops at the end of its time, and waits for no "
                    "lock longer than --lock-timeout. What it could not do makes the exit code 3.",
     .examples = EXAMPLES("bridgejob reindex --dry-run", "bridgejob reindex -q --between 02:00-04:00",
                          "bridgejob reindex --table event_logs"),
     .job = &reindex_job, .options_size = sizeof(struct maintenance_options)},
    {.name = "prune", .group = "Maintenance", .summary = "take away what is too old",
     .description = "Nodes that are silent, events that are expired and rolled up, the history of old runs. With "
                    "--dry-run it lists what would go.",
     .examples = EXAMPLES("bridgejob prune events --dry-run", "bridgejob prune nodes")},
    {.name = "prune nodes", .own_section = true, .group = "Maintenance",
     .summary = "mark nodes that are silent, delete those long gone", .options = prune_nodes_options,
     .description = "Goes by the last heartbeat of a node, or where it never had one by its registration, and by the "
                    "server's clock. A node that was marked or deleted is back with its next heartbeat.",
     .examples = EXAMPLES("bridgejob prune nodes --dry-run", "bridgejob prune nodes --stale-after 5m --older-than 24h"),
     .job = &prune_nodes_job, .options_size = sizeof(struct prune_options)},
    {.name = "prune events", .own_section = true, .group = "Maintenance",
     .summary = "drop partitions of events that are expired", .options = prune_events_options,
     .description = "Partitions of event_logs that are wholly expired are detached and dropped, of others rows are "
                    "deleted, a short transaction at a time. What a rollup has not seen is kept: exit code 3, and "
                    "the guard is named with the command to run.\n"
                    "Killed at any moment, the next run goes on.",
     .examples = EXAMPLES("bridgejob prune events --dry-run", "bridgejob prune events --older-than 90d"),
     .job = &prune_events_job, .options_size = sizeof(struct prune_options)},
    {.name = "prune runs", .own_section = true, .group = "Maintenance",
     .summary = "delete the history of old runs", .options = prune_runs_options,
     .description = "Deletes old rows of job_runs, but never a job's last success or its last failure. The ledger of "
                    "files stays: it is what makes a file that is done be skipped.",
     .examples = EXAMPLES("bridgejob prune runs --older-than 30d"),
     .job = &prune_runs_job, .options_size = sizeof(struct prune_options)},
    {.name = "backup", .group = "Backups", .summary = "backups that are verified before they count",
     .alone = "backup create",
     .description = "A backup is a directory of its own, with a manifest: what is in it, when it was taken, of which "
                    "server, and the SHA-256 of every file. It appears by one rename when all of it is on disk and was "
                    "read back. Alone, without one of the words below, it is 'backup create'.",
     .examples = EXAMPLES("bridgejob backup", "bridgejob backup -q --backup-dir /srv/backups")},
    {.name = "backup create", .group = "Backups", .summary = "take a backup, read it back, then let it count",
     .options = backup_create_options,
     .description = "Dumps the database by pg_dump, or with --kind physical the whole cluster with its WAL by "
                    "pg_basebackup. Every byte is read back before the backup gets its name; the rows of each table "
                    "are counted in the snapshot that is dumped, for a restore to be compared with. A run that fails "
                    "or is killed leaves nothing that looks like a backup, and the next one clears up.\n"
                    "With --encrypt-to nothing is ever on disk in the clear. What --copy-to is given has exit code 3 "
                    "when it fails: the backup stays.",
     .examples = EXAMPLES("bridgejob backup -d app", "bridgejob backup create --jobs 4 --backup-dir /srv/backups",
                          "bridgejob backup --encrypt-to age1... --copy-to 'scp \"$1\" far:app/'",
                          "bridgejob backup create --kind physical --rate 20MB"),
     .files = FILES("./backups/ID/", "the backup ID: its data, and ID.json, its manifest",
                    "./backups/ID.tmp/", "one that is being made, or that a killed run left"),
     .job = &backup_create_job, .options_size = sizeof(struct backup_options)},
    {.name = "backup list", .group = "Backups", .summary = "list the backups there are",
     .options = backup_list_options,
     .description = "Lists the backups in a directory, the newest first, with when each was verified last and what was "
                    "found wrong with it. Needs no server. Changes nothing.",
     .examples = EXAMPLES("bridgejob backup list", "bridgejob backup list --backup-dir /srv/backups --format json"),
     .job = &backup_list_job, .options_size = sizeof(struct backup_options)},
    {.name = "backup verify", .group = "Backups", .summary = "read backups again, every byte of them",
     .operands = "[ID]...", .options = backup_verify_options,
     .description = "Holds every file against the SHA-256 in the manifest, inflates all that is compressed, and counts "
                    "the rows of each table in a dump: they are as many as when it was taken. What is found is noted "
                    "in the manifest: a backup that is damaged does not count any more. Of an encrypted backup the "
                    "contents are read only where its key is.\n"
                    "Needs no server. A backup that is damaged makes the exit code 65.",
     .examples = EXAMPLES("bridgejob backup verify --all", "bridgejob backup verify app_20260131T013000Z",
                          "bridgejob backup verify --all --identity key.txt --format json"),
     .job = &backup_verify_job, .options_size = sizeof(struct backup_options),
     .operands_at = offsetof(struct backup_options, ids), .n_operands_at = offsetof(struct backup_options, n_ids)},
    {.name = "backup expire", .group = "Backups", .summary = "remove backups that are not to be kept",
     .options = backup_expire_options,
     .description = "Keeps the newest verified backup of each of the last days, weeks and months that have one, for "
                    "each database and kind by itself, and removes the others. Never removes the newest verified one. "
                    "What is damaged or was never verified does not count; it stays until it is older than all that is "
                    "kept, and makes the exit code 3. With --explain it says of every backup why it stays or goes.\n"
                    "Needs no server. A backup that is being read stays: exit code 75.",
     .examples = EXAMPLES("bridgejob backup expire --dry-run --explain",
                          "bridgejob backup expire -q --keep-daily 7 --keep-monthly 12"),
     .job = &backup_expire_job, .options_size = sizeof(struct backup_options)},
    {.name = "backup drill", .own_section = true, .group = "Backups",
     .summary = "prove that a backup can be restored", .operands = "[ID]",
     .options = drill_options,
     .description = "Restores a backup, without ID the newest that is verified, into a server that only this run "
                    "reaches and that is gone afterwards. Counts its rows against the manifest, validates its "
                    "constraints anew, runs rollup --verify and, where it is installed, amcheck. Prints how long it "
                    "took until the database was there (RTO) and how old what came back is (RPO). Exit code 65: the "
                    "backup is bad; 3: it comes back, and its rollups differ; any other: the drill could not run.\n"
                    "PostgreSQL does not run as root: run it as the user who owns the backups.",
     .examples = EXAMPLES("runuser -u postgres -- bridgejob backup drill --backup-dir /srv/backups",
                          "bridgejob backup drill app_20260131T013000Z --format json"),
     .job = &drill_job, .options_size = sizeof(struct drill_options),
     .operands_at = offsetof(struct drill_options, ids), .n_operands_at = offsetof(struct drill_options, n_ids)},
    {.name = "restore", .group = "Backups", .summary = "make a database of a backup again", .operands = "ID",
     .options = restore_options,
     .description = "A logical backup becomes a database that is not there, or an empty one; ID is a backup's, or "
                    "'latest'. It is made under another name, loaded, its rows counted against the backup's, and "
                    "only then called what it shall be: whatever fails, or is killed, what was there stays.\n"
                    "With --clean --yes a database that is not empty is replaced, when the new one is whole.",
     .examples = EXAMPLES("bridgejob restore latest --into app_restored",
                          "bridgejob restore app_20260131T013000Z --into app --clean --yes --jobs 4",
                          "bridgejob restore latest --into app --table workflow_steps"),
     .job = &restore_job, .options_size = sizeof(struct restore_options),
     .operands_at = offsetof(struct restore_options, ids), .n_operands_at = offsetof(struct restore_options, n_ids)},
    {.name = "wal-push", .group = "Backups", .summary = "archive a WAL file: PostgreSQL's archive_command",
     .operands = "FILE", .options = wal_push_options,
     .description = "Compresses the file, puts it on disk and gives it its name only then. Never overwrites: when the "
                    "name is taken, the same content is fine, and another is refused. The first file makes the archive "
                    "that of its cluster; files of another are refused. Whatever the failure, PostgreSQL keeps the "
                    "file and tries again.",
     .examples = EXAMPLES("bridgejob wal-push --wal-dir /srv/wal pg_wal/000000010000000000000003"),
     .files = FILES("WAL-DIR/NAME.gz", "the files, compressed", "WAL-DIR/system-identifier", "the cluster they are of"),
     .job = &wal_push_job, .options_size = sizeof(struct wal_options),
     .operands_at = offsetof(struct wal_options, operands), .n_operands_at = offsetof(struct wal_options, n_operands)},
    {.name = "wal-fetch", .group = "Backups", .summary = "get a WAL file back: PostgreSQL's restore_command",
     .operands = "NAME FILE", .options = wal_fetch_options,
     .description = "Reads the file of that name to its end, checks it, and puts it at that path. Exit code 66 when "
                    "it is not in the archive: PostgreSQL then asks elsewhere, or has reached the end. Any other "
                    "failure is exit code 126, and so is a segment that is missing between others: it stops recovery, "
                    "as going on without the file would lose in silence what comes behind it.",
     .examples = EXAMPLES("bridgejob wal-fetch --wal-dir /srv/wal 000000010000000000000003 pg_wal/X"),
     .job = &wal_fetch_job, .exit_code = wal_fetch_exit_code, .options_size = sizeof(struct wal_options),
     .operands_at = offsetof(struct wal_options, operands), .n_operands_at = offsetof(struct wal_options, n_operands)},
    {.name = "wal", .group = "Backups", .summary = "what is in the archive of WAL",
     .description = "The archive is filled by wal-push and read by wal-fetch and restore.",
     .examples = EXAMPLES("bridgejob wal status --wal-dir /var/backups/wal")},
    {.name = "wal status", .group = "Backups", .summary = "timelines, ranges and gaps of the archive",
     .options = wal_status_options,
     .description = "Lists the timelines that are in the archive, from which segment to which, and what is missing "
                    "between: no restore gets over a gap. With findings the exit code is 3. Changes nothing, and "
                    "needs no database.",
     .examples = EXAMPLES("bridgejob wal status --wal-dir /var/backups/wal",
                          "bridgejob wal status --quiet --max-age 15m"),
     .job = &wal_status_job, .options_size = sizeof(struct wal_options)},
    {.name = "bridges", .group = "Queries", .summary = "list windows with their figures", .options = bridges_options,
     .description = "Lists the rows of bridge_states, the newest windows first: what the rollups made of the stamps, "
                    "and what aggregation events said, which have no window. Changes nothing.",
     .examples = EXAMPLES("bridgejob bridges --since 1d", "bridgejob bridges --type time_window --format csv",
                          "bridgejob bridges --gaps"),
     .job = &bridges_job, .options_size = sizeof(struct bridges_options)},
    {.name = "status", .group = "Watch", .summary = "did every job run when it should, and what waits",
     .options = status_options,
     .description = "For each job its last run, how it ended, when it is due and how many runs were missed; "
                    "migrations, rollups, refused lines, backups and nodes. What is the matter has a name, and says "
                    "what to type. Changes nothing. With findings the exit code is 3; with --quiet it prints nothing "
                    "without them, so it can be a cron job that watches the others.",
     .examples = EXAMPLES("bridgejob status --cron /etc/bridgejob.cron",
                          "bridgejob status --quiet --cron /etc/bridgejob.cron"),
     .job = &status_job, .options_size = sizeof(struct status_options)},
    {.name = "health", .group = "Watch", .summary = "nodes, tables, connections, locks and replication",
     .options = health_options,
     .description = "Looks at nodes, tables, connections, statements that run, locks and replication, and names what "
                    "is the matter, why that matters and what to type. Changes nothing. With findings the exit code "
                    "is 3; with --quiet it prints nothing without them.",
     .examples = EXAMPLES("bridgejob health", "bridgejob health --quiet --stale-after 10m --long-query 15m"),
     .job = &health_job, .options_size = sizeof(struct health_options)},
    {.name = "doctor", .group = "Watch", .summary = "what server, schema and role should be otherwise",
     .options = no_options,
     .description = "Holds the server's settings against advice that is scaled to this machine when the server runs "
                    "on it, and looks at indexes, privileges, extensions and clocks. Each finding says what, why and "
                    "what to type. Changes nothing. With findings the exit code is 3.",
     .examples = EXAMPLES("bridgejob doctor", "bridgejob doctor --format csv"),
     .job = &doctor_job, .options_size = sizeof(struct doctor_options)},
    {.name = "help", .group = "This program", .summary = "describe a command", .operands = "[COMMAND]",
     .options = help_options, .description = "Describes a command, or lists them all.",
     .examples = EXAMPLES("bridgejob help", "bridgejob help migrate up",
                          "bridgejob help --format man ingest | man -l -"),
     .run = help_run, .options_size = sizeof(struct help_options),
     .operands_at = offsetof(struct help_options, words), .n_operands_at = offsetof(struct help_options, n_words)},
    {.name = "version", .group = "This program", .summary = "print the version", .options = version_options,
     .description = "Prints the version of the program.",
     .examples = EXAMPLES("bridgejob version --verbose"),
     .run = version_run, .options_size = sizeof(struct version_options)},
    {.name = "completion", .group = "This program", .summary = "print what completes commands in bash or zsh",
     .operands = "bash|zsh", .options = no_options,
     .description = "Prints a script that lets the shell complete commands, options, their words and file names. "
                    "'make install' puts it where the shells look for it.",
     .examples = EXAMPLES("source <(bridgejob completion bash)", "bridgejob completion zsh >~/.zfunc/_bridgejob"),
     .run = completion_run, .options_size = sizeof(struct completion_options),
     .operands_at = offsetof(struct completion_options, shells),
     .n_operands_at = offsetof(struct completion_options, n_shells)},
    {.name = NULL}};
