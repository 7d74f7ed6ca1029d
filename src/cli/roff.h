/* Text for man(7): what roff would take for its own is escaped. */
#ifndef BRIDGEJOB_CLI_ROFF_H
#define BRIDGEJOB_CLI_ROFF_H

#include "core/buf.h"

/* Characters as they are: a hyphen is the one that is typed, a quote is straight. */
void roff_add_escaped(struct buf *out, const char *text, size_t len);

/* Paragraphs, a newline between two: broken into lines, options in bold. Ends the line. */
void roff_add_prose(struct buf *out, const char *text);

/* What stands in a synopsis: words in capitals are in italics. */
void roff_add_synopsis(struct buf *out, const char *text);

#endif
