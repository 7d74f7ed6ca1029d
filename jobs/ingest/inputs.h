/* inputs: operands → the files they stand for. */
#ifndef BRIDGEJOB_JOBS_INPUTS_H
#define BRIDGEJOB_JOBS_INPUTS_H

#include <stddef.h>

struct inputs {
    char **paths;  /* "-" is standard input; owned */
    size_t n, cap;
};

/* A file stands for itself, whatever its name; a directory for the *.ndjson, *.jsonl and *.json in it
 * (each also .gz), by name; its subdirectories are not entered, records of refused lines
 * (*.rej.jsonl) are passed over. A file met twice is taken once.
 * 0, or an err kind, reported: ERR_NOINPUT when an operand does not exist; the others are still there. */
int inputs_collect(struct inputs *inputs, const char *const *operands, size_t n);
/* One more: a file, a directory or "-". As above. */
int inputs_add(struct inputs *inputs, const char *operand);
void inputs_release(struct inputs *inputs);

#endif
