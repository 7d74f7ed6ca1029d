#!/bin/bash
# 'make install': everything is there, and works from where it is.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/usr
check 'make install' make -s install DESTDIR= PREFIX="$prefix"
program=$prefix/bin/bridgejob

same 'the program runs' "$("$program" version)" "$("$BRIDGEJOB" version)"
check 'its manual page is found' man -M "$prefix/share/man" -w bridgejob-ingest
check 'completion of bash' bash -n "$prefix/share/bash-completion/completions/bridgejob"
check 'completion of zsh' grep -q '^#compdef bridgejob' "$prefix/share/zsh/site-functions/_bridgejob"
check 'maps' test -s "$prefix/share/bridgejob/maps/github.json"
for file in README.md LICENSE docs/events.md docs/operations.md examples/bridgejob.conf examples/bridgejob.cron \
    examples/bridgejob.logrotate; do
    check "$file" test -s "$prefix/share/doc/bridgejob/$file"
done
same 'the cron file names the program where it is' "$(grep -v '^#' "$prefix/share/doc/bridgejob/examples/bridgejob.cron" |
    grep -c -v " $program ")" 0
same 'others may read all of it' "$(find "$prefix" ! -perm -004)" ''
same 'nothing is written outside' "$(find "$work" -mindepth 1 -maxdepth 1)" "$prefix"

units=$prefix/lib/systemd/system
if command -v systemd-analyze >/dev/null; then
    for timer in "$units"/*.timer; do
        instance=$(sed -n 's/^Unit=//p' "$timer")
        same "systemd has nothing against $(basename "$timer") and $instance" \
            "$(cd "$units" && systemd-analyze verify --man=no "./$instance" "$timer" 2>&1)" ''
    done
else
    echo 'ok # skip: no systemd-analyze'
fi
same 'DESTDIR stands before PREFIX' "$(make -s install DESTDIR="$work/root" PREFIX=/opt/x &&
    grep -v '^#' "$work/root/opt/x/share/doc/bridgejob/examples/bridgejob.cron" | grep -c -v ' /opt/x/bin/bridgejob ')" 0
tap_done
