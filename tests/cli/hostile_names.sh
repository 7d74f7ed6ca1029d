# What was typed is shown, and cannot drive the terminal.
bridgejob ingest "--$(printf '\033[31m')%s%n" x
bridgejob "$(printf 'in\ngest')"
bridgejob ingest --workers "$(printf '\007')" x
exit $?
