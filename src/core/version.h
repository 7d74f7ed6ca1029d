/* The program's version: 'bridgejob version', application_name, the run history; and the day
 * it was made, which manual pages bear. */
#ifndef BRIDGEJOB_CORE_VERSION_H
#define BRIDGEJOB_CORE_VERSION_H

#define BRIDGEJOB_VERSION "0.1.0"
#define BRIDGEJOB_DATE "2026-11-21"

#endif
