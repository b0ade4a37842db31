# Creates a box in the way of scripts of the time: JSON with 1 for true, and a result that is true or not.
use strict;
use warnings;
use HTTP::Tiny;
use JSON::PP;

my $http = HTTP::Tiny->new(no_proxy => ['127.0.0.1']);
my $json = JSON::PP->new->canonical;

sub call {
    my ($verb, $path, $body) = @_;
    my $options = $body ? { content => $json->encode($body) } : {};
    my $answer = $json->decode($http->request($verb, "$ARGV[0]/$path", $options)->{content});
    return $answer->{result} || print "$answer->{messages}[0]{message}\n";
}

my $box = call('POST', 'jiffyBoxes',
    { name => 'perl', planid => 44, distribution => 'debian_stretch_64bit', use_sshkey => 1, metadata => { a => 1 } });
print "$box->{status} $box->{metadata}{a} ", ($box->{host} ? 'host' : 'no host'), "\n";
call('GET', 'jiffyBoxes/12345');
