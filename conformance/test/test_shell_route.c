/* "ip route" of scripts: what it says of the path reaches the target. */
#define CHECK_MAIN
#include "run_fix.h"

TEST(a_route_that_is_changed_sets_what_a_connection_begins_with)
{
    fix_script(
        "0 `ip route change 192.0.2.1 via 192.168.0.2 dev tun0 advmss 600 mtu lock 640 initcwnd 11 rto_min 5ms`\n"
        "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
        "+0 bind(3, ..., ...) = 0\n"
        "+0 listen(3, 1) = 0\n"
        "+0 < S 0:0(0) win 1000 <mss 1460>\n"
        "+0 > S. 0:0(0) ack 1 <mss 600>\n"
        "+0 < . 1:1(0) ack 1 win 1000\n"
        "+0 accept(3, ..., ...) = 4\n"
        "+0 %{ assert tcpi_snd_cwnd == 11 and tcpi_advmss == 600, (tcpi_snd_cwnd, tcpi_advmss) }%\n",
        CF_PASS, NULL);
}

TEST(a_second_change_forgets_the_first)
{
    fix_script("0 `ip -4 ro replace 192.0.2.1 dev tun0 advmss 600 features ecn quickack 1`\n"
               "+0 `ip route change 192.0.2.1 dev tun0 mtu 1000`\n"
               "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
               "+0 bind(3, ..., ...) = 0\n"
               "+0 listen(3, 1) = 0\n"
               "+0 < S 0:0(0) win 1000 <mss 1460>\n"
               "+0 > S. 0:0(0) ack 1 <mss 960>\n",
               CF_PASS, NULL);
}

TEST(looking_at_routes_changes_nothing_and_other_words_are_beyond_us)
{
    fix_script("0 `ip route show`\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_PASS, NULL);
    fix_script("0 `ip route change 192.0.2.1 nexthop 1`\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_NA,
               "nexthop");
    fix_script("0 `ip route change 192.0.2.1 mtu`\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_NA, "mtu");
    fix_script("0 `ip link set tun0 mtu 900`\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_NA, "link");
}
