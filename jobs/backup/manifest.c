#include "jobs/backup/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "core/file.h"
#include "core/time.h"

const char *backup_kind_name(enum backup_kind kind)
{
    static const char *const names[] = {"logical", "physical"};

    return names[kind];
}

const char *backup_format_name(enum backup_format format)
{
    static const char *const names[] = {"custom", "directory", "plain", "tar"};

    return names[format];
}

void manifest_init(struct manifest *manifest)
{
    *manifest = (struct manifest){.id = NULL};
}

static void release_lists(struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->n_files; i++)
        free(manifest->files[i].name);
    for (size_t i = 0; i < manifest->n_tables; i++) {
        free(manifest->tables[i].schema);
        free(manifest->tables[i].name);
        free(manifest->tables[i].parent_schema);
        free(manifest->tables[i].parent);
    }
    for (size_t i = 0; i < manifest->n_migrations; i++) {
        free(manifest->migrations[i].set);
        free(manifest->migrations[i].version);
    }
    free(manifest->files);
    free(manifest->tables);
    free(manifest->migrations);
}

void manifest_release(struct manifest *manifest)
{
    release_lists(manifest);
    free(manifest->id);
    free(manifest->database);
    free(manifest->server_version);
    free(manifest->system_identifier);
    free(manifest->lsn);
    free(manifest->end_lsn);
    free(manifest->tool);
    free(manifest->encrypted);
    free(manifest->recipient);
    free(manifest->fault);
    manifest_init(manifest);
}

bool manifest_is_good(const struct manifest *manifest)
{
    return !manifest->damaged && manifest->fault == NULL && manifest->verified_at != 0;
}

bool manifest_failed_drill(const struct manifest *manifest)
{
    return manifest->fault != NULL && strncmp(manifest->fault, MANIFEST_DRILL, sizeof(MANIFEST_DRILL) - 1) == 0;
}

/* Room for one more, zeroed, at the end of an array of 'n'. NULL, reported. */
static void *grow(void **array, size_t *n, size_t size)
{
    void *grown = reallocarray(*array, *n + 1, size);
    char *last;

    if (grown == NULL) {
        fail(ERR_INTERNAL, "out of memory");
        return NULL;
    }
    *array = grown;
    last = (char *)grown + *n * size;
    memset(last, 0, size);
    ++*n;
    return last;
}

struct backup_file *manifest_add_file(struct manifest *manifest)
{
    void *array = manifest->files;
    struct backup_file *file = grow(&array, &manifest->n_files, sizeof(*file));

    manifest->files = array;
    return file;
}

struct backup_table *manifest_add_table(struct manifest *manifest)
{
    void *array = manifest->tables;
    struct backup_table *table = grow(&array, &manifest->n_tables, sizeof(*table));

    manifest->tables = array;
    return table;
}

struct backup_migration *manifest_add_migration(struct manifest *manifest)
{
    void *array = manifest->migrations;
    struct backup_migration *migration = grow(&array, &manifest->n_migrations, sizeof(*migration));

    manifest->migrations = array;
    return migration;
}

int manifest_set(char **text, const char *value)
{
    char *copy = value == NULL ? NULL : strdup(value);

    if (value != NULL && copy == NULL)
        return fail(ERR_INTERNAL, "out of memory");
    free(*text);
    *text = copy;
    return 0;
}

static void print_text(struct buf *json, const char *key, const char *text)
{
    buf_printf(json, "  \"%s\": ", key);
    if (text == NULL)
        buf_add_text(json, "null");
    else
        buf_add_json_string(json, span_of(text));
    buf_add_text(json, ",\n");
}

static void print_number(struct buf *json, const char *key, int64_t number)
{
    buf_printf(json, "  \"%s\": %lld,\n", key, (long long)number);
}

static void print_time(struct buf *json, const char *key, int64_t us)
{
    char text[TIME_TEXT_SIZE];

    time_format(us, text);
    print_text(json, key, us == 0 ? NULL : text);
}

/* A list of objects, one a line. */
static void print_list(struct buf *json, const char *key, const struct manifest *manifest, size_t n,
                       void (*print)(struct buf *json, const struct manifest *manifest, size_t i))
{
    buf_printf(json, "  \"%s\": [", key);
    for (size_t i = 0; i < n; i++) {
        buf_add_text(json, i == 0 ? "\n    {" : ",\n    {");
        print(json, manifest, i);
        buf_add_char(json, '}');
    }
    buf_add_text(json, n == 0 ? "],\n" : "\n  ],\n");
}

static void print_member(struct buf *json, const char *key, const char *text)
{
    buf_printf(json, "\"%s\": ", key);
    if (text == NULL)
        buf_add_text(json, "null");
    else
        buf_add_json_string(json, span_of(text));
}

static void print_file(struct buf *json, const struct manifest *manifest, size_t i)
{
    const struct backup_file *file = &manifest->files[i];

    print_member(json, "name", file->name);
    buf_printf(json, ", \"bytes\": %lld, \"sha256\": \"%s\"", (long long)file->bytes, file->sha256);
}

static void print_table(struct buf *json, const struct manifest *manifest, size_t i)
{
    const struct backup_table *table = &manifest->tables[i];

    print_member(json, "schema", table->schema);
    buf_add_text(json, ", ");
    print_member(json, "name", table->name);
    if (table->parent != NULL) {
        buf_add_text(json, ", ");
        print_member(json, "parent_schema", table->parent_schema);
        buf_add_text(json, ", ");
        print_member(json, "parent", table->parent);
    }
    buf_printf(json, ", \"rows\": %lld", (long long)table->rows);
}

static void print_migration(struct buf *json, const struct manifest *manifest, size_t i)
{
    print_member(json, "set", manifest->migrations[i].set);
    buf_add_text(json, ", ");
    print_member(json, "version", manifest->migrations[i].version);
}

static void print_facts(const struct manifest *manifest, struct buf *json)
{
    print_text(json, "id", manifest->id);
    print_text(json, "kind", backup_kind_name(manifest->kind));
    print_text(json, "format", backup_format_name(manifest->format));
    print_text(json, "database", manifest->database);
    print_time(json, "created_at", manifest->created_at);
    print_time(json, "finished_at", manifest->finished_at);
    buf_printf(json, "  \"elapsed_s\": %.3f,\n", manifest->elapsed_s);
    print_text(json, "server_version", manifest->server_version);
    print_number(json, "server_version_num", manifest->server_version_num);
    print_text(json, "system_identifier", manifest->system_identifier);
    print_number(json, "timeline", manifest->timeline);
    print_text(json, "lsn", manifest->lsn);
    print_text(json, "end_lsn", manifest->end_lsn);
    print_text(json, "tool", manifest->tool);
    print_text(json, "encrypted", manifest->encrypted);
    print_text(json, "recipient", manifest->recipient);
    print_number(json, "database_bytes", manifest->database_bytes);
    print_number(json, "bytes", manifest->bytes);
    print_time(json, "verified_at", manifest->verified_at);
    print_text(json, "fault", manifest->fault);
    print_time(json, "drilled_at", manifest->drilled_at);
    buf_printf(json, "  \"drill_s\": %.3f,\n", manifest->drill_s);
}

void manifest_print(const struct manifest *manifest, struct buf *json)
{
    char sum[SHA256_HEX_SIZE] = "";

    buf_add_text(json, "{\n  \"manifest_version\": 1,\n");
    print_facts(manifest, json);
    print_list(json, "migrations", manifest, manifest->n_migrations, print_migration);
    print_list(json, "files", manifest, manifest->n_files, print_file);
    print_list(json, "tables", manifest, manifest->n_tables, print_table);
    if (sha256_of(buf_span(json), sum) != 0)
        json->failed = true;
    buf_printf(json, "  \"sha256\": \"%s\"\n}\n", sum);
}

int manifest_write(const struct manifest *manifest, const char *dir)
{
    struct buf json = BUF_INIT, path = BUF_INIT;
    struct file_out out;
    int result;

    manifest_print(manifest, &json);
    buf_printf(&path, "%s/%s.json", dir, manifest->id);
    if (!buf_ok(&json) || !buf_ok(&path)) {
        result = fail(ERR_INTERNAL, "out of memory");
        goto out;
    }
    result = file_create(&out, buf_text(&path));
    if (result != 0)
        goto out;
    file_write(&out, json.data, json.len);
    result = file_commit(&out);
out:
    buf_release(&path);
    buf_release(&json);
    return result;
}
