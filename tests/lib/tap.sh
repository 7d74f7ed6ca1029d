# A few words of TAP for shell tests: . tests/lib/tap.sh; check …; same …; has …; tap_done
# Every check prints one line, "ok" or "not ok" (which tests/run counts); tap_done gives the exit code.

tap_count=0
tap_failed=0

tap_line() { # 0|1, what
    tap_count=$((tap_count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tap_count - $2"
    else
        echo "not ok $tap_count - $2"
        tap_failed=$((tap_failed + 1))
    fi
}

# check WHAT COMMAND…: the command succeeds.
check() {
    tap_what=$1
    shift
    if "$@"; then tap_line 0 "$tap_what"; else tap_line 1 "$tap_what"; fi
}

# same WHAT GOT WANTED
same() {
    if [ "$2" = "$3" ]; then
        tap_line 0 "$1"
    else
        tap_line 1 "$1"
        printf '#   got:    %s\n#   wanted: %s\n' "$2" "$3"
    fi
}

# has WHAT TEXT PART: the text holds the part.
has() {
    case $2 in
    *"$3"*) tap_line 0 "$1" ;;
    *)
        tap_line 1 "$1"
        printf '#   not in: %s\n#   wanted: %s\n' "$2" "$3"
        ;;
    esac
}

tap_done() {
    echo "1..$tap_count"
    [ $tap_failed = 0 ]
}
