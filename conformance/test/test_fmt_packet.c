#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

/* Spellings that are canonical already. */
TEST(canonical_packets_are_written_as_they_were_read)
{
    static const char *const lines[] = {
        "< S 0:0(0) win 32792 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>",
        "> [tos 0x10, flowlabel 0x1] FSRPUEWA. 1:11(10) ack 7 win 5 urg 3",
        "> [flowlabel 0xfffff] - 1:1(0)",
        "> [ect01] P.5 1:1(0) ack 1 <...>",
        "< [ttl 3] encap psp spi 23 1 > 2 S6 0:0(0) win 1 <FO aabb,eol,nop,nop,nop>",
        "< . 1:1(0) ack 1 win 1 <FOEXP aabb,nop,nop,ECN e1b 1 ceb 2,ECN e0b 1 ceb 2 e1b 3,nop>",
        "< . 1:1(0) ack 1 win 1 <sack 1:2 3:4,nop,nop,md5 00112233445566778899,FO,nop,nop>",
        "< S 0:0(0) win 1 <mss 1460,0500,1dff>",
        "> ipv4 [ce] 1.2.3.4 > 5.6.7.8: ipv6 [noecn] fd::1 > fd::2: . 1:1(0) ack 1",
        "> gre flags 0x2000, sum 0x0, off 0x0, key 0x7, seq 0x0: mpls (label 1, tc 2, ttl 3) : . 1:1(0)",
        "> mpls (label 4, tc 5, ttl 6) (label 4, tc 5, [S], ttl 6) : . 1:1(0)",
        "< [tos 0x3] udp 7 > 8 (1000)",
        "> udp (0)",
        "< icmp type_3 code_4 mtu 1200 [1:1461(1460)]",
        "> icmp type_8 id 7",
        "< icmp type_3 code_1 [raw (20)]"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) CHECK_STR(canonical(lines[i], CF_MODE_IPV4), lines[i]);
}

TEST(other_spellings_become_the_canonical_one)
{
    CHECK_STR(canonical(">  (ect0)  AWES.  1:1(0)", CF_MODE_IPV4), "> [ect0] SEWA. 1:1(0)");
    CHECK_STR(canonical("> .0 1:1(0)", CF_MODE_IPV4), "> . 1:1(0)");
    CHECK_STR(canonical("> S5. 1:1(0)", CF_MODE_IPV4), "> S.5 1:1(0)");
    CHECK_STR(canonical("< icmp packet_too_big mtu 1280", CF_MODE_IPV6), "< icmp type_2 mtu 1280");
    CHECK_STR(canonical("> GREv0 : . 1:1(0)", CF_MODE_IPV4),
              "> gre flags 0x0, sum 0x0, off 0x0, key 0x0, seq 0x0: . 1:1(0)");
}
