#!/bin/bash
# What the documents say is what the program does: every example is run and its output compared, tables of options,
# exit codes, reasons and keys are those of the program, and what the documents name is there.
. tests/lib/tap.sh

root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in $(compgen -e | grep '^BRIDGEJOB_'); do unset "$name"; done
export HOME=$work TZ=UTC LC_ALL=C.UTF-8
mkdir "$work/bin" "$work/README.md" "$work/events.md"
ln -s "$BRIDGEJOB" "$work/bin/bridgejob"
ln -s "$root/samples" "$work/README.md/samples"
PATH=$work/bin:$PATH
database=$PGDATABASE

# Times, speeds and sizes that no two runs share.
mask() {
    sed -E 's/in [0-9]+ ms$/in # ms/; s/"execution_ms": [0-9]+/"execution_ms": #/
        s/in [0-9.]+ s \([0-9]+ lines\/s\)/in # s (# lines\/s)/
        s/in [0-9.]+ s$/in # s/
        s/"bytes_read":[0-9]+,"elapsed_s":[0-9.]+,"lines_per_s":[0-9]+/"bytes_read":#,"elapsed_s":#,"lines_per_s":#/
        s/"writers":[0-9]+,"writer_utilisation":[0-9.]+,"writer_waits_s":[0-9.]+/"writers":#,"writer_utilisation":#,"writer_waits_s":#/
        s/^([0-9,]*,)[0-9]+,[0-9.]+(,[0-9]+)$/\1#,#\2/
        s/up --plan [0-9a-f]{64}$/up --plan HASH/
        s/20[0-9-]{8}T[0-9:]{8}\.[0-9]{6}Z/TIME/g'
}

# One command of a document, in this shell, so that files, variables and $? are there for the next one.
examples=0
status=0
run_example() { # document, command, wanted output
    [ -n "$2" ] || return 0
    examples=$((examples + 1))
    (exit "$status")
    eval "$2" >"$work/got" 2>&1 3<&-
    status=$?
    same "$1: ${2%%$'\n'*}" "$(mask <"$work/got")" "$(mask <<<"$3")"
}

# The ```console blocks of a document: '$ ' begins a command, '> ' behind it goes on with it, the rest is its output.
# (Names of its own: the examples share them.)
run_examples() { # document, its name
    local doc_line='' doc_inside='' doc_command='' doc_wanted=''
    examples=0
    while IFS= read -r doc_line <&3; do
        case $doc_inside$doc_line in
        '```console') doc_inside='|' ;;
        '|```' | '|$ '*)
            run_example "$2" "$doc_command" "$doc_wanted"
            doc_command='' doc_wanted=''
            case $doc_line in '$ '*) doc_command=${doc_line#'$ '} ;; *) doc_inside='' ;; esac ;;
        '|> '* | '|>')
            doc_line=${doc_line#>}
            doc_command+=$'\n'${doc_line# } ;;
        '|'*) doc_wanted+=$doc_line$'\n' ;;
        esac
    done 3<"$1" </dev/null
    same "$2: every example was run" "$examples" "$(grep -c '^\$ ' "$1")"
}

# Help's sections of options as rows of a table.
option_rows() {
    awk -v heading="$1" '
        function row(  fallback) {
            if (left == "") return
            sub(/ \[BRIDGEJOB_[A-Z_]*\]$/, "", text)
            if (match(text, / \(default [^)]*\)$/)) {
                fallback = "`" substr(text, RSTART + 10, RLENGTH - 11) "` "
                text = substr(text, 1, RSTART - 1)
            }
            print "| `" left "` | " fallback "| " text " |"
            left = text = ""
        }
        index($0, heading) == 1 { inside = 1; next }
        !inside { next }
        /^$|^[A-Z]/ { row(); inside = 0; next }
        /^  (-|    --)/ {
            row()
            left = substr($0, 3); sub(/^ +/, "", left)
            if (match(left, /  +/)) { text = substr(left, RSTART + RLENGTH); left = substr(left, 1, RSTART - 1) }
            next
        }
        { sub(/^ +/, ""); text = text (text == "" ? "" : " ") $0 }
        END { row() }'
}

# The rows of the table behind a line of README.md.
table_behind() {
    awk -v line="$1" '$0 == line { found = 1; next } found && /^\|/ { print; rows = 1; next } rows { exit }' README.md |
        sed 1,2d
}
first_column() { sed 's/^| `*\([^`|]*[^`| ]\)`* |.*/\1/'; }

check_options() { # command or "common", heading in its help
    local words=$1
    [ "$1" != common ] || words=
    # shellcheck disable=SC2086
    same "README.md: options of '$1'" "$(table_behind "<!-- options: $1 -->")" \
        "$("$BRIDGEJOB" help $words | option_rows "$2")"
}

check_tables() {
    check_options help Options:
    check_options version Options:
    check_options 'migrate up' Options:
    check_options 'migrate goto' Options:
    check_options 'migrate redo' Options:
    check_options 'migrate status' Options:
    check_options 'migrate down' Options:
    check_options 'migrate plan' Options:
    check_options 'migrate prove' Options:
    check_options 'migrate baseline' Options:
    check_options 'migrate repair' Options:
    check_options ingest Options:
    check_options rollup Options:
    check_options vacuum Options:
    check_options reindex Options:
    check_options bridges Options:
    check_options 'prune nodes' Options:
    check_options 'prune events' Options:
    check_options 'prune runs' Options:
    check_options 'backup create' Options:
    check_options 'backup list' Options:
    check_options 'backup verify' Options:
    check_options 'backup expire' Options:
    check_options 'backup drill' Options:
    check_options restore Options:
    check_options wal-push Options:
    check_options wal-fetch Options:
    check_options 'wal status' Options:
    check_options status Options:
    check_options health Options:
    check_options common 'Options of every command'
    same "README.md: exit codes" "$(table_behind '## Exit codes' | sed 's/^| //; s/ |$//; s/ | /  /')" \
        "$("$BRIDGEJOB" help | sed -n '/^Exit codes:/,/^$/s/^ *\([0-9][0-9]*  .*\)/\1/p')"
    same "README.md: reject reasons" "$(table_behind '#### Reject reasons' | first_column)" \
        "$(sed -n 's/.*\[REASON_[A-Z0-9_]*\] = "\(.*\)",/\1/p' src/pipe/reason.c | grep -v '^none$')"
    same "README.md: keys of the summary" "$(table_behind '#### The summary as JSON' | first_column)" \
        "$("$BRIDGEJOB" ingest --dry-run --format json samples/names.ndjson | grep -o '"[a-z_]*":' | tr -d '":')"
}

# What the documents name: links, make's targets, paths in the table of the tree, spellings of event names.
check_names() {
    local document target
    for document in README.md CONTRIBUTING.md docs/*.md; do
        for target in $(grep -o '](\([^)#:]*\)' "$document" | sed 's/](//' | grep -v '^https$'); do
            check "$document: '$target' is there" test -e "$(dirname "$document")/$target"
        done
        for target in $(grep -o -E '(^|`)make [a-z-]+' "$document" | sed 's/.*make //' | sort -u); do
            check "$document: 'make $target' is a target" grep -q "^$target:" Makefile
        done
    done
    for target in $(sed -n '/^## The tree/,/^## /p' README.md | grep '^| `' | first_column); do
        check "README.md: '$target' is there" test -e "$target"
    done
    for target in $(sed -n 's/^    {"\([a-z0-9-]*\)", EVENT_.*/\1/p' src/pipe/event_kind.c); do
        case $(tr 'A-Z_' 'a-z-' <docs/events.md) in *"\`$target\`"*) ;; *) echo "not in docs/events.md: $target" ;; esac
    done >"$work/unnamed"
    same "docs/events.md: every spelling is there" "$(cat "$work/unnamed")" ""
}

block() { sed -n "/^\`\`\`$1\$/,/^\`\`\`\$/p" README.md | sed '1d;$d'; }

# The cron line, with its directories elsewhere: silent when well, and not when lines are refused.
check_cron() {
    local line
    line=$(block cron | sed "s|^\([^ ]* \)\{5\}||; s|/var/|$work/var/|g")
    mkdir -p "$work/var/spool/bridgejob"
    gzip -c samples/names.ndjson >"$work/var/spool/bridgejob/names.ndjson.gz"
    same "cron line: silent when well" "$(sh -c "$line" 2>&1; echo $?)" 0
    cp samples/bad.ndjson "$work/var/spool/bridgejob/"
    same "cron line: speaks of refused lines" "$(sh -c "$line" 2>&1)" \
        "bridgejob ingest: warning: '$work/var/spool/bridgejob/bad.ndjson': 39 of 41 lines refused"
    check "cron line: keeps them" test -s "$work"/var/lib/bridgejob/rejects/bad.ndjson.*.rej
}

check_configuration() {
    block ini >"$work/bridgejob.conf"
    check "the configuration is taken" test -s "$work/bridgejob.conf"
    same "the configuration is taken" \
        "$("$BRIDGEJOB" migrate status --config "$work/bridgejob.conf" -d "$PGDATABASE" 2>&1 >/dev/null; echo $?)" 0
}

if [ -e /etc/bridgejob.conf ]; then
    echo "not ok - /etc/bridgejob.conf is there, and would be read"
    exit 78
fi

check_tables
check_names
cd "$work/README.md" || exit 70
run_examples "$root/README.md" README.md
cd "$root" || exit 70
check_configuration
check_cron
psql -X -q -d postgres -c "CREATE DATABASE ${database}_events" || exit 70
export PGDATABASE=${database}_events
cd "$work/events.md" || exit 70
run_examples "$root/docs/events.md" docs/events.md
cd "$root" || exit 70
tap_done
