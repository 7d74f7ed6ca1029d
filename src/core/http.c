#include "core/http.h"

#include <stdio.h>

#include <curl/curl.h>

#define REDIRECTS 3L

static size_t discard(char *bytes, size_t size, size_t n, void *user)
{
    (void)bytes;
    (void)user;
    return size * n;
}

/* Without these a request must not be made; the rest only makes it nicer. */
static CURLcode set_up(CURL *curl, const char *url, struct span body, int seconds)
{
    CURLcode code = curl_easy_setopt(curl, CURLOPT_URL, url);

    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)seconds);
    /* SIGALRM is --timeout's. */
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
    if (code == CURLE_OK)
        code = curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, body.at);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, REDIRECTS);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, discard);
    return code;
}

static int perform(CURL *curl, const char *url, struct span body, int seconds, char *why, size_t why_size)
{
    CURLcode code = set_up(curl, url, body, seconds);
    long status = 0;

    if (code == CURLE_OK)
        code = curl_easy_perform(curl);
    if (code != CURLE_OK) {
        /* The text of the code only: the error buffer may quote the URL. */
        snprintf(why, why_size, "%s", curl_easy_strerror(code));
        return -1;
    }
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status >= 200 && status < 300)
        return 0;
    snprintf(why, why_size, "the answer was HTTP status %ld", status);
    return -1;
}

int http_post(const char *url, struct span body, int seconds, char *why, size_t why_size)
{
    CURL *curl;
    int result = -1;

    snprintf(why, why_size, "libcurl cannot be used");
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return -1;
    curl = curl_easy_init();
    if (curl != NULL)
        result = perform(curl, url, body, seconds, why, why_size);
    curl_easy_cleanup(curl);
    curl_global_cleanup();
    return result;
}
