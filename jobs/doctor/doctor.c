#include "jobs/doctor/doctor.h"

#include "jobs/doctor/doctor_parts.h"
#include "jobs/sections.h"

static int look(struct sections *sections)
{
    int64_t memory = 0;
    int result = doctor_server(sections, &memory);

    if (result == 0)
        result = doctor_settings(sections, memory);
    if (result == 0)
        result = doctor_safety(sections);
    if (result == 0)
        result = doctor_extensions(sections);
    if (result == 0)
        result = doctor_indexes(sections);
    return result == 0 ? doctor_privileges(sections) : result;
}

static int run_doctor(struct run *run, const void *options)
{
    struct sections sections;
    int result;

    (void)options;
    sections_init(&sections, run->common);
    result = look(&sections);
    if (result == 0)
        result = sections_print(&sections);
    sections_release(&sections);
    return result;
}

const struct job doctor_job = {.name = "doctor", .needs = NEEDS_DB | READS_ONLY, .run = run_doctor};
