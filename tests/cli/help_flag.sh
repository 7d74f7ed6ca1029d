# Every way to ask for the same page.
bridgejob help >page
bridgejob --help | cmp - page
bridgejob -h | cmp - page
bridgejob help migrate up >page
bridgejob migrate up --help | cmp - page
bridgejob migrate up -h | cmp - page
bridgejob migrate up --dir x -qh --wrong | cmp - page
bridgejob --help migrate up | cmp - page
bridgejob help migrate >page
bridgejob migrate --help | cmp - page
bridgejob migrate -h | cmp - page
bridgejob migrate help | cmp - page
bridgejob help ingest >page
bridgejob ingest -h | cmp - page
