/* segment: names and headers of the files PostgreSQL archives (access/xlog_internal.h). Pure. */
#ifndef BRIDGEJOB_JOBS_WAL_SEGMENT_H
#define BRIDGEJOB_JOBS_WAL_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

enum wal_kind {
    WAL_SEGMENT, /* 000000010000000000000003 */
    WAL_PARTIAL, /* 000000010000000000000003.partial: the last one of a timeline that another one follows */
    WAL_LABEL,   /* 000000010000000000000003.00000028.backup: of a base backup */
    WAL_HISTORY, /* 00000002.history: where the timeline comes from */
    WAL_FOREIGN  /* no such file */
};

/* Bytes of the longest name, and a NUL. */
#define WAL_NAME_SIZE 48

struct wal_name {
    enum wal_kind kind;
    uint32_t timeline;
    uint32_t log, seg; /* not of a history */
};

/* Take a name apart; WAL_FOREIGN when it is none. */
enum wal_kind wal_name_parse(const char *text, struct wal_name *name);

/* The number of a segment on its timeline: its first byte's position divided by the size of segments, which is a power
 * of two. */
uint64_t wal_number(const struct wal_name *name, uint32_t segment_size);

/* The name of a segment. */
void wal_segment_name(uint32_t timeline, uint64_t number, uint32_t segment_size, char name[WAL_NAME_SIZE]);

/* "0/3000110" → position. 0, or -1. */
int wal_position_parse(const char *text, uint64_t *position);

/* The long header of a segment's first page (XLogLongPageHeaderData), in this machine's byte order. */
#define WAL_HEADER_SIZE 40
struct wal_header {
    uint32_t timeline;          /* that of the page: an earlier one when the timeline begins within it */
    uint64_t position;          /* of the page's first byte */
    uint64_t system_identifier;
    uint32_t segment_size;      /* bytes */
};

/* Read it. NULL, or what is wrong: "it does not begin as a WAL segment does". */
const char *wal_header_read(const unsigned char bytes[WAL_HEADER_SIZE], struct wal_header *header);

/* Whether the header belongs into a file of that name (a segment, or a partial one). NULL, or what is wrong. */
const char *wal_header_fits(const struct wal_header *header, const struct wal_name *name);

#endif
