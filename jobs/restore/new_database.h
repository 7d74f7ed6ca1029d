/* new_database: the database a backup becomes. It is made under a temporary name, and gets its own when everything in
 * it is checked: in one transaction, in which the one that it replaces loses it. So a killed restore leaves what was
 * there, or all of what was restored. The temporary names tell whose they are (bridgejob_restore_<pid>_<start>, of the
 * session), so the next restore drops what is left. All of this runs in a session in a third database. */
#ifndef BRIDGEJOB_JOBS_RESTORE_NEW_DATABASE_H
#define BRIDGEJOB_JOBS_RESTORE_NEW_DATABASE_H

#include <stdbool.h>

#define DATABASE_NAME_SIZE 64 /* NAMEDATALEN: 63 bytes and a NUL (Manual 4.1.1) */

struct new_database {
    const char *into;              /* what it will be called */
    bool exists;                   /* there is one of that name */
    long long sessions;            /* in it, when it was looked at */
    char name[DATABASE_NAME_SIZE]; /* what it is called until then; "": it is not made */
    char old[DATABASE_NAME_SIZE];  /* what the one it replaces is called for a moment */
};

/* Look whether it exists. 0; ERR_USAGE for a name no database can have and for a template, reported. */
int new_database_look(struct new_database *database, const char *into);

/* What is in the database that exists: for in_database(). 'arg' is a struct contents in memory both processes see. */
struct contents {
    long long objects; /* tables, functions, types, schemas …; not those of extensions */
    char example[300]; /* the name of one */
};
int new_database_count_contents(void *arg);

/* Make it, from template0: as the one it replaces, else with 'locale', what CREATE DATABASE says of the original
 * ("ENCODING = 'UTF8' …"), else as the server is set. 0; ERR_NOPERM and others, reported. */
int new_database_make(struct new_database *database, const char *locale);

/* Give it its name. Whoever is connected to the one it replaces is in the way (ERR_TEMPFAIL), or with 'force' is
 * disconnected. Owner, settings and privileges of that one are kept. 0, or an err kind, reported: all is as before. */
int new_database_publish(struct new_database *database, bool force);

/* Drop what is not published, or what was replaced; safe at any point. 0, or an err kind, reported. */
int new_database_clear(struct new_database *database);

/* Drop what killed restores left, where this role may. 0, or an err kind, reported. */
int new_database_sweep(void);

/* As server_version_num. 0, or an err kind, reported. */
int new_database_server_version(long long *version);

#endif
