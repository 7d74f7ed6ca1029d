#!/usr/bin/perl
# An event soup, nasty on purpose: few workflows, nodes and bridges with many events each, and so few different times
# that most values are said twice at one time. The same seed gives the same lines on every machine.
#
#   soup.pl SEED EVENTS [plain]       'plain': no event id comes twice with different content
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use JSON::PP;

my ($seed, $n, $plain) = @ARGV;
die "usage: soup.pl SEED EVENTS [plain]\n" unless defined $n;
srand($seed);
my $json = JSON::PP->new->canonical;

sub one_of { return $_[int rand @_] }
sub chance { return rand() < $_[0] }
sub uuid { my $hex = md5_hex(join ' ', 'soup', @_); $hex =~ s/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/$1-$2-4$3-8$4-$5/; return $hex }

my @workflows = map { uuid('workflow', $_) } 1 .. 4;
my @sessions = map { uuid('session', $_) } 1 .. 3;
my @bridges = map { uuid('bridge', $_) } 1 .. 2;
my @hashes = map { md5_hex("hash $_") x 2 } 1 .. 3;

# 20 instants around the end of a month, each in one of several spellings.
sub instant {
    my $at = 1761955190 + int rand 20;     # 2025-10-31T23:59:50Z
    my $ms = one_of(0, 0, 0, 500);
    return $at if chance(.1) && !$ms;
    return $at * 1000 + $ms if chance(.1);
    my ($shift, $zone) = @{one_of([0, 'Z'], [0, '+00:00'], [0, ''], [7200, '+02:00'], [-19800, '-05:30'])};
    my @t = gmtime($at + $shift);
    return sprintf '%04d-%02d-%02dT%02d:%02d:%02d.%03d%s', $t[5] + 1900, $t[4] + 1, @t[3, 2, 1, 0], $ms, $zone;
}

sub maybe { my ($chance, @pair) = @_; return chance($chance) ? @pair : () }
sub ms { return one_of(0, 1, 2.4, 2.5, 7, 1000) }
sub error { return one_of([error_message => 'no such file'], [error => 'disk full'], [error_message => ''], [],
                          [error => {code => 2, message => 'refused'}]) }

# kind → how often, and what its payload is made of
my %makers = (
    WORKFLOW_STARTED => [4, sub {
        maybe(.5, workflow_type => one_of(qw(metadata_stamping archive))),
        maybe(.4, one_of(qw(current_state initial_state)), one_of(qw(PENDING processing STAMPING COMPLETED))),
        maybe(.4, metadata => {by => int rand 3}), maybe(.3, input_data => {file_path => "/data/" . int rand 3}) }],
    WORKFLOW_COMPLETED => [3, sub {
        maybe(.5, stamp_id => 'stamp_' . int rand 3), maybe(.5, file_hash => one_of(@hashes)),
        maybe(.5, execution_time_ms => ms()), maybe(.2, workflow_type => 'archive') }],
    WORKFLOW_FAILED => [2, sub { @{error()}, maybe(.4, execution_time_ms => ms()) }],
    STATE_TRANSITION => [3, sub {
        maybe(.7, from_state => one_of(qw(PENDING PROCESSING))),
        to_state => one_of(qw(PENDING processing STAMPING COMPLETED FAILED failed)), maybe(.5, trigger => 'timer'),
        chance(.5) ? @{error()} : (), maybe(.2, execution_time_ms => ms()),
        maybe(.3, entity_type => 'node', entity_id => uuid('entity', int rand 2)) }],
    STEP_STARTED => [1, \&step], STEP_COMPLETED => [6, \&step], STEP_FAILED => [1, sub { step(), @{error()} }],
    STAMP_CREATED => [5, sub {
        maybe(.5, stamp_id => 'stamp_' . int rand 3), maybe(.5, file_hash => one_of(@hashes)), file_size => int rand 9 }],
    HASH_GENERATED => [2, sub { file_hash => one_of(@hashes), maybe(.6, generation_time_ms => ms()) }],
    INTELLIGENCE_RECEIVED => [2, sub { maybe(.6, intelligence_data => {score => int rand 4}), from => int rand 3 }],
    NODE_REGISTERED => [3, sub {
        node(), maybe(.5, capabilities => {node_version => '1.' . int rand 3}), maybe(.3, endpoints => {http => 'x'}),
        maybe(.4, metadata => {version => '2.' . int rand 3}), maybe(.4, health_status => one_of(qw(healthy STARTING))) }],
    NODE_HEARTBEAT => [4, sub { node(), maybe(.8, health_status => one_of(qw(healthy DEGRADED UNHEALTHY))) }],
    AGGREGATION_COMPLETED => [2, \&bridge], STATE_AGGREGATION_COMPLETED => [1, \&bridge],
    COFFEE_READY => [1, sub { cups => int rand 3 }],
);
sub step {
    return step_name => one_of(qw(validate hash stamp)), maybe(.5, step_order => int rand 4),
        maybe(.3, status => one_of(qw(completed FAILED))), maybe(.5, execution_time_ms => ms());
}
sub node { return node_id => 'node-' . int(rand 3), maybe(.5, node_type => one_of(qw(reducer effect))) }
sub bridge {
    return maybe(.9, bridge_id => one_of(@bridges)), total_items_aggregated => int rand 2,
        maybe(.5, total_workflows_processed => int rand 2), maybe(.3, aggregation_metadata => {n => int rand 2}),
        maybe(.3, unique_file_types => [one_of(qw(pdf txt)), 'txt']), maybe(.3, unique_workflows => [one_of(@workflows)]),
        maybe(.3, window_start => '2025-10-31T00:00:0' . int(rand 3) . 'Z'), maybe(.3, items_per_second => int rand 3),
        maybe(.3, aggregation_duration_ms => ms()), maybe(.3, aggregation_type => one_of(qw(TIME_WINDOW size_buckets))),
        maybe(.3, configuration => {k => int rand 2}), maybe(.3, current_fsm_state => one_of(qw(idle PERSISTING)));
}
my @kinds = map { ($_) x $makers{$_}[0] } sort keys %makers;

sub spelled { my ($kind) = @_; $kind = lc $kind if chance(.3); $kind =~ tr/_/-/ if chance(.2); return $kind }

sub event {
    my ($kind) = @_;
    my %payload = $makers{$kind}[1]->();
    my %event = (event_type => spelled($kind), timestamp => instant(), payload => \%payload,
                 maybe(.3, session_id => one_of(@sessions)), maybe(.3, namespace => one_of(qw(acme beta))));
    return \%event if $kind =~ /NODE|AGGREGATION/;
    # A stamp need not belong to a workflow, when it brings its hash; nor has an entity of its own to.
    return \%event if $kind eq 'STAMP_CREATED' && $payload{file_hash} && chance(.2);
    return \%event if $payload{entity_id} && chance(.5);
    if (chance(.2)) { $payload{workflow_id} = one_of(@workflows) } else { $event{correlation_id} = one_of(@workflows) }
    return \%event;
}

# What must belong to a workflow, and names none.
sub homeless {
    my ($event) = @_;
    my $payload = $event->{payload};
    return 0 if $event->{event_type} =~ /node|aggregation|coffee/i;
    return !grep { defined } $event->{correlation_id}, @$payload{qw(workflow_id entity_id)},
        $event->{event_type} =~ /stamp/i ? $payload->{file_hash} : undef;
}

my (@events, @lines);
for my $i (1 .. $n) {
    my $event = event(one_of(@kinds));
    my $before = @events ? one_of(@events) : undef;
    if ($plain || !$before || chance(.75)) {
        $event->{event_id} = uuid('event', $seed, $i) if $plain || chance(.9);
    } else {
        # An id that was there: as another event altogether, or the same with one thing changed.
        if (chance(.7)) {
            my $change = one_of(qw(timestamp payload correlation_id namespace session_id event_type));
            my $other = event(($before->{event_type} =~ tr/a-z\-/A-Z_/r));
            my %copy = %$before;
            $copy{$change} = $other->{$change} if defined $other->{$change};
            $copy{correlation_id} //= one_of(@workflows) if homeless(\%copy);
            $event = \%copy;
        }
        $event->{event_id} = $before->{event_id} // uuid('event', $seed, $i);
    }
    push @events, $event;
    push @lines, $json->encode($event);
    push @lines, one_of(@lines) if chance(.1);
}
print map { "$_\n" } @lines;
