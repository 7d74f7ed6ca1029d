#include "pipe/pointer.h"

#include <stdint.h>
#include <string.h>

ptrdiff_t pointer_parse(struct pointer *pointer, struct span text, char *tokens)
{
    char *to = tokens;

    *pointer = (struct pointer){tokens, 0};
    if (text.len > 0 && text.at[0] != '/')
        return -1;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '/') {
            if (pointer->n++ > 0)
                *to++ = '\0';
            continue;
        }
        if (c == '~') {
            i++;
            if (i == text.len || (text.at[i] != '0' && text.at[i] != '1'))
                return -1;
            c = text.at[i] == '0' ? '~' : '/';
        }
        *to++ = c;
    }
    if (pointer->n > 0)
        *to++ = '\0';
    return to - tokens;
}

/* From here on the text has been judged: there is no other syntax to be met. */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

static const char *string_end(const char *at)
{
    for (at++; *at != '"'; at++)
        if (*at == '\\')
            at++;
    return at + 1;
}

/* Behind the value that starts at 'at', within an object or array. */
static const char *value_end(const char *at)
{
    size_t depth = 0;

    for (;;) {
        if (*at == '"') {
            at = string_end(at);
            if (depth == 0)
                return at;
            continue;
        }
        if (depth == 0 && (*at == ',' || *at == '}' || *at == ']' || is_blank(*at)))
            return at; /* behind a number or word */
        if (*at == '{' || *at == '[')
            depth++;
        else if ((*at == '}' || *at == ']') && --depth == 0)
            return at + 1;
        at++;
    }
}

/* To the next member or element, or to the closing bracket. */
static const char *next_value(const char *behind)
{
    behind = skip_blanks(behind);
    return *behind == ',' ? skip_blanks(behind + 1) : behind;
}

static struct span find_member(struct span object, const char *name)
{
    struct span found = SPAN_NONE;
    const char *at = skip_blanks(object.at + 1);

    while (*at != '}') {
        const char *end = string_end(at);
        struct json_member member = {.key = {at + 1, (size_t)(end - at) - 2}};
        member.key_escaped = memchr(member.key.at, '\\', member.key.len) != NULL;
        at = skip_blanks(skip_blanks(end) + 1);
        end = value_end(at);
        if (json_key_is(&member, name))
            found = (struct span){at, (size_t)(end - at)};
        at = next_value(end);
    }
    return found;
}

struct span pointer_next(struct span array, struct span element)
{
    const char *at = element.at == NULL ? skip_blanks(array.at + 1) : next_value(element.at + element.len);

    if (*at == ']')
        return SPAN_NONE;
    return (struct span){at, (size_t)(value_end(at) - at)};
}

struct span pointer_element(struct span array, size_t index)
{
    struct span element = pointer_next(array, SPAN_NONE);

    while (element.at != NULL && index-- > 0)
        element = pointer_next(array, element);
    return element;
}

/* "0", or digits without a zero before them. */
static bool is_index(const char *token)
{
    size_t len = strlen(token);

    return len > 0 && len < 19 && strspn(token, "0123456789") == len && (token[0] != '0' || len == 1);
}

static struct span step_down(struct span value, const char *token)
{
    enum json_type type = json_type_of(value);
    int64_t index;

    if (type == JSON_OBJECT)
        return find_member(value, token);
    if (type != JSON_ARRAY || !is_index(token) || text_parse_int64(token, &index) != 0)
        return SPAN_NONE;
    return pointer_element(value, (size_t)index);
}

static struct span trimmed(struct span line)
{
    const char *at = skip_blanks(line.at), *end = line.at + line.len;

    while (is_blank(end[-1]))
        end--;
    return (struct span){at, (size_t)(end - at)};
}

struct span pointer_resolve(const struct pointer *pointer, struct span line, const struct json_members *members)
{
    const char *token = pointer->tokens;
    const struct json_member *member;
    struct span value;

    if (pointer->n == 0)
        return trimmed(line);
    member = json_find(members, token);
    value = member == NULL ? SPAN_NONE : member->value;
    for (size_t i = 1; i < pointer->n && value.at != NULL; i++) {
        token += strlen(token) + 1;
        value = step_down(value, token);
    }
    return value;
}
