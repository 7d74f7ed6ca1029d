#!/usr/bin/perl
# Deals the lines of a file out to others, in another order, some of them twice: the same set of lines.
#
#   deal.pl SEED FILE DIR      prints the files' names, one a line; some are gzip, some have CRLF or a BOM
use strict;
use warnings;
use List::Util qw(shuffle);

my ($seed, $file, $dir) = @ARGV;
die "usage: deal.pl SEED FILE DIR\n" unless defined $dir;
srand($seed);
open my $in, '<', $file or die "$file: $!\n";
chomp(my @lines = <$in>);

my $files = (1, 2, 3, 5)[int rand 4];
my $twice = (0, 0, .2, 1)[int rand 4];
my @dealt = map { [] } 1 .. $files;
for my $line (shuffle @lines) {
    push @{$dealt[int rand $files]}, $line for 1 .. (rand() < $twice ? 2 : 1);
}
for my $i (0 .. $#dealt) {
    my $end = rand() < .2 ? "\r\n" : "\n";
    my $text = (rand() < .2 ? "\xef\xbb\xbf" : '') . join '', map { "$_$end" } @{$dealt[$i]};
    my $name = "$dir/part$i.ndjson";
    my $gzip = rand() < .3;
    open my $out, $gzip ? '|-' : '>', $gzip ? "gzip -c > '$name'" : $name or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
    print "$name\n";
}
