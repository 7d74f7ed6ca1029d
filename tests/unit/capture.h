/* What a piece of code writes to a file descriptor, for tests of messages. */
#ifndef BRIDGEJOB_TESTS_UNIT_CAPTURE_H
#define BRIDGEJOB_TESTS_UNIT_CAPTURE_H

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

struct capture {
    int fd;    /* what is captured */
    int saved; /* where it went before */
    int file;
    char text[8192];
};

/* Nothing is asserted in between: a failed assertion would be captured, too. */
static inline void capture_start(struct capture *capture, int fd)
{
    fflush(NULL);
    capture->fd = fd;
    capture->saved = dup(fd);
    capture->file = memfd_create("capture", MFD_CLOEXEC);
    dup2(capture->file, fd);
}

/* The first 8191 bytes written since. */
static inline const char *capture_end(struct capture *capture)
{
    ssize_t n;

    fflush(NULL);
    dup2(capture->saved, capture->fd);
    close(capture->saved);
    n = pread(capture->file, capture->text, sizeof(capture->text) - 1, 0);
    capture->text[n > 0 ? n : 0] = '\0';
    close(capture->file);
    return capture->text;
}

#endif
