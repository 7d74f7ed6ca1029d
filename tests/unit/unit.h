/* cmocka, with the headers it wants before it. */
#ifndef BRIDGEJOB_TESTS_UNIT_UNIT_H
#define BRIDGEJOB_TESTS_UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Its fail() is another than ours (core/err.h), and its fail_msg() calls it. */
#undef fail
#undef fail_msg
#define fail_msg(...) (print_error(__VA_ARGS__), print_error("\n"), _fail(__FILE__, __LINE__))

#endif
