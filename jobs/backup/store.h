/* store: the directory of backups. Each is a directory of its own, <dir>/<id>/, with its data and <id>.json. It
 * appears by one rename when everything in it is on disk, so what is there was whole, and nothing else looks like a
 * backup. What is being made is <id>.tmp/, what is being removed <id>.gone/; who works at them holds their lock
 * (flock(2) on the directory), so what a killed run left is known by its lock being free. */
#ifndef BRIDGEJOB_JOBS_BACKUP_STORE_H
#define BRIDGEJOB_JOBS_BACKUP_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "jobs/backup/manifest.h"

/* A database's name (63 bytes at most), escaped, a time, a number, and a NUL. */
#define BACKUP_ID_SIZE 256

/* A backup that is being made. */
struct draft {
    char id[BACKUP_ID_SIZE];
    char *dir;  /* <backup-dir>/<id>.tmp; owned; NULL: none */
    char *path; /* what it will be: <backup-dir>/<id>; owned */
    int lock;
};

#define DRAFT_INIT ((struct draft){.lock = -1})

/* Make the directory of backups if it is not there (0700), and in it one for a backup of that database made at that
 * time: <database>_YYYYmmddTHHMMSSZ, '_2' and so on behind it when that is taken. In the name every byte but letters,
 * digits, '_', '-' and, but for the first, '.' is written =XX. 0 or an err kind, reported. */
int store_begin(struct draft *draft, const char *dir, const char *database, int64_t created_at);

/* Put all of it on disk, write the manifest, and give it its name. The files are private (0600) and their directory
 * is fsynced. 0 or an err kind, reported: then the draft is there still. */
int store_publish(struct draft *draft, const struct manifest *manifest);

/* Remove what was made; safe after store_publish() and on DRAFT_INIT. */
void store_discard(struct draft *draft);

/* What killed runs left: drafts and removals no process holds the lock of. Nothing is reported but what was removed,
 * at debug level. */
void store_sweep(const char *dir);

/* All backups, newest first (by created_at, then id); one whose manifest cannot be read has its 'id' and a 'fault', and
 * one whose files are gone or have another size a 'fault'. A directory that is not there has none. 0 or an err kind,
 * reported. */
struct backup_list {
    struct manifest *at;
    size_t n;
};
int store_list(const char *dir, struct backup_list *list);
void backup_list_release(struct backup_list *list);

/* The newest that is verified, of that kind: an enum backup_kind, or BACKUP_ANY_KIND. The manifest has been
 * initialized. 0; ERR_NOINPUT when there is none, ERR_USAGE when those of its kind are of several databases or
 * clusters, of which another one may be meant, reported with the next command to type. */
#define BACKUP_ANY_KIND (-1)
int store_latest(const char *dir, int kind, struct manifest *manifest);

/* One by its id; "latest" is store_latest() of any kind. The manifest has been initialized. 0; ERR_NOINPUT when there
 * is none, ERR_INPUT when its manifest is damaged, reported with the next command to type. */
int store_find(const char *dir, const char *id, struct manifest *manifest);

/* A command to type: "bridgejob backup <command> [<id>] --backup-dir <dir>", as a shell takes it. 'id' may be NULL. */
void store_command(struct buf *text, const char *command, const char *id, const char *dir);

/* The same as a hint, behind words of its own: "use another one: ", or "". */
void store_hint(const char *words, const char *command, const char *id, const char *dir);

/* The directory of a backup, or a file in it ('name' NULL: the directory), in fresh memory; NULL, reported, when
 * memory is out. */
char *store_path(const char *dir, const char *id, const char *name);

/* Hold a backup while it is read, so that nobody removes it; close(2) what is returned. -1, reported: it is gone, or
 * being removed. */
int store_hold(const char *dir, const char *id);

/* Remove a backup. 0, also when it is not there any more; ERR_TEMPFAIL, reported, when somebody reads it; an err kind,
 * reported. */
int store_remove(const char *dir, const char *id);

#endif
