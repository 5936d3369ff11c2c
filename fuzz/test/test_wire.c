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
