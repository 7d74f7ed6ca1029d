# Whatever is wrong with it, wal-fetch leaves with a code that stops recovery.
for words in '' '000000010000000000000003' '000000010000000000000003 to more' 'RECOVERYXLOG to' '--nonsense a b' \
    '000000010000000000000003 to'; do
    echo "wal-fetch $words"
    # shellcheck disable=SC2086
    bridgejob wal-fetch $words
    echo $?
done
bridgejob wal-fetch --wal-dir nowhere 000000010000000000000003 to
echo $?
bridgejob wal-push
echo $?
bridgejob wal-push --wal-dir wal pg_wal/../etc/passwd
echo $?
bridgejob wal-push --wal-dir wal pg_wal/000000010000000000000003
echo $?
bridgejob wal status
echo $?
