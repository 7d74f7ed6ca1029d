# Backups made by hand: of any age, verified or not, whole or not. For tests of what reads them.
# $backups is the directory they are in.

# seal_manifest FILE: put the sum of all that stands in it behind it, as the program does.
seal_manifest() { printf '  "sha256": "%s"\n}\n' "$(sha256sum <"$1" | cut -c 1-64)" >>"$1"; }

# list_files DIRECTORY: the manifest's list of what is in it, on one line each.
list_files() {
    (cd "$1" && find . -type f ! -name '*.json' -printf '%P\n' | LC_ALL=C sort | while read -r name; do
        printf '    {"name": "%s", "bytes": %s, "sha256": "%s"},\n' "$name" "$(stat -c %s "$name")" \
            "$(sha256sum <"$name" | cut -c 1-64)"
    done) | sed '$ s/,$//'
}

# write_manifest ID CREATED_AT: of what is in its directory. Others: database, cluster, kind, format, verified_at, tables.
write_manifest() {
    local of=$backups/$1 at=${verified_at-$2}
    cat >"$of/$1.json" <<JSON
{
  "manifest_version": 1,
  "id": "$1",
  "kind": "${kind-logical}",
  "format": "${format-plain}",
  "database": "${database-app}",
  "created_at": "$2",
  "finished_at": "$2",
  "elapsed_s": 1.250,
  "server_version": "15.20",
  "server_version_num": 150020,
  "system_identifier": "${cluster-7000000000000000001}",
  "timeline": 1,
  "lsn": "0/1500000",
  "end_lsn": null,
  "tool": "pg_dump (PostgreSQL) 15.20",
  "encrypted": ${encrypted-null},
  "recipient": null,
  "database_bytes": 8000000,
  "bytes": $(find "$of" -type f ! -name '*.json' -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }'),
  "verified_at": $(if [ -n "$at" ]; then echo "\"$at\""; else echo null; fi),
  "fault": null,
  "drilled_at": null,
  "drill_s": 0.000,
  "migrations": [],
  "files": [
$(list_files "$of")
  ],
  "tables": [${tables-}],
JSON
    seal_manifest "$of/$1.json"
}

# id_of TIME [DATABASE]: "app_20260131T013000Z"
id_of() { echo "${2-app}_$(date -u -d "$1" +%Y%m%dT%H%M%SZ)"; }

# put_backup TIME: a small one, taken then; its id is in $id.
put_backup() {
    id=$(id_of "$1" "${database-app}")
    mkdir -p "$backups/$id"
    printf -- '-- PostgreSQL database dump complete\n' | gzip -n >"$backups/$id/$id.sql.gz"
    write_manifest "$id" "$(date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ)"
}
