#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../oracle/oracle.h"
#include "../prog/fail.h"
#include "packets.h"

static const char *judged(const made_of *m)
{
    const cf_packet *p = made(false, m);
    fz_catch();
    fz_check_packet(p);
    fz_check_bare_syn(p);
    return fz_caught();
}

TEST(a_plain_ack_is_fine)
{
    CHECK(!judged(&(made_of){.seq = 1, .ack = 2, .flags = CF_ACK, .win = 100}));
}

TEST(a_wrong_checksum_is_found)
{
    CHECK_STR(judged(&(made_of){.flags = CF_ACK, .bad_sum = 1}), "O20 form");
}

TEST(flags_that_exclude_each_other_are_found)
{
    CHECK_STR(judged(&(made_of){.flags = CF_SYN | CF_FIN | CF_ACK}), "O20 form");
    CHECK_STR(judged(&(made_of){.flags = CF_SYN | CF_RST}), "O20 form");
    CHECK_STR(judged(&(made_of){.flags = CF_FIN}), "O21 ack");
}

TEST(reserved_bits_and_stale_fields_are_found)
{
    CHECK_STR(judged(&(made_of){.flags = CF_ACK, .reserved = 2}), "O20 form");
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .ack = 5}), "O20 form");
    CHECK_STR(judged(&(made_of){.flags = CF_ACK, .urp = 5}), "O20 form");
}

TEST(mss_belongs_on_a_syn_only)
{
    static const uint8_t mss[] = {2, 4, 5, 180};
    CHECK(!judged(&(made_of){.flags = CF_SYN, .opts = mss, .opt_len = 4}));
    CHECK_STR(judged(&(made_of){.flags = CF_ACK, .opts = mss, .opt_len = 4}), "O28 options");
}

TEST(a_shift_over_14_is_found)
{
    static const uint8_t shift[] = {1, 3, 3, 15};
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .opts = shift, .opt_len = 4}), "O29 window");
}

TEST(a_reversed_sack_block_is_found)
{
    static const uint8_t sack[] = {1, 1, 5, 10, 0, 0, 0, 9, 0, 0, 0, 8};
    CHECK_STR(judged(&(made_of){.flags = CF_ACK, .opts = sack, .opt_len = 12}), "O30 sack");
}

TEST(a_reset_or_a_syn_with_text_is_found)
{
    static const uint8_t text[4] = {0};
    CHECK_STR(judged(&(made_of){.flags = CF_RST, .text = text, .text_len = 4}), "O20 form");
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .text = text, .text_len = 4}), "O20 form");
}

TEST(options_that_are_wrong_in_themselves_are_found)
{
    static const uint8_t no_mss[] = {2, 4, 0, 0}, short_mss[] = {2, 3, 5, 0}, unknown[] = {253, 4, 1, 2};
    static const uint8_t sack[] = {1, 1, 5, 10, 0, 0, 0, 1, 0, 0, 0, 2}, cut[] = {1, 1, 8, 10};
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .opts = no_mss, .opt_len = 4}), "O28 options");
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .opts = short_mss, .opt_len = 4}), "O20 form");
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .opts = unknown, .opt_len = 4}), "O28 options");
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .opts = sack, .opt_len = 12}), "O28 options");
    CHECK_STR(judged(&(made_of){.flags = CF_SYN, .opts = cut, .opt_len = 4}), "O20 form");
}

/* A packet of the host with some bytes changed behind its checksums' back. */
static const char *judged_bytes(const made_of *m, size_t at, uint8_t value, size_t more)
{
    static uint8_t bytes[3000];
    cf_packet changed;
    const cf_packet *p = made(false, m);
    memset(bytes, 0, sizeof bytes);
    memcpy(bytes, p->bytes, p->len);
    bytes[at] = value;
    cf_packet_decode(&changed, bytes, p->len + more);
    fz_catch();
    fz_check_packet(&changed);
    fz_check_bare_syn(&changed);
    return fz_caught();
}

TEST(a_datagram_that_is_wrong_around_the_segment_is_found)
{
    enum { VERSION = 0, PROTOCOL = 9, HEADER_SUM = 10 };
    made_of ack = {.seq = 1, .ack = 2, .flags = CF_ACK};
    CHECK_STR(judged_bytes(&ack, VERSION, 0x95, 0), "O20 form");
    CHECK_STR(judged_bytes(&ack, VERSION, 0x4f, 0), "O20 form");
    CHECK_STR(judged_bytes(&ack, HEADER_SUM, 0xee, 0), "O20 form");
    CHECK_STR(judged_bytes(&ack, PROTOCOL, 17, 0), "O20 form");
    CHECK_STR(judged_bytes(&ack, VERSION, 0x45, 3), "O20 form"); /* bytes behind the datagram */
    static const uint8_t text[1461];
    CHECK_STR(judged(&(made_of){.flags = CF_ACK, .text = text, .text_len = sizeof text}), "O25 size");
}

TEST(icmp_of_the_host_is_checked_too)
{
    for (int damaged = 0; damaged < 2; damaged++) {
        uint8_t bytes[100];
        const char *why;
        cf_packet p;
        cf_build b = {0};
        cf_layer *ip = cf_build_add(&b, CF_L_IPV4);
        ip->u.ip.src = (cf_addr){.b = {192, 168, 0, 1}, .family = 4};
        ip->u.ip.dst = (cf_addr){.b = {192, 168, 0, 2}, .family = 4};
        cf_build_add(&b, CF_L_ICMPV4)->u.icmp = (cf_icmp){.type = 0};
        size_t n = cf_encode(&b, bytes, sizeof bytes, &why);
        bytes[n - 1] ^= (uint8_t)damaged;
        cf_packet_decode(&p, bytes, n);
        fz_catch();
        fz_check_packet(&p);
        if (damaged) CHECK_STR(fz_caught(), "O20 form");
        else CHECK(!fz_caught());
    }
}
