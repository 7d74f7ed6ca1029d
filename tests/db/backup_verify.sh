#!/bin/bash
# 'backup verify': backups of each format, every class of bytes in them damaged, each told by its name.
. "$(dirname "$0")/../lib/scratch.sh"
. "$(dirname "$0")/../lib/backups.sh"

backups=$work/backups
kept=$work/kept
export BRIDGEJOB_BACKUP_DIR=$backups
json() { psql -XAtq -v ON_ERROR_STOP=1 -v j="$out" <<<"SELECT :'j'::jsonb #>> '{$1}'"; }
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

sql "CREATE SCHEMA \"we ird\"; CREATE TABLE \"we ird\".\"ta
b\"\"le\" (a text); INSERT INTO \"we ird\".\"ta
b\"\"le\" VALUES (E'\\\\.'), (''), (E'COPY public.big (i, m) FROM stdin;');
     CREATE TABLE big AS SELECT i, md5(i::text) AS m FROM generate_series(1, 5000) AS i;
     CREATE TABLE none (i int); CREATE TABLE nothing (); INSERT INTO nothing SELECT; INSERT INTO nothing SELECT;
     CREATE TABLE p (i int) PARTITION BY RANGE (i); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9); INSERT INTO p VALUES (1);
     CREATE FUNCTION f() RETURNS text LANGUAGE sql AS \$f\$ SELECT '
COPY public.big (i, m) FROM stdin;
1	x
\\.
' \$f\$;
     SELECT lo_from_bytea(0, decode(repeat('ab', 5000), 'hex'))" >/dev/null
tables='{"schema": "we ird", "name": "ta\nb\"le", "rows": 3}, {"schema": "public", "name": "big", "rows": 5000},
    {"schema": "public", "name": "none", "rows": 0}, {"schema": "public", "name": "nothing", "rows": 2},
    {"schema": "public", "name": "p", "rows": -1},
    {"schema": "public", "name": "p1", "parent_schema": "public", "parent": "p", "rows": 1}'

# One backup of each format; $dump is the file with the rows of 'big'.
mkdir "$backups"
for format in custom directory plain; do
    id=${format}_20260131T013000Z
    mkdir "$backups/$id"
    case $format in
    custom) pg_dump -Fc -f "$backups/$id/$id.dump" ;;
    directory) pg_dump -Fd -f "$backups/$id/data" ;;
    plain) pg_dump -Fp | gzip >"$backups/$id/$id.sql.gz" ;;
    esac
    verified_at='' database=$format write_manifest "$id" 2026-01-31T01:30:00Z
done
cp -r "$backups" "$kept"
run backup verify --all --format json
same 'whole: exit code' "$code $err" '0 '
same 'whole: found so' "$(json verified) $(json damaged) $(json backups,0,contents) $(json backups,0,fault)" '3 0 true '
run backup list --format json
same 'whole: noted' "$(psql -XAtq -v j="$out" <<<"SELECT bool_and((b ->> 'verified')::bool AND (b ->> 'verified_at')::timestamptz > now() - interval '1 min')
    FROM json_array_elements(:'j'::json) AS b")" t
run backup verify custom_20260131T013000Z plain_20260131T013000Z --quiet
same 'named, quiet' "$code $out$err" '0 '
before=$(cat "$backups"/*/*.json)
run backup verify --all --dry-run --format json
same 'dry run' "$code $(json verified) $([ "$(cat "$backups"/*/*.json)" = "$before" ] && echo same)" '0 3 same'

# damaged WHAT ID FAULT: it is verified, told, noted, listed, and does not count; then it is whole again, and is found so.
damaged() {
    run backup verify "$2" --format json
    found=$code
    fault=$err
    run backup list --format csv
    same "$1" "$found $(grep "^$2," <<<"$out" | cut -d, -f7)" '65 false'
    has "$1: told" "$fault" "error: backup '$2': $3"
    rm -r "${backups:?}/$2"
    cp -r "$kept/$2" "$backups/"
}
flip() { # FILE AT: one bit
    local byte
    byte=$(od -An -tu1 -j "$2" -N1 "$1")
    printf "\\x$(printf %02x $((byte ^ 4)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}
for format in custom directory plain; do
    id=${format}_20260131T013000Z
    case $format in
    custom) file=$id.dump ;;
    directory) file=data/$(cd "$backups/$id/data" && find . -name '*.dat.gz' -printf '%s %P\n' | sort -rn | head -1 | cut -d' ' -f2) ;;
    plain) file=$id.sql.gz ;;
    esac
    dump=$backups/$id/$file
    n=$(stat -c %s "$dump")
    for at in 0 9 $((n / 2)) $((n - 1)); do
        flip "$dump" "$at"
        damaged "$format: bit of byte $at of $n" "$id" "'$file' is damaged: its SHA-256 is not the manifest's"
    done
    for at in 0 1 $((n / 2)) $((n - 1)); do
        truncate -s "$at" "$dump"
        damaged "$format: cut at byte $at" "$id" "'$file' is cut: it has $at bytes, and the manifest says $n"
    done
    echo >>"$dump"
    damaged "$format: a byte more" "$id" "'$file' is too long"
    rm "$dump"
    damaged "$format: missing" "$id" "'$file' is missing"
    echo x >"$backups/$id/more"
    damaged "$format: one more" "$id" "'more' is not in the manifest"
done
id=directory_20260131T013000Z
(cd "$backups/$id/data" && set -- *.dat.gz && mv "$1" x && mv "$2" "$1" && mv x "$2")
damaged 'two files swapped' "$id" "'data/"

# The manifest. It cannot be written into, so nothing is noted.
for what in empty cut flipped another missing sum; do
    id=plain_20260131T013000Z
    manifest=$backups/$id/$id.json
    case $what in
    empty) : >"$manifest"; why='it is empty' ;;
    cut) truncate -s -3 "$manifest"; why='it is cut or no JSON' ;;
    flipped) sed -i 's/"rows": 5000/"rows": 5001/' "$manifest"; why='its checksum does not fit' ;;
    another) cp "$backups/custom_20260131T013000Z/custom_20260131T013000Z.json" "$manifest"; why='it is of another backup' ;;
    missing) rm "$manifest"; why='it is missing' ;;
    sum) sed -i '/^  "sha256"/d; $d' "$manifest"; sed -i '$ s/,$/}/' "$manifest"; why='its checksum does not fit' ;;
    esac
    damaged "manifest: $what" "$id" "the manifest cannot be used: $why"
done

# What was made wrong from the start has the right sums.
id=custom_20260131T013000Z
remake() { tables=${2-$tables} database=custom format=${3-custom} write_manifest "$id" 2026-01-31T01:30:00Z; damaged "made wrong: $1" "$id" "$4"; }
truncate -s -1000 "$backups/$id/$id.dump"
remake 'cut' "$tables" custom "pg_restore cannot read '$id.dump': "
flip "$backups/$id/$id.dump" $(($(stat -c %s "$backups/$id/$id.dump") / 2))
remake 'a block that does not inflate' "$tables" custom "pg_restore cannot read '$id.dump': "
: >"$backups/$id/$id.dump"
remake 'empty' "$tables" custom "pg_restore cannot read '$id.dump': "
remake 'fewer rows' "${tables/5000/5001}" custom "table 'public.big' has 5000 rows in the dump, and the manifest says 5001"
remake 'a table that is not there' "${tables/\"none\", \"rows\": 0/\"gone\", \"rows\": 1}" custom "table 'public.gone' has 0 rows in the dump, and the manifest says 1"
rm "$backups/$id/$id.dump"
remake 'no files' "$tables" custom 'it has no files'
id=plain_20260131T013000Z
zcat "$kept/$id/$id.sql.gz" | head -c 100000 | gzip >"$backups/$id/$id.sql.gz"
remake 'pg_dump was killed, gzip ended well' "$tables" plain 'the dump is not whole: it ends among the rows of a table'
gzip </dev/null >"$backups/$id/$id.sql.gz"
remake 'gzip of nothing' "$tables" plain "the dump is not whole: pg_dump's last line is missing"
head -c -9 "$kept/$id/$id.sql.gz" >"$backups/$id/$id.sql.gz"
remake 'the end of gzip' "$tables" plain "'$id.sql.gz' is cut: the gzip data ends in the middle"

# One that is bad keeps nobody from the others; what was noted goes when it is whole again.
flip "$backups/$id/$id.sql.gz" 100
run backup verify --all --format json
same 'of all one is bad' "$code $(json verified) $(json damaged)" '65 2 1'
run backup list --format json
same 'of all: noted' "$(psql -XAtq -v j="$out" <<<"SELECT string_agg(b ->> 'fault', ',') FROM json_array_elements(:'j'::json) AS b")" \
    "'$id.sql.gz' is damaged: its SHA-256 is not the manifest's"
cp "$kept/$id/$id.sql.gz" "$backups/$id/"
run backup verify --all --quiet
run backup list --format json
same 'whole again' "$code $(psql -XAtq -v j="$out" <<<"SELECT count(*) FILTER (WHERE (b ->> 'verified')::bool) FROM json_array_elements(:'j'::json) AS b")" '0 3'

# What a drill found a verification does not take back: that a backup is read to its end is not that it can be restored.
manifest=$backups/$id/$id.json
sed -i 's/"fault": null/"fault": "drill: it has no rows"/; s/"verified_at": "[^"]*"/"verified_at": null/; $d' "$manifest"
sed -i '$d' "$manifest"
seal_manifest "$manifest"
run backup verify "$id"
same 'a drill failed' "$code" 65
has 'a drill failed: told' "$err" "error: backup '$id': drill: it has no rows"
has 'a drill failed: what to type' "$err" "hint: try it again: bridgejob backup drill $id --backup-dir $backups"
rm -r "${backups:?}/$id"
cp -r "$kept/$id" "$backups/"
run backup verify "$id" --quiet
id=custom_20260131T013000Z
manifest=$backups/$id/$id.json
sed 's/"fault": null/"fault": "drill: it has no rows"/; $d' "$manifest" | sed '$d' >"$work/drilled"
seal_manifest "$work/drilled"
printf '#!/bin/sh\ncp "%s" "%s"\nexec "%s" "$@"\n' "$work/drilled" "$manifest" "$(command -v pg_restore)" >"$work/pg_restore"
chmod +x "$work/pg_restore"
run backup verify "$id" --bindir "$work"
run backup list --format csv
same 'a drill failed meanwhile' "$(grep "^$id," <<<"$out" | cut -d, -f7,11)" 'false,drill: it has no rows'
rm -r "${backups:?}/$id"
cp -r "$kept/$id" "$backups/"
run backup verify "$id" --quiet

# Encrypted: contents only with the key; another key says nothing about the backup.
if command -v age-keygen >/dev/null; then
    age-keygen -o "$work/key" 2>/dev/null
    age-keygen -o "$work/other" 2>/dev/null
    for format in custom plain; do
        id=${format}_20260201T013000Z
        file=$(cd "$backups/${format}_20260131T013000Z" && echo *.[ds]*[pz])
        mkdir "$backups/$id"
        age -r "$(grep -o 'age1.*' "$work/key")" <"$backups/${format}_20260131T013000Z/$file" >"$backups/$id/$file.age"
        database=$format encrypted='"age"' write_manifest "$id" 2026-02-01T01:30:00Z
        run backup verify "$id" --format csv
        same "$format, encrypted, without the key" "$code $(sed -n 2p <<<"$out" | cut -d, -f1-3)" "0 $id,true,false"
        run backup verify "$id" --identity "$work/key" --format csv
        same "$format, encrypted, with the key" "$code $(sed -n 2p <<<"$out" | cut -d, -f1-3)" "0 $id,true,true"
        run backup verify "$id" --identity "$work/other"
        same "$format, encrypted, another key" "$code" 78
        has "$format, encrypted, another key: what to type" "$err" 'hint: name the file with the identity it was encrypted for: --identity FILE; gpg'
        run backup verify "$id" --identity "$work/nowhere"
        same "$format, encrypted, no such key" "$code" 78
        run backup list --format csv
        same "$format, encrypted, it counts still" "$(grep "^$id," <<<"$out" | cut -d, -f7)" true
        tables="${tables/5000/5001}" database=$format encrypted='"age"' write_manifest "$id" 2026-02-01T01:30:00Z
        run backup verify "$id" --identity "$work/key"
        same "$format, encrypted, rows are missing" "$code" 65
        has "$format, encrypted, rows are missing: told" "$err" "table 'public.big' has 5000 rows in the dump"
        head -c 1000000 /dev/zero | age -r "$(grep -o 'age1.*' "$work/key")" >"$backups/$id/$file.age"
        database=$format encrypted='"age"' write_manifest "$id" 2026-02-01T01:30:00Z
        run backup verify "$id" --identity "$work/key"
        same "$format, encrypted, it never was a dump" "$code $(grep -c "error: backup '$id': .*$file.age'" <<<"$err")" '65 1'
        rm -r "${backups:?}/$id"
    done
else
    echo 'ok # skip: no age'
fi

# It could not be checked: that says nothing about the backup.
run backup verify custom_20260131T013000Z --bindir "$work/nowhere"
same 'no pg_restore' "$code" 78
has 'no pg_restore: message' "$err" "cannot run '$work/nowhere/pg_restore'"
printf '#!/bin/sh\necho "pg_restore: error: unsupported version (9.99) in file header" >&2; exit 1\n' >"$work/pg_restore"
chmod +x "$work/pg_restore"
run backup verify custom_20260131T013000Z --bindir "$work"
same 'pg_restore is too old' "$code" 78
has 'pg_restore is too old: what to type' "$err" 'hint: name the directory of a newer one: --bindir DIR'
printf '#!/bin/sh\nkill -9 $$\n' >"$work/pg_restore"
run backup verify custom_20260131T013000Z --bindir "$work"
same 'pg_restore is killed' "$code" 75
has 'pg_restore is killed: message' "$err" "error: 'custom_20260131T013000Z.dump' is not checked: pg_restore was ended by signal 9"
run backup list --format json
same 'and it counts still' "$(psql -XAtq -v j="$out" <<<"SELECT count(*) FILTER (WHERE (b ->> 'verified')::bool) FROM json_array_elements(:'j'::json) AS b")" 3
run backup verify nothing_20260131T013000Z
same 'no such backup' "$code" 66
run backup verify
same 'none named' "$code" 64
run backup verify --all custom_20260131T013000Z
same 'all, and one named' "$code" 64
run backup verify ../backups/custom_20260131T013000Z
same 'a path is no id' "$code" 66
tap_done
