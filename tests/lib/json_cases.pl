#!/usr/bin/perl
# json_cases SEED COUNT FILE...: inputs for the json stage, one a line in hexadecimal.
# Every line of *.ndjson, every line of *.hex (already hexadecimal; '#' comments), every
# other file whole; then edge cases made by rule; then COUNT random ones.
use strict;
use warnings;

my ($seed, $count, @files) = @ARGV;
my @seeds;

sub put { print unpack('H*', $_[0]), "\n" }

sub keep {
    my ($text) = @_;
    push @seeds, $text if length $text < 3000;
    put($text);
}

sub slurp {
    my ($file) = @_;
    open my $in, '<:raw', $file or die "json_cases: error: $file: $!\n";
    local $/;
    return scalar <$in> // '';
}

for my $file (@files) {
    my $text = slurp($file);
    if ($file =~ /\.ndjson$/) { keep($_) for split /\n/, $text }
    elsif ($file =~ /\.hex$/) { keep(pack 'H*', $_) for grep { !/^#/ } split /\n/, $text }
    else { keep($text) }
}

# Every byte in every place.
for my $byte (map { chr } 0 .. 255) {
    put($_) for $byte, "\"$byte\"", "\"\\$byte\"", "\"\\u00${byte}0\"", "\"\\ud800$byte\"", "\"\\ud800\\$byte\"",
        "1$byte", "1$byte 1", "[1${byte}2]", "[1e9999999$byte]", "[1e9999999 $byte]", "-$byte", "1.$byte", "1e$byte",
        "[1e9999999 true$byte]", "\"long enough${byte}for a step\"",
        "true$byte", "[null$byte]", "{\"a\"$byte 1}", "[1,$byte]", "{\"a\":1$byte}", " $byte [1]", "x\"$byte\"";
}

# Two escapes in a row, in a value and in a key.
my @escapes = ('\u0000', '\u0041', '\ud7ff', '\ud800', '\udbff', '\udc00', '\uDFFF', '\ue000', '\uffff', '\n', '\x',
    '\u12', '\u12G4', 'a', '', "\x01", "\xc3\xa9", "\xc3");
for my $one (@escapes) {
    for my $two (@escapes) {
        put("\"$one$two\"");
        put("{\"$one$two\":1}");
        put("[1e9999999,\"$one$two");
        put("[1e9999999\"$one$two\"");
    }
}

# Cut at every byte.
for my $whole (qq({"a\\n":[1e9999999,true,"\\ud83d\\ude00"],"b":-1.5e+3}), qq("\\ud83d\\ude00\xc3\xa9")) {
    put(substr($whole, 0, $_)) for 0 .. length $whole;
}

# Around the limits of numeric.
for my $digits ('1', '0', '10', '0.1', '1.0', '0.0001', '1.00010', '12345', '99999.99999', '0.0', '0.00000') {
    for my $limit (131072, 16383, 2**30, 2**31, 2**63) {
        for my $off (-6 .. 6) {
            my $exponent = sprintf '%.0f', $limit + $off;
            put("${digits}e$exponent");
            put("-${digits}E-$exponent");
        }
    }
}
for my $n (131070 .. 131074, 16381 .. 16386) {
    my $whole = '1' . '0' x ($n - 1);
    my $behind = '0.' . '0' x ($n - 1);
    put($_) for $whole, "$whole.5", "${whole}e-5", "${behind}1", "${behind}0", "${behind}1e5", '7' x $n,
        "$whole." . '0' x 16383, "$whole." . '0' x 16384;
}

# Nesting, closed and left open, well within and well beyond what any server takes.
for my $depth (1, 63, 64, 65, 127, 128, 129, 500, 65536, 65537, 100000) {
    put($_) for '[' x $depth . ']' x $depth, '{"a":' x $depth . '1' . '}' x $depth,
        '[{"a":' x $depth . '0' . '}]' x $depth;
    put('[' x $depth . '}' x $depth), put('{"a":' x $depth . '1' . ']' x $depth), put('[' x $depth)
        if $depth <= 500 || $depth > 65536;
}

# Token soup and mutations.
my @pieces = (@escapes, '{', '}', '[', ']', ',', ':', '"', '\\', ' ', "\t", "\r\n", "\n", "\x00", "\x0b", "\x7f",
    "\xa0", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xed\xa0\x80", "\xc0\x80", "\xf4\x90\x80\x80", "\xff", "\xef\xbb\xbf",
    'true', 'false', 'null', 'nul', 'True', 'NaN', 'Infinity', '0', '-0', '01', '1', '-1', '1.5', '.5', '1.', '1e5', '1E+5',
    '1e', '1e+', '+1', '0x10', '1e131071', '1e131072', '1e-16383', '1e-16384', '0e1073741822', '0e1073741823',
    '1e99999999999999999999', '""', '"a"', '"a":', '"b":1', '{}', '[]', '{"a":1}', '[1,2]', '"\u0000"', '"\ud800"',
    '"\ud83d\ude00"', "'a'", '//', '/**/', '-', '_', 'e', '1_000', "\"\t\"", '"\/"', '"a', '"\u00');
srand $seed;

sub any { return $_[int rand @_] }

sub mutate {
    my ($text) = @_;
    my $at = int rand(1 + length $text);
    my $what = int rand 7;
    if    ($what == 0) { substr($text, $at, 1) = chr int rand 256 }
    elsif ($what == 1) { substr($text, $at, 1 + int rand 3) = '' }
    elsif ($what == 2) { substr($text, $at, 0) = any(@pieces) }
    elsif ($what == 3) { substr($text, $at, 1 + int rand 4) = any(@pieces) }
    elsif ($what == 4) { substr($text, $at, 0) = substr($text, int rand(1 + length $text), int rand 12) }
    elsif ($what == 5) { $text = substr($text, 0, $at) . (rand 2 < 1 ? '' : any(@pieces)) }
    else { my $other = any(@seeds); $text = substr($text, 0, $at) . substr($other, int rand(1 + length $other)) }
    return $text;
}

for (1 .. $count) {
    my $text;
    if (rand 4 < 1) {
        $text = join '', map { any(@pieces) } 0 .. int rand 10;
        $text = any("[$text", "[$text]", "{$text}", "{\"k\":$text}", "[1e999999$text]", "{\"k\":[$text]}")
            if rand 2 < 1;
    }
    else {
        $text = any(@seeds);
        $text = mutate($text) for 0 .. int rand 3;
    }
    put($text);
}
