/* The program's version: 'bridgejob version', application_name, the run history. */
#ifndef BRIDGEJOB_CORE_VERSION_H
#define BRIDGEJOB_CORE_VERSION_H

#define BRIDGEJOB_VERSION "0.1.0"

#endif
