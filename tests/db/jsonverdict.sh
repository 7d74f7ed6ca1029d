#!/bin/sh
# The json stage against the judge: every input must get the verdict that ::jsonb of the
# server gives, and what passes must say the same. The environment names a database
# (PGHOST, PGDATABASE …). Exit 0 when all agree; else 1, and what differs is printed.
#   JSONTESTSUITE               a directory of files to judge whole, besides tests/data/json
#   JSON_MUTATIONS, JSON_SEED   how many random inputs (3000), and which (1)
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

${CC:-cc} -O1 -g -std=gnu11 -D_GNU_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=all \
    -I"$root/src" -o "$work/json_verdict" \
    "$root/tests/lib/json_verdict.c" "$root/src/pipe/json.c" "$root/src/pipe/number.c" "$root/src/pipe/quoted.c" \
    "$root/src/core/buf.c" "$root/src/core/text.c" "$root/src/core/err.c" "$root/src/core/log.c"

set -- "$root"/tests/data/json/*
if [ -n "${JSONTESTSUITE:-}" ]; then
    set -- "$@" "$JSONTESTSUITE"/*
fi
perl "$root/tests/lib/json_cases.pl" "${JSON_SEED:-1}" "${JSON_MUTATIONS:-3000}" "$@" >"$work/cases"
"$work/json_verdict" <"$work/cases" >"$work/ours"

psql -X -q -v ON_ERROR_STOP=1 <<SQL
SET lc_messages = 'C';
SET client_encoding = 'UTF8';

CREATE FUNCTION pg_temp.what_it_says(value jsonb) RETURNS text LANGUAGE sql AS \$\$
    SELECT jsonb_typeof(value)
           || CASE jsonb_typeof(value)
                  WHEN 'string' THEN ':' || encode(convert_to(value #>> '{}', 'UTF8'), 'hex')
                  ELSE ''
              END
\$\$;

CREATE FUNCTION pg_temp.verdict(bytes bytea) RETURNS text LANGUAGE plpgsql AS \$\$
DECLARE
    doc jsonb;
    state text;
    why text;
BEGIN
    doc := convert_from(bytes, 'UTF8')::jsonb;
    RETURN 'ok ' || pg_temp.what_it_says(doc)
           || coalesce((SELECT string_agg(' ' || said, '' ORDER BY said COLLATE "C")
                          FROM jsonb_each(CASE jsonb_typeof(doc) WHEN 'object' THEN doc END),
                               concat(encode(convert_to(key, 'UTF8'), 'hex'), ':',
                                      pg_temp.what_it_says(value)) AS said),
                       '');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, why = PG_EXCEPTION_DETAIL;
    RETURN CASE
        WHEN state = '22021' THEN 'invalid_utf8'
        WHEN state = '22P05' THEN 'nul_escape'
        WHEN state = '22003' THEN 'number_out_of_range'
        WHEN state = '54001' THEN 'too_deep'
        WHEN state = '22P02' AND why IN ('Unicode high surrogate must not follow a high surrogate.',
                                         'Unicode low surrogate must follow a high surrogate.') THEN 'lone_surrogate'
        WHEN state = '22P02' THEN 'invalid_json'
        ELSE state || ' ' || coalesce(why, '')
    END;
END
\$\$;

CREATE TEMP TABLE cases (n bigint GENERATED ALWAYS AS IDENTITY, input text);
\copy cases (input) FROM '$work/cases'
\copy (SELECT pg_temp.verdict(decode(input, 'hex')) FROM cases ORDER BY n) TO '$work/server'
SQL

# Where the server's stack ends (too_deep) depends on its max_stack_depth: we may say ok.
paste -d '|' "$work/server" "$work/ours" "$work/cases" | awk -F '|' '
    { seen[$1 ~ /^ok/ ? "ok" : $1]++ }
    $1 != $2 && !($1 == "too_deep" && $2 ~ /^ok/) {
        if (++differ <= 20)
            printf "input %d: server: %.200s, ours: %.200s, bytes: %.400s\n", NR, $1, $2, $3
    }
    END {
        printf "%s 1 - %d inputs, %d judged differently\n1..1\n", (NR > 0 && !differ ? "ok" : "not ok"), NR, differ
        for (verdict in seen)
            printf "# %s: %d\n", verdict, seen[verdict]
        exit (NR == 0 || differ > 0)
    }'
