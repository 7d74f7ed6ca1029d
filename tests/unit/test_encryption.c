#include "jobs/backup/encryption.h"
#include "tests/unit/unit.h"

static void test_recipients(void **state)
{
    static const struct {
        const char *recipient, *program, *ending;
    } cases[] = {
        {"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "age", ".age"},
        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHsKLqeplhpW+uObz5dvMgjz1OxfM/XXUB+VHtZ6isGN", "age", ".age"},
        {"/etc/bridgejob.recipients", "age", ".age"},
        {"./age", "age", ".age"},
        {"backup@example.org", "gpg", ".gpg"},
        {"0123456789ABCDEF0123456789ABCDEF01234567", "gpg", ".gpg"},
        {"agent@example.org", "gpg", ".gpg"},
        {"age2", "gpg", ".gpg"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_string_equal(encryption_of(cases[i].recipient), cases[i].program);
        assert_string_equal(encryption_ending(cases[i].recipient), cases[i].ending);
    }
    assert_string_equal(encryption_ending(NULL), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_recipients)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
