/* One short HTTP request, for telling somebody and not for asking: the answer is thrown away. */
#ifndef BRIDGEJOB_CORE_HTTP_H
#define BRIDGEJOB_CORE_HTTP_H

#include <stddef.h>

#include "core/text.h"

/* POST 'body' to an http or https URL within 'seconds' in all, names resolved and redirects followed
 * (libcurl, CURLOPT_TIMEOUT). 0 when the answer was 2xx; else -1 with what was wrong in 'why', which
 * never holds any part of the URL. Nothing is logged. */
int http_post(const char *url, struct span body, int seconds, char *why, size_t why_size);

#endif
