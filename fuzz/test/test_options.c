#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../codec/options.h"
#include "../prog/fail.h"

static uint8_t pkt[200];
static cf_packet decoded;

static const cf_tcp *with_options(const uint8_t *bytes, uint8_t len)
{
    cf_build b = {0};
    const char *why = NULL;
    cf_build_add(&b, CF_L_IPV4);
    cf_build_add(&b, CF_L_TCP)->u.tcp = (cf_tcp){.flags = CF_ACK, .opt_bytes = bytes, .opt_len = len};
    cf_packet_decode(&decoded, pkt, cf_encode(&b, pkt, sizeof pkt, &why));
    return cf_packet_tcp(&decoded);
}

TEST(options_behind_the_end_of_the_list_do_not_count)
{
    const uint8_t bytes[] = {2, 4, 5, 180, 0, 3, 3, 7};
    rs_opts o = fz_judge_opts(with_options(bytes, sizeof bytes));
    CHECK(o.has_mss && o.mss == 1460);
    CHECK(!o.has_wscale && !o.malformed);
}

TEST(a_length_that_cannot_be_makes_the_list_malformed)
{
    const uint8_t bytes[] = {8, 9, 0, 0};
    CHECK(fz_judge_opts(with_options(bytes, sizeof bytes)).malformed);
}

TEST(readers_that_agree_are_left_alone)
{
    const uint8_t bytes[] = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
    rs_opts o = {.has_ts = true, .ts_val = 1, .ts_ecr = 2};
    fz_catch();
    fz_same_opts(&o, with_options(bytes, sizeof bytes));
    CHECK(fz_caught() == NULL);
}

TEST(a_field_that_was_read_differently_is_a_failure)
{
    const uint8_t bytes[] = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
    rs_opts o = {.has_ts = true, .ts_val = 1, .ts_ecr = 3};
    fz_catch();
    fz_same_opts(&o, with_options(bytes, sizeof bytes));
    const char *who = fz_caught();
    CHECK(who != NULL && strcmp(who, "O20 codec") == 0);
}
