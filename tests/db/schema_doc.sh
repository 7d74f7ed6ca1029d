#!/bin/sh
# docs/schema.md is what the catalog says.
. "$(dirname "$0")/../lib/scratch.sh"

here=$(cd "$(dirname "$0")/../.." && pwd)
check 'the document can be made' sh -c '"$1" "$2" >"$3"' sh "$here/tools/schema-doc" "$BRIDGEJOB" "$work/schema.md"
same "docs/schema.md is up to date (else: make schema-doc)" "$(diff "$here/docs/schema.md" "$work/schema.md" | head -n 20)" ''
for table in $(sed -n 's/^CREATE TABLE IF NOT EXISTS \([a-z_]*\) .*/\1/p' "$here"/migrations/*.sql "$here"/migrations/mbflow/*.sql); do
    has "'$table' is in it" "$(cat "$work/schema.md")" "
### $table
"
done
tap_done
