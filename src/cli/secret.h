/* secret: passwords and the URL of --ping on the command line, which everybody on the machine can read (proc(5),
 * cmdline). */
#ifndef BRIDGEJOB_CLI_SECRET_H
#define BRIDGEJOB_CLI_SECRET_H

#include <stdbool.h>

/* Whether a word holds a password: of a postgresql:// URI, or as 'password=…' (Manual: 34.1.1, Connection Strings). */
bool secret_in(const char *word);

/* Put a copy in the place of every word of argv that holds one or is such a URL, and blank it in the word itself,
 * which others see. The copies live as long as the process. Where memory is out the word stays as it is. */
void secret_hide(int argc, char **argv);

#endif
