/* runs: the run history, one row a run, in public.job_runs (migration 012). Where the
 * table does not exist yet (before the first migrate up) nothing is kept. */
#ifndef BRIDGEJOB_DB_RUNS_H
#define BRIDGEJOB_DB_RUNS_H

/* Rows kept of a job: the newest, and its last success (exit code 0 or 3) and last failure, however old. */
#define RUNS_KEPT 1000

/* Open a row. '*run' is its id, or 0 where there is no history table. 0 or an err kind. */
int runs_open(const char *job, long long *run);

/* Close it: end time, exit code, the tally (a JSON object; "" is {}) and, when it
 * failed, the first error of the run (log_first_error()). A lost connection is opened once more, also when the
 * run was asked to stop; that it cannot be is not said when the run ends because of just that. With run 0
 * and the table there by now (or that row gone with its table), a whole row is written,
 * begun 'elapsed_s' ago. Then older rows of the job are deleted (RUNS_KEPT); that this cannot be done is only a
 * warning. 0 or an err kind. */
int runs_close(long long run, const char *job, int exit_code, const char *tally, double elapsed_s);

#endif
