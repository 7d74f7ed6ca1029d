#!/bin/bash
# What stands in cron/: every command is one, every option of it parses, every file is fit for its reader.
. tests/lib/tap.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Lines of the cron file, and what the units run, as command lines.
grep -v -e '^#' -e '^$' cron/bridgejob.cron | sed -E 's/^([^ ]+ +){5}//' >"$work/commands"
operands() { sed -n 's/^Environment="*OPERANDS=\([^"]*\)"*/\1/p' "cron/systemd/bridgejob@$1.service.d/operands.conf" 2>/dev/null; }
starts() { sed -n 's/^ExecStart=//p' "$1" 2>/dev/null; }
for timer in cron/systemd/*.timer; do
    instance=$(sed -n 's/^Unit=bridgejob@\(.*\)\.service$/\1/p' "$timer")
    dropin=cron/systemd/bridgejob@$instance.service.d/operands.conf
    # An empty one puts what follows in place of what the unit runs.
    # shellcheck disable=SC2016
    starts "$dropin" | grep -q '^$' ||
        starts cron/systemd/bridgejob@.service | sed "s|%i|$instance|; s|\$OPERANDS|$(operands "$instance")|"
    starts "$dropin" | grep -v '^$'
done >>"$work/commands"
check 'there are commands' test "$(wc -l <"$work/commands")" -ge 2
same 'cron file: five fields of times, then the program' \
    "$(grep -v -e '^#' -e '^$' cron/bridgejob.cron | grep -c -v -E '^([0-9*/,-]+ +){5}/usr/local/bin/bridgejob [a-z]')" 0
same 'cron file: no shell, no variables, no %' "$(grep -v '^#' cron/bridgejob.cron | grep -c '[$%|;&<>]')" 0

# A command line parses when nothing but the server is missing. (A usage error is 64, a wrong option too.)
while read -r program words; do
    same "'$words': the program" "$program" /usr/local/bin/bridgejob
    check "'$words': silent when well" grep -q -w -e --quiet <<<"$words"
    # shellcheck disable=SC2086
    env -i PATH="$PATH" PGHOST="$work" HOME="$work" "$BRIDGEJOB" $words >"$work/out" 2>"$work/err"
    code=$?
    case $words in
    'backup expire'* | 'backup verify'*) # need none
        same "'$words': it parses" "$code" 66
        has "'$words': only backups are missing" "$(cat "$work/err")" "there is no backup in './backups'"
        ;;
    *)
        same "'$words': it parses" "$code" 69
        has "'$words': only the server is missing" "$(cat "$work/err")" "connection to server on socket \"$work/"
        ;;
    esac
done <"$work/commands"

same "cron/bridgejob.conf is what 'bridgejob help --format conf >cron/bridgejob.conf' writes" \
    "$("$BRIDGEJOB" help --format conf | diff cron/bridgejob.conf - | head -n 5)" ''
run_conf() {
    env -i PGHOST="$work" HOME="$work" "$BRIDGEJOB" migrate status --config "$1" 2>&1 | grep -c 'connection to server'
}
same 'configuration: nothing is set, and it is taken' "$(run_conf cron/bridgejob.conf)" 1
# Every key with its default or, where there is none, a value that fits.
sed -E 's/^;//; s/ = (DB|VERSION|FILE|DIR|NS|URL|WHAT)$/ = x/; s/ = N$/ = 2/; s/ = SIZE$/ = 1MB/; s/ = LIMIT$/ = 1%/' cron/bridgejob.conf \
    >"$work/set.conf"
same 'configuration: every key is one' "$(env -i PGHOST="$work" "$BRIDGEJOB" migrate status --dry-run --config "$work/set.conf" \
    2>&1 | grep -v -e 'invalid\|connection' -e hint:)" ''
same 'configuration: every option of every command is there' "$("$BRIDGEJOB" help --format list | while read -r command; do
    # shellcheck disable=SC2086
    "$BRIDGEJOB" help $command | grep -q '^Common options' || continue
    # shellcheck disable=SC2086
    "$BRIDGEJOB" help --format man $command | sed -n 's/^.*\[BRIDGEJOB_\([A-Z_]*\)\].*/\1/p' | tr A-Z_ a-z-
done | sort -u | while read -r key; do grep -q "^;$key = " cron/bridgejob.conf || echo "$key"; done)" config

if command -v logrotate >/dev/null; then
    same 'logrotate takes its file' "$(logrotate -d cron/bridgejob.logrotate 2>&1 | grep -c '^error')" 0
else
    echo 'ok # skip: no logrotate'
fi
tap_done
