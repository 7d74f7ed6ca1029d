#!/usr/bin/perl
# A web server for tests: httpd.pl PORT-FILE LOG [STATUS]
# Listens on a free port of 127.0.0.1, writes its number to PORT-FILE, and keeps of every request one line in LOG:
# method, path, body (newlines as \n). Answers STATUS (default 200); with "hang" it never answers.
use strict;
use warnings;
use IO::Socket::INET;

my ($port_file, $log_file, $status) = @ARGV;
$status ||= 200;
$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', ReuseAddr => 1) or die "listen: $@";
open my $log, '>>', $log_file or die "$log_file: $!";
$log->autoflush(1);
open my $port, '>', "$port_file.new" or die "$port_file: $!";
print $port $server->sockport, "\n";
close $port;
rename "$port_file.new", $port_file;

my @held;
while (my $client = $server->accept) {
    my ($request, $length) = (scalar <$client>, 0);
    defined $request or next;
    while (defined(my $line = <$client>)) {
        $length = $1 if $line =~ /^content-length:\s*(\d+)/i;
        last if $line =~ /^\r?\n$/;
    }
    my $body = '';
    read $client, $body, $length if $length;
    $body =~ s/\n/\\n/g;
    my ($method, $path) = split ' ', $request;
    print $log "$method $path $body\n";
    if ($status eq 'hang') { push @held, $client; next }
    print $client "HTTP/1.1 $status X\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK";
    close $client;
}
