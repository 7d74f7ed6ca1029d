/* Whole directories of files. */
#ifndef BRIDGEJOB_CORE_TREE_H
#define BRIDGEJOB_CORE_TREE_H

#include <stdint.h>

/* Remove a directory and all in it; a symbolic link is removed, not followed. 0, also when it is not there; -1 with
 * errno: some of it may be gone. */
int tree_remove(const char *path);

/* Make files private (0600) and directories (0700), and put all of it on disk: fsync of every file and directory. 0, or
 * an err kind, reported. */
int tree_make_durable(const char *path);

/* Call visit() for every regular file in it, in the order of their names: 'name' is from 'path' on ("a/b"). Stops at
 * the first that does not return 0, and returns that; an err kind, reported, when it cannot be read. */
int tree_visit(const char *path, int (*visit)(const char *name, void *context), void *context);

#endif
