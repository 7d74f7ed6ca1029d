#!/bin/bash
# Completion in real shells: everything the tables hold is offered, and words arrive as they should.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$PWD
"$BRIDGEJOB" completion bash >"$work/bridgejob.bash"
"$BRIDGEJOB" completion zsh >"$work/_bridgejob"
check 'bash: it is a script' bash -n "$work/bridgejob.bash"
check 'zsh: it is a script' zsh -n "$work/_bridgejob"

# The options of a command, as its manual page has them.
options() {
    # shellcheck disable=SC2086
    "$BRIDGEJOB" help --format man $1 | grep -A 1 '^\.TP' | grep -o '\\fB\\-\\-[^\\]*\(\\-[^\\]*\)*\\fR' |
        sed 's/\\f.//g; s/\\//g' | sort -u
}

# What bash would offer: the function is called as readline does.
# shellcheck source=/dev/null
. "$work/bridgejob.bash"
compopt() { COMPREPLY=("compopt $*"); }
offered() { # WORD…
    COMP_WORDS=("$@")
    COMP_CWORD=$(($# - 1))
    _bridgejob
    printf '%s\n' "${COMPREPLY[@]}" | sort -u
}
offered_zsh() { (cd "$work" && LIST=1 timeout 60 zsh -f "$root/tests/lib/complete.zsh" zsh "$work/_bridgejob" "$1"); }

parents=$("$BRIDGEJOB" help --format list | sed -n 's/ .*//p' | sort -u)
n=0
while read -r command; do
    [[ $'\n'$parents$'\n' != *$'\n'$command$'\n'* ]] || continue
    n=$((n + 1))
    # shellcheck disable=SC2086
    same "bash: options of '$command'" "$(offered bridgejob $command --)" "$(options "$command")"
    same "zsh: options of '$command'" "$(offered_zsh "bridgejob $command --")" "$(options "$command")"
done < <("$BRIDGEJOB" help --format list)
check 'commands were tried' test $n -ge 5
first=$("$BRIDGEJOB" help --format list | sed 's/ .*//' | sort -u)
same 'bash: commands' "$(offered bridgejob '')" "$first"
same 'zsh: commands' "$(offered_zsh 'bridgejob ')" "$first"
second=$("$BRIDGEJOB" help --format list | sed -n 's/^migrate //p' | sort -u)
same 'bash: commands of two words' "$(offered bridgejob migrate '' | grep -v -e --help)" "$second"
same 'zsh: commands of two words' "$(offered_zsh 'bridgejob migrate ')" "$second"
same 'bash: words of a choice' "$(offered bridgejob ingest --format '' | tr '\n' ' ')" 'csv json table '
same 'bash: behind =' "$(offered bridgejob ingest --color = | tr '\n' ' ')" 'always auto never '
same 'bash: files' "$(offered bridgejob ingest --map '')" 'compopt -o default'
same 'bash: directories' "$(offered bridgejob ingest --rejects = '')" 'compopt -o dirnames'
same 'bash: nothing for a number' "$(offered bridgejob ingest --workers '')" ''
same 'bash: operands' "$(offered bridgejob ingest '')" 'compopt -o default'
same 'bash: an unknown command' "$(offered bridgejob no-such '')" ''

# Typed into an interactive shell, TAB pressed, then return.
touch "$work/a file" "$work/a (b) 'c'"
mkdir "$work/a directory"
typed() { # SHELL SCRIPT
    local lines wanted got i
    mapfile -t lines < <(cut -d '|' -f 1 "$work/typed")
    mapfile -t wanted < <(cut -d '|' -f 2 "$work/typed")
    mapfile -t got < <(cd "$work" && timeout 120 zsh -f "$root/tests/lib/complete.zsh" "$1" "$2" "${lines[@]}")
    for i in "${!lines[@]}"; do
        # bash leaves the slash behind a directory, zsh does not.
        same "$1: ${lines[i]}" "${got[i]//\/>/>}" "${wanted[i]}"
    done
}
cat >"$work/typed" <<'TYPED'
bridgejob ing|<ingest>
bridgejob migrate u|<migrate><up>
bridgejob ingest --dry|<ingest><--dry-run>
bridgejob ingest --format j|<ingest><--format><json>
bridgejob ingest --format=j|<ingest><--format=json>
bridgejob ingest --rejects a|<ingest><--rejects><a directory>
bridgejob ingest --map a\ f|<ingest><--map><a file>
bridgejob ingest a\ \(|<ingest><a (b) 'c'>
bridgejob ingest -- --dry|<ingest><--><--dry>
bridgejob ingest --workers a|<ingest><--workers><a>
bridgejob completion z|<completion><zsh>
TYPED
typed bash "$work/bridgejob.bash"
typed zsh "$work/_bridgejob"
tap_done
