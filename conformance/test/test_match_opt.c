#define CHECK_MAIN
#include "match_fix.h"

#include <stdlib.h>

static cf_opt_spec specs[8];

static cf_pkt want_opts(unsigned n)
{
    return (cf_pkt){.dir = CF_OUT, .proto = CF_P_TCP, .flags = CF_SYN, .opts = n, .opt = specs};
}

static const cf_match *seen(const cf_pkt *want, const cf_opt_val *v, unsigned n)
{
    return fix_match(want, &(fix_frame){.flags = CF_SYN, .opt = v, .opts = n}, 0);
}

TEST(options_must_agree_in_order_kind_and_value)
{
    fix_begin(CF_MODE_IPV4);
    specs[0] = (cf_opt_spec){.kind = CF_O_MSS, .a = 1460};
    specs[1] = (cf_opt_spec){.kind = CF_O_NOP};
    specs[2] = (cf_opt_spec){.kind = CF_O_WSCALE, .a = 8};
    cf_pkt want = want_opts(3);
    cf_opt_val same[] = {{.id = CF_OPT_MSS, .mss = 1460}, {.id = CF_OPT_NOP}, {.id = CF_OPT_WSCALE, .wscale = 8}};
    fix_ok(seen(&want, same, 3));
    cf_opt_val value[] = {{.id = CF_OPT_MSS, .mss = 1400}, {.id = CF_OPT_NOP}, {.id = CF_OPT_WSCALE, .wscale = 8}};
    fix_differs(seen(&want, value, 3), "opt.mss",
                "bad outbound TCP options: bad value in option of kind 2: expected: mss 1460 vs actual: mss 1400");
    cf_opt_val order[] = {{.id = CF_OPT_NOP}, {.id = CF_OPT_WSCALE, .wscale = 8}, {.id = CF_OPT_MSS, .mss = 1460}};
    fix_differs(seen(&want, order, 3), "options", "bad outbound TCP options");
}

TEST(where_order_is_free_only_kinds_and_values_must_agree)
{
    fix_begin(CF_MODE_IPV4);
    fix_free = CF_FREE_OPTION_ORDER;
    specs[0] = (cf_opt_spec){.kind = CF_O_MSS, .a = 1460};
    specs[1] = (cf_opt_spec){.kind = CF_O_NOP};
    specs[2] = (cf_opt_spec){.kind = CF_O_WSCALE, .a = 8};
    cf_pkt want = want_opts(3);
    cf_opt_val order[] = {{.id = CF_OPT_WSCALE, .wscale = 8}, {.id = CF_OPT_MSS, .mss = 1460}};
    fix_ok(seen(&want, order, 2));
    order[0].wscale = 7;
    fix_differs(seen(&want, order, 2), "opt.wscale", NULL);
    CHECK(!seen(&want, &order[1], 1)->ok);
    cf_opt_val more[] = {order[1], {.id = CF_OPT_WSCALE, .wscale = 8}, {.id = CF_OPT_SACK_OK}};
    CHECK(!seen(&want, more, 3)->ok);
}

TEST(written_dots_stand_for_any_options)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = {.dir = CF_OUT, .proto = CF_P_TCP, .flags = CF_SYN, .opts_any = true};
    cf_opt_val mss = {.id = CF_OPT_MSS, .mss = 1460};
    fix_ok(seen(&want, &mss, 1));
    fix_ok(seen(&want, NULL, 0));
}

TEST(no_options_written_means_no_options)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = want_opts(0);
    cf_opt_val mss = {.id = CF_OPT_MSS, .mss = 1460};
    fix_ok(seen(&want, NULL, 0));
    const cf_match *m = seen(&want, &mss, 1);
    fix_differs(m, "options", NULL);
}

TEST(sack_blocks_are_compared_whole)
{
    fix_begin(CF_MODE_IPV4);
    specs[0] = (cf_opt_spec){.kind = CF_O_NOP};
    specs[1] = (cf_opt_spec){.kind = CF_O_NOP};
    specs[2] = (cf_opt_spec){.kind = CF_O_SACK, .n = 1, .sack = {1, 5}};
    cf_pkt want = want_opts(3);
    cf_opt_val ok[] = {{.id = CF_OPT_NOP}, {.id = CF_OPT_NOP}, {.id = CF_OPT_SACK, .n = 1, .sack = {1, 5}}};
    cf_opt_val other[] = {{.id = CF_OPT_NOP}, {.id = CF_OPT_NOP}, {.id = CF_OPT_SACK, .n = 1, .sack = {1, 6}}};
    cf_opt_val more[] = {{.id = CF_OPT_NOP}, {.id = CF_OPT_NOP}, {.id = CF_OPT_SACK, .n = 2, .sack = {1, 5, 7, 9}}};
    fix_ok(seen(&want, ok, 3));
    fix_differs(seen(&want, other, 3), "opt.sack", NULL);
    fix_differs(seen(&want, more, 3), "opt.sack", NULL);
    CHECK(!seen(&want, NULL, 0)->ok);
}

static const cf_match *stamp(uint32_t script, uint32_t live, uint32_t ecr, int64_t at_us)
{
    specs[0] = (cf_opt_spec){.kind = CF_O_NOP};
    specs[1] = (cf_opt_spec){.kind = CF_O_NOP};
    specs[2] = (cf_opt_spec){.kind = CF_O_TS, .a = script, .b = 5};
    cf_pkt want = want_opts(3);
    cf_opt_val v[] = {{.id = CF_OPT_NOP}, {.id = CF_OPT_NOP}, {.id = CF_OPT_TS, .ts_val = live, .ts_ecr = ecr}};
    fix_when.checked = false;
    return fix_match(&want, &(fix_frame){.flags = CF_SYN, .opt = v, .opts = 3}, at_us);
}

TEST(timestamps_are_recorded_and_not_judged_without_a_tick)
{
    fix_begin(CF_MODE_IPV4);
    fix_ok(stamp(100, 7000, 99, 0));
    fix_ok(stamp(300, 7001, 98, 0));
    CHECK_EQ(fix_sock.ts_count, 2);
    CHECK_EQ(fix_sock.ts[1].script, 300);
    CHECK_EQ(fix_sock.ts[1].live, 7001);
    free(fix_sock.ts);
}

TEST(an_echo_is_judged_where_that_is_asked_for)
{
    fix_begin(CF_MODE_IPV4);
    fix_set.ts_ecr_checked = true;
    fix_ok(stamp(100, 7000, 5, 0));
    fix_differs(stamp(101, 7001, 6, 0), "opt.ts.ecr", "bad outbound TCP timestamp echo: expected: 5 vs actual: 6");
    free(fix_sock.ts);
}

TEST(with_a_tick_a_timestamp_must_advance_as_written)
{
    fix_begin(CF_MODE_IPV4);
    fix_set.ts_tick_us = 1000;
    fix_ok(stamp(100, 7000, 5, 0));
    fix_ok(stamp(110, 7012, 5, 10000));
    fix_differs(stamp(120, 7100, 5, 20000), "opt.ts.val", NULL);
    free(fix_sock.ts);
}
