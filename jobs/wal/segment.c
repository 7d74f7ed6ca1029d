#include "jobs/wal/segment.h"

#include <stdio.h>
#include <string.h>

#define HEX "0123456789ABCDEF"
#define LONG_HEADER 0x0002     /* XLP_LONG_HEADER */
#define MAGIC_FAMILY 0xD1      /* XLOG_PAGE_MAGIC of every version so far: 0xD1xx */
#define SIZE_LEAST (1U << 20)  /* initdb --wal-segsize: 1 MB to 1 GB */
#define SIZE_MOST (1U << 30)

static uint32_t digits(const char *at, size_t n)
{
    uint32_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value * 16 + (uint32_t)(strchr(HEX, at[i]) - HEX);
    return value;
}

static enum wal_kind kind_of(const char *text, size_t n_hex)
{
    const char *ending = text + n_hex;

    if (n_hex == 8)
        return strcmp(ending, ".history") == 0 ? WAL_HISTORY : WAL_FOREIGN;
    if (n_hex != 24)
        return WAL_FOREIGN;
    if (*ending == '\0')
        return WAL_SEGMENT;
    if (strcmp(ending, ".partial") == 0)
        return WAL_PARTIAL;
    return *ending == '.' && strspn(ending + 1, HEX) == 8 && strcmp(ending + 9, ".backup") == 0 ? WAL_LABEL
                                                                                             : WAL_FOREIGN;
}

enum wal_kind wal_name_parse(const char *text, struct wal_name *name)
{
    size_t n_hex = strspn(text, HEX);

    *name = (struct wal_name){.kind = kind_of(text, n_hex)};
    if (name->kind == WAL_FOREIGN)
        return WAL_FOREIGN;
    name->timeline = digits(text, 8);
    if (name->kind != WAL_HISTORY) {
        name->log = digits(text + 8, 8);
        name->seg = digits(text + 16, 8);
    }
    return name->kind;
}

static uint64_t segments_a_log(uint32_t segment_size)
{
    return (UINT64_C(1) << 32) / segment_size;
}

uint64_t wal_number(const struct wal_name *name, uint32_t segment_size)
{
    return name->log * segments_a_log(segment_size) + name->seg;
}

void wal_segment_name(uint32_t timeline, uint64_t number, uint32_t segment_size, char name[WAL_NAME_SIZE])
{
    uint64_t each = segments_a_log(segment_size);

    snprintf(name, WAL_NAME_SIZE, "%08X%08X%08X", timeline, (uint32_t)(number / each), (uint32_t)(number % each));
}

int wal_position_parse(const char *text, uint64_t *position)
{
    size_t high = strspn(text, HEX), low;

    if (high == 0 || high > 8 || text[high] != '/')
        return -1;
    low = strspn(text + high + 1, HEX);
    if (low == 0 || low > 8 || text[high + 1 + low] != '\0')
        return -1;
    *position = ((uint64_t)digits(text, high) << 32) | digits(text + high + 1, low);
    return 0;
}

const char *wal_header_read(const unsigned char bytes[WAL_HEADER_SIZE], struct wal_header *header)
{
    uint16_t magic, info;

    memcpy(&magic, bytes, sizeof(magic));
    memcpy(&info, bytes + 2, sizeof(info));
    memcpy(&header->timeline, bytes + 4, sizeof(header->timeline));
    memcpy(&header->position, bytes + 8, sizeof(header->position));
    memcpy(&header->system_identifier, bytes + 24, sizeof(header->system_identifier));
    memcpy(&header->segment_size, bytes + 32, sizeof(header->segment_size));
    if (magic >> 8 != MAGIC_FAMILY || (info & LONG_HEADER) == 0)
        return "it does not begin as a WAL segment does";
    if (header->segment_size < SIZE_LEAST || header->segment_size > SIZE_MOST ||
        (header->segment_size & (header->segment_size - 1)) != 0)
        return "its header names an impossible segment size";
    return NULL;
}

const char *wal_header_fits(const struct wal_header *header, const struct wal_name *name)
{
    if (name->seg >= segments_a_log(header->segment_size) ||
        header->position != wal_number(name, header->segment_size) * header->segment_size)
        return "its header is that of another segment";
    return header->timeline > name->timeline ? "its header is that of a later timeline" : NULL;
}
