/* The word the user may have meant. */
#ifndef BRIDGEJOB_CLI_SUGGEST_H
#define BRIDGEJOB_CLI_SUGGEST_H

#include <stddef.h>

/* Offer candidates one by one; 'best' is the nearest so far, or NULL when none
 * is near enough to be worth a hint. Nothing is copied. */
struct suggest {
    const char *word;
    const char *best;
    size_t distance; /* of 'best' */
};

void suggest_init(struct suggest *suggest, const char *word);
void suggest_offer(struct suggest *suggest, const char *candidate);

#endif
