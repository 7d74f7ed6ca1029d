/* derive_mbflow: the events of the executions in stage_executions → what executions and node_executions
 * say of them. */
#ifndef BRIDGEJOB_JOBS_DERIVE_MBFLOW_H
#define BRIDGEJOB_JOBS_DERIVE_MBFLOW_H

/* 0 or an err kind, noted. */
int derive_mbflow(void);

#endif
