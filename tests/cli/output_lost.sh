# Output that does not reach its reader is an error.
bridgejob version >/dev/full
echo "full: $?"
bridgejob help >/dev/full
echo "told once: $?"
bridgejob version >&-
echo "closed: $?"
bridgejob version --wrong >/dev/full 2>&1
echo "nothing to lose: $?"
# With stderr closed there is still the exit code.
bridgejob wrong 2>&-
echo "no stderr: $?"
