#!/bin/bash
# 'backup verify' of physical backups: every file in the archives against the checksum that the server gave it.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/backups.sh"

backups=$work/backups
export BRIDGEJOB_BACKUP_DIR=$backups

# A tablespace has an archive of its own.
space=$(mktemp -d /tmp/bridgejob-space.XXXXXX)
[ "$(id -u)" != 0 ] || chown "$(stat -c %U "$PGHOST")" "$space"
end() {
    psql -X -q -d postgres -c "DROP DATABASE IF EXISTS \"$PGDATABASE\" WITH (FORCE)" -c 'DROP TABLESPACE IF EXISTS aside' 2>/dev/null
    rm -rf "$work" "$space"
}
trap end EXIT
sql "CREATE TABLESPACE aside LOCATION '$space'"
sql "CREATE TABLE t TABLESPACE aside AS SELECT i, md5(i::text) FROM generate_series(1, 5000) AS i"
run backup create --kind physical --quiet
same 'created' "$code $err" '0 '
id=$(cd "$backups" && echo *)
of=$backups/$id
same 'an archive of the tablespace' "$(cd "$of" && ls | sed 's/^[0-9]*\.tar/N.tar/' | grep -v json | sort | xargs)" \
    'N.tar.gz backup_manifest base.tar.gz pg_wal.tar.gz'
run backup verify "$id" --format csv
same 'whole' "$code $(sed -n 2p <<<"$out" | cut -d, -f1-3)" "0 $id,true,true"

cp -r "$backups" "$work/kept"
# damaged WHAT FAULT: the files are taken as they are now, so that only what is in them tells.
damaged() {
    rm "$of/$id.json"
    kind=physical format=tar tables='' write_manifest "$id" 2026-01-31T01:30:00Z
    run backup verify "$id" --dry-run
    same "$1" "$code" 65
    has "$1: told" "$err" "error: backup '$id': $2"
    rm -r "$of"
    cp -r "$work/kept/$id" "$backups/"
}
# remake ARCHIVE COMMAND…: change what is in an archive.
remake() {
    mkdir "$work/in"
    tar -xzf "$of/$1" -C "$work/in"
    (cd "$work/in" && "${@:2}" && tar -cf - --format=ustar --remove-files -- * | gzip -1 >"$of/$1")
    rm -rf "$work/in"
}
table=$(sql "SELECT pg_relation_filepath('pg_class')")
spaced=$(sql "SELECT regexp_replace(pg_relation_filepath('t'), '^pg_tblspc/[0-9]*/', '')")
oid=$(sql "SELECT oid FROM pg_tablespace WHERE spcname = 'aside'")
flip() { printf 'X' | dd of="$1" bs=1 seek=4000 conv=notrunc status=none; }

gzip -dc "$work/kept/$id/base.tar.gz" | head -c 100000 | gzip -1 >"$of/base.tar.gz"
damaged 'an archive that is cut, in gzip that is not' "'base.tar.gz' is no whole archive: it ends within a member"
head -c -9 "$work/kept/$id/pg_wal.tar.gz" >"$of/pg_wal.tar.gz"
damaged 'gzip that is cut' "'pg_wal.tar.gz' is cut: the gzip data ends in the middle"
remake base.tar.gz flip "$table"
damaged 'a byte of a table' "the base backup is not whole: '$table' in it is damaged: its SHA-256 is not that of what the server read"
remake "$oid.tar.gz" flip "$spaced"
damaged 'a byte of a table in a tablespace' "the base backup is not whole: 'pg_tblspc/$oid/$spaced' in it is damaged"
remake base.tar.gz rm "$table"
damaged 'a file less' "the base backup is not whole: '$table' is missing in it"
rm "$of/$oid.tar.gz"
damaged 'no archive of the tablespace' "the base backup is not whole: 'pg_tblspc/$oid/"
rm "$of/pg_wal.tar.gz"
damaged 'no WAL' 'the base backup is not whole: there is no WAL in it'
rm "$of/backup_manifest"
damaged 'no manifest of PostgreSQL' "the base backup is not whole: 'backup_manifest' is missing in it"
sed -i 's/"End-LSN": "[0-9A-F]*/"End-LSN": "FF/' "$of/backup_manifest"
damaged 'WAL that ends too early' "the base backup is not whole: 'pg_wal/00000001"
run backup verify "$id" --quiet
same 'whole again' "$code" 0
tap_done
