/* maps: what --map names → a map. */
#ifndef BRIDGEJOB_JOBS_MAPS_H
#define BRIDGEJOB_JOBS_MAPS_H

#include "jobs/migrate/embedded.h"
#include "pipe/map.h"

/* The maps the binary carries: made by tools/embed from maps/ at build time. */
extern const struct embedded_file embedded_maps[];
extern const size_t n_embedded_maps;

/* Read the map that 'named' names: what holds a '/' or a '.' is a file, any other word one of the maps built in.
 * 0; ERR_USAGE for a word that names none, ERR_NOINPUT, ERR_NOPERM or ERR_IO for a file that cannot be read, ERR_CONFIG
 * for one that is no map; all reported. */
int maps_load(const char *named, struct map *map);

#endif
