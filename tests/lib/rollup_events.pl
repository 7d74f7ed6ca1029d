#!/usr/bin/perl
# Events for the rollup's property test: stamps of every size, type and namespace, many of them to the microsecond where
# windows begin, on both sides of an instant that matters (as a change of the clocks), and what starts, ends and fails
# their workflows, in any order. Some ids come twice, with another time or content. The same seed gives the same lines.
#
#   rollup_events.pl SEED EVENTS CENTRE-EPOCH SPAN-SECONDS
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use JSON::PP;

my ($seed, $n, $centre, $span) = @ARGV;
die "usage: rollup_events.pl SEED EVENTS CENTRE-EPOCH SPAN-SECONDS\n" unless defined $span;
srand($seed);
my $json = JSON::PP->new->canonical->allow_nonref;

sub one_of { return $_[int rand @_] }
sub chance { return rand() < $_[0] }
sub uuid { my $hex = md5_hex(join ' ', 'rollup', $seed, @_); $hex =~ s/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/$1-$2-4$3-8$4-$5/; return $hex }

my @workflows = map { uuid('workflow', $_) } 1 .. 3 + int rand 12;
my @namespaces = ('acme', 'beta', "o'hara %s", "two\nlines");

# Mostly where some window may begin or a moment before, often close to the centre.
sub instant {
    my $at = $centre + int((rand(2) - 1) * one_of($span, $span, $span / 20));
    $at -= $at % one_of(60, 900, 1800, 3600) if chance(.6);
    my $us = chance(.5) ? 0 : int rand 1000000;
    ($at, $us) = ($at - 1, 999999) if chance(.15);
    my @t = gmtime($at);
    return sprintf '%04d-%02d-%02dT%02d:%02d:%02d.%06dZ', $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0], $us;
}

# Raw JSON, as Perl's numbers would not keep it.
sub size {
    return one_of('0', '1', '12345', '1048575', '1048576', '10485760', '10485761', '99999999999', int rand 2e7, int rand 2e7,
                  int rand 2e7, int rand 2e7, '2.5', '1048575.5', '-1', '-0.4', '1e30', 'null', '"77"', 'true', '{}',
                  chance(.1) ? '999999999999999999' : '3e3');
}
sub type { return one_of((qw(text/plain application/pdf image/png a/b), 'text/x-ü"', 'Text/Plain') x 3, '', 'x' x 255, 'x' x 256, undef, 5, []) }

# The members of a stamp's payload that the rollup reads, wherever they may stand.
sub facts {
    my @facts;
    push @facts, '"' . one_of(qw(file_size file_size size_bytes)) . '":' . size() if chance(.85);
    push @facts, '"content_type":' . $json->encode(type()) if chance(.85);
    return join ',', @facts;
}
sub stamp {
    my ($workflow) = @_;
    my @members = ('"file_hash":"' . md5_hex(rand) . '"');
    my $where = rand;
    my $facts = facts();
    push @members, $facts if $where < .8 && $facts ne '';
    push @members, '"' . one_of(qw(stamp_data file_metadata)) . "\":{$facts}" if $where >= .8;
    push @members, '"content_type":null,"file_metadata":{' . facts() . '}' if $where < .8 && $facts !~ /content_type/;
    return '{' . join(',', @members) . '}';
}

my (@lines, @stamps);
for my $i (1 .. $n) {
    my $id = uuid('event', $i);
    my $workflow = one_of(@workflows);
    my $kind = one_of(('STAMP_CREATED') x 6, qw(WORKFLOW_STARTED WORKFLOW_COMPLETED WORKFLOW_FAILED STATE_TRANSITION));
    my ($payload, $member) = ('{}', "\"correlation_id\":\"$workflow\",");
    if ($kind eq 'STAMP_CREATED') {
        $payload = stamp();
        $member = '' if chance(.2);
        if (@stamps && chance(.1)) { $id = one_of(@stamps) } else { push @stamps, $id }
    }
    $payload = '{"workflow_type":"' . one_of(qw(metadata_stamping archive)) . '"}' if $kind eq 'WORKFLOW_STARTED' && chance(.7);
    $payload = '{"to_state":"' . one_of(qw(FAILED COMPLETED PROCESSING)) . '"}' if $kind eq 'STATE_TRANSITION';
    push @lines, sprintf '{"event_id":"%s","event_type":"%s",%s"timestamp":"%s","namespace":%s,"payload":%s}', $id, $kind,
        $member, instant(), $json->encode(one_of(@namespaces)), $payload;
}
print map { "$_\n" } @lines;
