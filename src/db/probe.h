/* probe: why a connection failed. ECPG says only that it did; this asks the server once
 * more through libpq and reads the SQLSTATE it answers with. */
#ifndef BRIDGEJOB_DB_PROBE_H
#define BRIDGEJOB_DB_PROBE_H

enum probe_verdict {
    PROBE_UP,      /* it connects now */
    PROBE_LATER,   /* it answers, and may take us soon: starting up, full, going down */
    PROBE_REFUSED, /* it answers, and will not take us: password, database, role, pg_hba.conf */
    PROBE_SILENT   /* no answer: no such host, port closed, no socket, TLS that fails */
};

struct probe {
    char sqlstate[6];  /* "" when the server sent none */
    char message[512]; /* one line, never empty after a failure */
};

/* Connect as PG* says, give up after 3 s, disconnect. */
enum probe_verdict probe_server(struct probe *probe);

/* The reading of libpq's text, for PQERRORS_VERBOSE: "…: FATAL:  3D000: database …".
 * Exported for its test. */
enum probe_verdict probe_read(const char *text, struct probe *probe);

#endif
