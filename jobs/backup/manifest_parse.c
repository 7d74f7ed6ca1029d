#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/time.h"
#include "jobs/backup/manifest.h"
#include "pipe/json.h"
#include "pipe/pointer.h"

/* Members of one object, and what they are taken apart with. 'wrong' is the first member that is not as it was
 * written by manifest_print(). */
struct reading {
    struct json_members members;
    struct buf scratch;
    const char *wrong;
};

static const struct json_member *find(struct reading *reading, const char *key, enum json_type type)
{
    const struct json_member *member = json_find(&reading->members, key);

    if (member == NULL || (member->type != type && member->type != JSON_NULL)) {
        reading->wrong = reading->wrong == NULL ? key : reading->wrong;
        return NULL;
    }
    return member->type == JSON_NULL ? NULL : member;
}

static void read_text(struct reading *reading, const char *key, char **text)
{
    const struct json_member *member = find(reading, key, JSON_STRING);
    struct span said;

    if (member == NULL)
        return;
    buf_reset(&reading->scratch);
    said = json_string(member->value, &reading->scratch);
    *text = said.at == NULL ? NULL : strndup(said.at, said.len);
    if (*text == NULL)
        reading->wrong = key;
}

static void read_number(struct reading *reading, const char *key, int64_t *number)
{
    const struct json_member *member = find(reading, key, JSON_NUMBER);
    char digits[32];

    if (member == NULL)
        return;
    snprintf(digits, sizeof(digits), "%.*s", (int)member->value.len, member->value.at);
    if (text_parse_int64(digits, number) != 0)
        reading->wrong = key;
}

static void read_seconds(struct reading *reading, const char *key, double *seconds)
{
    const struct json_member *member = find(reading, key, JSON_NUMBER);
    int64_t us;

    /* "1.250" as a number of microseconds: a double would do, but strtod() minds the locale. */
    if (member == NULL)
        return;
    if (time_parse_epoch(member->value, &us) != 0)
        reading->wrong = key;
    else
        *seconds = (double)us / (double)TIME_SECOND;
}

static void read_time(struct reading *reading, const char *key, int64_t *us)
{
    const struct json_member *member = find(reading, key, JSON_STRING);

    if (member == NULL)
        return;
    if (time_parse((struct span){member->value.at + 1, member->value.len - 2}, us) != 0)
        reading->wrong = key;
}

/* The word's place in a list of names. */
static int read_word(struct reading *reading, const char *key, const char *(*name)(int value), int n)
{
    char *text = NULL;
    int value = 0;

    read_text(reading, key, &text);
    while (value < n && (text == NULL || strcmp(text, name(value)) != 0))
        value++;
    if (value == n)
        reading->wrong = key;
    free(text);
    return value < n ? value : 0;
}

static const char *kind_name(int value)
{
    return backup_kind_name((enum backup_kind)value);
}

static const char *format_name(int value)
{
    return backup_format_name((enum backup_format)value);
}

static void read_facts(struct reading *reading, struct manifest *manifest)
{
    read_text(reading, "id", &manifest->id);
    manifest->kind = (enum backup_kind)read_word(reading, "kind", kind_name, BACKUP_PHYSICAL + 1);
    manifest->format = (enum backup_format)read_word(reading, "format", format_name, BACKUP_TAR + 1);
    read_text(reading, "database", &manifest->database);
    read_time(reading, "created_at", &manifest->created_at);
    read_time(reading, "finished_at", &manifest->finished_at);
    read_seconds(reading, "elapsed_s", &manifest->elapsed_s);
    read_text(reading, "server_version", &manifest->server_version);
    read_number(reading, "server_version_num", &manifest->server_version_num);
    read_text(reading, "system_identifier", &manifest->system_identifier);
    read_number(reading, "timeline", &manifest->timeline);
    read_text(reading, "lsn", &manifest->lsn);
    read_text(reading, "end_lsn", &manifest->end_lsn);
    read_text(reading, "tool", &manifest->tool);
    read_text(reading, "encrypted", &manifest->encrypted);
    read_text(reading, "recipient", &manifest->recipient);
    read_number(reading, "database_bytes", &manifest->database_bytes);
    read_number(reading, "bytes", &manifest->bytes);
    read_time(reading, "verified_at", &manifest->verified_at);
    read_text(reading, "fault", &manifest->fault);
    read_time(reading, "drilled_at", &manifest->drilled_at);
    read_seconds(reading, "drill_s", &manifest->drill_s);
}

/* From the backup's directory on, and never out of it. */
static bool stays_inside(const char *name)
{
    if (name == NULL || name[0] == '\0' || name[0] == '/')
        return false;
    for (const char *at = name; at != NULL; at = strchr(at, '/'), at = at == NULL ? NULL : at + 1)
        if (strncmp(at, "..", 2) == 0 && (at[2] == '\0' || at[2] == '/'))
            return false;
    return true;
}

static int read_file(struct reading *reading, struct manifest *manifest)
{
    struct backup_file *file = manifest_add_file(manifest);
    char *sum = NULL;

    if (file == NULL)
        return -1;
    read_text(reading, "name", &file->name);
    read_number(reading, "bytes", &file->bytes);
    read_text(reading, "sha256", &sum);
    snprintf(file->sha256, sizeof(file->sha256), "%s", sum == NULL ? "" : sum);
    free(sum);
    return stays_inside(file->name) ? 0 : -1;
}

static int read_table(struct reading *reading, struct manifest *manifest)
{
    struct backup_table *table = manifest_add_table(manifest);

    if (table == NULL)
        return -1;
    read_text(reading, "schema", &table->schema);
    read_text(reading, "name", &table->name);
    if (json_find(&reading->members, "parent") != NULL) {
        read_text(reading, "parent_schema", &table->parent_schema);
        read_text(reading, "parent", &table->parent);
    }
    read_number(reading, "rows", &table->rows);
    return table->schema != NULL && table->name != NULL && (table->parent == NULL) == (table->parent_schema == NULL)
               ? 0 : -1;
}

static int read_migration(struct reading *reading, struct manifest *manifest)
{
    struct backup_migration *migration = manifest_add_migration(manifest);

    if (migration == NULL)
        return -1;
    read_text(reading, "set", &migration->set);
    read_text(reading, "version", &migration->version);
    return 0;
}

static void read_list(struct reading *reading, const char *key, struct manifest *manifest,
                      int (*read)(struct reading *reading, struct manifest *manifest))
{
    const struct json_member *list = find(reading, key, JSON_ARRAY);
    struct reading each = {.scratch = BUF_INIT};

    if (list == NULL)
        return;
    for (struct span element = pointer_next(list->value, SPAN_NONE); element.at != NULL && reading->wrong == NULL;
         element = pointer_next(list->value, element)) {
        if (json_type_of(element) != JSON_OBJECT || json_object_members(element, &each.members) != 0 ||
            read(&each, manifest) != 0 || each.wrong != NULL)
            reading->wrong = key;
    }
    json_members_release(&each.members);
    buf_release(&each.scratch);
}

/* The last member is the sum of all that stands before it. */
static bool sum_fits(struct span json)
{
    static const char key[] = "  \"sha256\": \"";
    const char *last = memrchr(json.at, '"', json.len);
    char sum[SHA256_HEX_SIZE];
    size_t before;

    if (last == NULL || (size_t)(last - json.at) < sizeof(key) - 1 + sizeof(sum) - 1)
        return false;
    before = (size_t)(last - json.at) - (sizeof(sum) - 1) - (sizeof(key) - 1);
    return memcmp(json.at + before, key, sizeof(key) - 1) == 0 &&
           sha256_of((struct span){json.at, before}, sum) == 0 &&
           memcmp(last - (sizeof(sum) - 1), sum, sizeof(sum) - 1) == 0;
}

/* What a version of this program that is not ours wrote is told from damage. */
static const char *check_version(struct reading *reading)
{
    int64_t version = 0;

    read_number(reading, "manifest_version", &version);
    return reading->wrong == NULL && version == 1 ? NULL : "it was written by a newer version of this program";
}

const char *manifest_parse(struct manifest *manifest, struct span json)
{
    struct reading reading = {.scratch = BUF_INIT};
    enum json_type type;
    size_t at;
    const char *wrong = NULL;

    if (json.len == 0)
        return "it is empty";
    if (json_check(json, &type, &reading.members, &at) != JSON_OK || type != JSON_OBJECT)
        wrong = "it is cut or no JSON";
    else if (!sum_fits(json))
        wrong = "its checksum does not fit";
    else
        wrong = check_version(&reading);
    if (wrong == NULL) {
        read_facts(&reading, manifest);
        read_list(&reading, "migrations", manifest, read_migration);
        read_list(&reading, "files", manifest, read_file);
        read_list(&reading, "tables", manifest, read_table);
        if (reading.wrong != NULL || manifest->id == NULL || manifest->database == NULL)
            wrong = "a member of it is not as it should be";
    }
    json_members_release(&reading.members);
    buf_release(&reading.scratch);
    return wrong;
}
