#include "cli/suggest.h"

#include <string.h>

/* Names of ours are shorter. */
#define LONGEST 40

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edits between two words: insert, delete, replace, or swap two neighbours
 * (optimal string alignment). b_len is at most LONGEST. */
static size_t edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][LONGEST + 1] = {{0}};
    size_t *before = rows[0], *above = rows[1], *row = rows[2];

    for (size_t j = 0; j <= b_len; j++)
        above[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *spare = before;

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            row[j] = least(above[j], row[j - 1]) + 1;
            row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        before = above;
        above = row;
        row = spare;
    }
    return above[b_len];
}

void suggest_init(struct suggest *suggest, const char *word)
{
    suggest->word = word;
    suggest->best = NULL;
    /* One slip in a short word, one more for every four letters. */
    suggest->distance = strlen(word) / 4 + 2;
}

void suggest_offer(struct suggest *suggest, const char *candidate)
{
    size_t len = strlen(suggest->word);
    size_t candidate_len = strlen(candidate);
    size_t distance;

    if (len < 2 || candidate_len > LONGEST)
        return;
    /* An abbreviation is a likely thing to type, and we take none. */
    if (len < candidate_len && strncmp(suggest->word, candidate, len) == 0)
        distance = 1;
    else
        distance = edit_distance(suggest->word, len, candidate, candidate_len);
    if (distance < suggest->distance && distance < len) {
        suggest->best = candidate;
        suggest->distance = distance;
    }
}
