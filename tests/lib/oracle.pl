#!/usr/bin/perl
# What the rules of docs/events.md make of a plain event soup (soup.pl … plain), computed from the whole set of events
# at once: one JSON object a row of workflow_executions, workflow_steps and metadata_stamps, sorted.
#
#   oracle.pl <EVENTS      what there should be
#   oracle.pl rows <ROWS   rows the server printed as JSON, spelled the same way
use strict;
use warnings;
use JSON::PP;
use Time::Local qw(timegm);

my $json = JSON::PP->new->canonical->allow_nonref;
if (@ARGV) {
    print sort map { $json->encode($json->decode($_)) . "\n" } <STDIN>;
    exit;
}

sub microseconds {
    my ($time) = @_;
    return $time < 1e11 ? $time * 1e6 : $time * 1e3 if $time !~ /T/;
    my ($y, $mo, $d, $h, $mi, $s, $fraction, $zone) =
        $time =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)\.(\d+)(.*)$/ or die "not a time: $time";
    my $at = timegm($s, $mi, $h, $d, $mo - 1, $y) * 1e6 + substr("${fraction}000000", 0, 6);
    $at -= ($1 eq '-' ? -1 : 1) * ($2 * 60 + $3) * 60e6 if $zone =~ /^([-+])(\d\d):(\d\d)$/;
    return $at;
}
sub rounded { my ($n) = @_; return defined $n ? int($n + .5) : undef }
sub error_of {
    my ($payload) = @_;
    my $error = $payload->{error_message} // $payload->{error};
    return ref $error ? $error->{message} : $error;
}
# The value said first, or last; values said at one time go by $tie.
sub first_of { my ($best) = sort { $a->[0] <=> $b->[0] || $a->[2] cmp $b->[2] } @_; return $best && $best->[1] }
sub last_of { my ($best) = sort { $b->[0] <=> $a->[0] || $b->[2] cmp $a->[2] } @_; return $best && $best->[1] }
# [time, value, tie] of the events that have a value
sub said { my ($value, @events) = @_; return map { my $v = $value->($_); defined $v ? [$_->{at}, $v, $v] : () } @events }
sub said_json { my ($value, @events) = @_; return map { my $v = $value->($_); defined $v ? [$_->{at}, $v, $_->{id}] : () } @events }
sub member { my ($name) = @_; return sub { $_[0]{payload}{$name} } }

my (%workflows, %seen, @stamps);
while (my $line = <STDIN>) {
    my $event = $json->decode($line);
    next if $seen{$event->{event_id}}++;
    my $payload = $event->{payload};
    my %e = (id => $event->{event_id}, at => microseconds($event->{timestamp}), payload => $payload,
             namespace => $event->{namespace}, session => $event->{session_id});
    ($e{kind} = uc $event->{event_type}) =~ tr/-/_/;
    next if $e{kind} =~ /NODE|AGGREGATION|COFFEE/;
    $e{workflow} = $event->{correlation_id} // $payload->{workflow_id};
    push @stamps, \%e if $e{kind} eq 'STAMP_CREATED';
    next if !defined $e{workflow} || ($e{kind} eq 'STATE_TRANSITION' && defined $payload->{entity_id});
    push @{$workflows{$e{workflow}}}, \%e;
}

sub outcome {
    my ($e) = @_;
    my %default = (WORKFLOW_STARTED => 'PROCESSING', WORKFLOW_COMPLETED => 'COMPLETED', WORKFLOW_FAILED => 'FAILED');
    my $p = $e->{payload};
    my $state = $e->{kind} eq 'STATE_TRANSITION' ? $p->{to_state} : $default{$e->{kind}} // return;
    $state = $p->{current_state} // $p->{initial_state} // $state if $e->{kind} eq 'WORKFLOW_STARTED';
    $state = uc $state;
    return {state => $state, at => $e->{at}, rank => $state =~ /^(COMPLETED|FAILED)$/ ? 2 : $state eq 'PENDING' ? 0 : 1,
            ms => $e->{kind} =~ /COMPLETED|FAILED/ ? rounded($p->{execution_time_ms}) : undef, error => error_of($p)};
}

sub steps_of {
    my @steps = sort { $a->{at} <=> $b->{at} || $a->{id} cmp $b->{id} } grep { $_->{kind} =~ /^STEP/ } @_;
    my %default = (STEP_STARTED => 'PROCESSING', STEP_COMPLETED => 'COMPLETED', STEP_FAILED => 'FAILED');
    my $rank = 0;
    return map {
        $rank++;
        my $p = $_->{payload};
        +{table => 'steps', id => $_->{id}, workflow => $_->{workflow}, name => $p->{step_name}, at => $_->{at},
          order => $p->{step_order} // $rank, status => uc($p->{status} // $default{$_->{kind}}),
          ms => rounded($p->{execution_time_ms}), error => error_of($p), data => $p};
    } @steps;
}

my (@rows, %hash_of);
for my $id (sort keys %workflows) {
    my @events = @{$workflows{$id}};
    my ($started) = sort { $a <=> $b } map { $_->{at} } @events;
    my @outcomes = map { outcome($_) // () } @events;
    my ($outcome) = sort { $b->{rank} <=> $a->{rank} || $b->{at} <=> $a->{at} || $b->{state} cmp $a->{state} } @outcomes;
    $outcome //= {state => 'PENDING', rank => 0};
    my $over = $outcome->{rank} == 2;
    # What the events say that gave it the state it has, whichever of them won.
    my @agreed = grep { $_->{state} eq $outcome->{state} } @outcomes;
    my ($figure) = sort { $b->{at} <=> $a->{at} || $b->{ms} <=> $a->{ms} } grep { defined $_->{ms} } @agreed;
    my ($error) = sort { $b->{at} <=> $a->{at} || $b->{error} cmp $a->{error} } grep { defined $_->{error} } @agreed;
    my @hashes = grep { $_->{kind} eq 'HASH_GENERATED' } @events;
    my @ends = grep { $_->{kind} =~ /^(WORKFLOW_COMPLETED|STAMP_CREATED|HASH_GENERATED)$/ } @events;
    my @steps = steps_of(@events);
    $hash_of{$id} = last_of(said(member('file_hash'), @hashes));
    my ($speed) = sort { $b->[0] <=> $a->[0] || $b->[1] <=> $a->[1] }
        map { [$_->{at}, rounded($_->{payload}{generation_time_ms})] } grep { defined $_->{payload}{generation_time_ms} } @hashes;
    push @rows, @steps, {
        table => 'workflows', id => $id, started => $started, state => $outcome->{state},
        completed => $over ? $outcome->{at} : undef,
        ms => $over ? $figure ? $figure->{ms} : rounded(($outcome->{at} - $started) / 1000) : undef,
        error => $outcome->{state} eq 'FAILED' && $error ? $error->{error} : undef,
        updated => (sort { $b <=> $a } map { $_->{at} } @events)[0],
        namespace => first_of(said(sub { $_[0]{namespace} }, @events)) // 'default',
        type => first_of(said(member('workflow_type'), grep { $_->{kind} =~ /^WORKFLOW/ } @events)) // 'metadata_stamping',
        session => first_of(said(sub { $_[0]{session} }, @events)),
        stamp => last_of(said(member('stamp_id'), @ends)), hash => last_of(said(member('file_hash'), @ends)),
        hash_ms => $speed && $speed->[1],
        intelligence => last_of(said_json(sub { $_[0]{payload}{intelligence_data} // $_[0]{payload} },
                                          grep { $_->{kind} eq 'INTELLIGENCE_RECEIVED' } @events)),
        metadata => first_of(said_json(sub {
            my $p = $_[0]{payload};
            my %metadata = (%{$p->{metadata} // {}}, exists $p->{input_data} ? (input_data => $p->{input_data}) : ());
            return exists $p->{metadata} || exists $p->{input_data} ? \%metadata : undef;
        }, grep { $_->{kind} eq 'WORKFLOW_STARTED' } @events)) // {},
        n_steps => scalar @steps,
        steps => [map { +{step_name => $_->{name}, step_order => $_->{order}, status => $_->{status}, execution_time_ms => $_->{ms}} }
                  sort { $a->{order} <=> $b->{order} || $a->{at} <=> $b->{at} || $a->{id} cmp $b->{id} } @steps],
    };
}
for my $e (@stamps) {
    my $hash = $e->{payload}{file_hash} // (defined $e->{workflow} ? $hash_of{$e->{workflow}} : undef) // next;
    push @rows, {table => 'stamps', id => $e->{id}, workflow => $e->{workflow}, hash => $hash, data => $e->{payload},
                 namespace => $e->{namespace} // 'default', at => $e->{at}};
}
print sort map { $json->encode($_) . "\n" } @rows;
