#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../oracle/oracle.h"
#include "../prog/fail.h"
#include "packets.h"

static const char *judged(const made_of *in, const made_of *out)
{
    const cf_packet *i = made(true, in), *o = out ? made(false, out) : NULL;
    fz_catch();
    fz_check_closed_reply(i, o);
    return fz_caught();
}

TEST(an_ack_draws_a_bare_rst_at_its_number)
{
    made_of in = {.seq = 5, .ack = 77, .flags = CF_ACK};
    CHECK(!judged(&in, &(made_of){.seq = 77, .flags = CF_RST}));
    CHECK_STR(judged(&in, &(made_of){.seq = 78, .flags = CF_RST}), "O27 reset");
    CHECK_STR(judged(&in, &(made_of){.seq = 77, .ack = 5, .flags = CF_RST | CF_ACK}), "O27 reset");
    CHECK_STR(judged(&in, NULL), "O27 reset");
}

TEST(another_answer_than_a_rst_is_found)
{
    made_of in = {.seq = 5, .ack = 77, .flags = CF_ACK};
    CHECK_STR(judged(&in, &(made_of){.seq = 77, .ack = 5, .flags = CF_ACK}), "O27 reset");
}

TEST(a_rst_that_goes_elsewhere_is_found)
{
    const cf_packet *in = made(true, &(made_of){.seq = 5, .ack = 77, .flags = CF_ACK});
    const cf_packet *out = made(true, &(made_of){.seq = 77, .flags = CF_RST}); /* from the peer's port to the host's */
    fz_catch();
    fz_check_closed_reply(in, out);
    CHECK_STR(fz_caught(), "O27 reset");
}

TEST(a_syn_draws_a_rst_that_acknowledges_it)
{
    made_of in = {.seq = 5, .flags = CF_SYN};
    CHECK(!judged(&in, &(made_of){.ack = 6, .flags = CF_RST | CF_ACK}));
    CHECK_STR(judged(&in, &(made_of){.ack = 5, .flags = CF_RST | CF_ACK}), "O27 reset");
}

TEST(a_rst_and_a_damaged_segment_draw_nothing)
{
    made_of answer = {.flags = CF_RST};
    CHECK(!judged(&(made_of){.seq = 5, .flags = CF_RST}, NULL));
    CHECK_STR(judged(&(made_of){.seq = 5, .flags = CF_RST}, &answer), "O26 silence");
    CHECK_STR(judged(&(made_of){.seq = 5, .flags = CF_ACK, .bad_sum = 1}, &answer), "O26 silence");
}
