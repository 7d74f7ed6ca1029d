#!/usr/bin/env zsh
# What a real shell makes of TAB: zsh -f tests/lib/complete.zsh bash|zsh SCRIPT LINE…
# Each LINE is typed into an interactive shell that has read SCRIPT, TAB is pressed, then return; printed are the
# words the command is then given, as <one><two>. With LIST set, TAB only lists, and what zsh would offer is printed,
# a word a line, sorted.
emulate -R zsh
zmodload zsh/zpty

shell=$1 script=$2 offered=$(mktemp)
shift 2
trap 'rm -f $offered; zpty -d tty 2>/dev/null' EXIT
# send TEXT: type it; what the shell prints until the answer's end is in $answer.
send() {
    zpty -w -n tty "$1"
    zpty -r -m tty answer '*@END@*'
}
print_given='printf "@%s@" BEGIN; printf "<%s>" "$@"; printf "@%s@\n" END'
# The marks are made by printf, so that the echo of this line holds none.
case $shell in
bash)
    zpty tty env -i PATH=$PATH HOME=$PWD TERM=dumb bash --norc --noprofile -i
    send "bind 'set enable-bracketed-paste off'; PS1=; . $script; bridgejob() { $print_given; }; bridgejob"$'\n' ;;
zsh)
    zpty tty env -i PATH=$PATH HOME=$PWD TERM=dumb OFFERED=$offered zsh -f -i
    send "unsetopt beep; PS1=; autoload -U compinit; compinit -D; . $script; bridgejob() { $print_given; }"$'\n'"bridgejob"$'\n' ;;
esac
# zsh: what every call of compadd would have taken; those that only ask (-O, -A, -D) are not counted.
if [[ -n $LIST ]]; then
    send 'compadd() { local -a took; if [[ " $* " != *" -"[OAD]" "* ]]; then builtin compadd -O took "$@"; print -rl -- $took >>$OFFERED; fi; builtin compadd "$@"; }'$'\n''setopt noautomenu; bridgejob'$'\n'
fi
for line in "$@"; do
    : >$offered
    send "$line"$'\t'$'\n'
    if [[ -n $LIST ]]; then
        grep -v '^$' $offered | sort -u
    else
        answer=${answer##*@BEGIN@}
        print -r -- ${answer%@END@*}
    fi
done
