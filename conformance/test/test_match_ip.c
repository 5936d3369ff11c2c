#define CHECK_MAIN
#include "match_fix.h"

static cf_pkt want_with(cf_ip_spec ip)
{
    return (cf_pkt){.dir = CF_OUT, .proto = CF_P_TCP, .flags = CF_ACK, .has_ack = true, .ip = ip};
}

static const cf_match *with(cf_ip_spec ip, fix_frame f)
{
    cf_pkt want = want_with(ip);
    f.flags = CF_ACK;
    return fix_match(&want, &f, 0);
}

TEST(what_is_not_written_about_ip_is_not_checked)
{
    fix_begin(CF_MODE_IPV4);
    fix_ok(with((cf_ip_spec){0}, (fix_frame){.tos = 0xff, .ttl = 3}));
}

TEST(ecn_words_check_two_bits_and_tos_the_whole_byte)
{
    fix_begin(CF_MODE_IPV4);
    cf_ip_spec noecn = {.given = true, .tos_check = CF_TOS_ECN},
               tos = {.given = true, .tos_check = CF_TOS_WHOLE, .tos = 0x10};
    fix_ok(with(noecn, (fix_frame){.tos = 0x20}));
    fix_differs(with(noecn, (fix_frame){.tos = 2}), "ecn",
                "live packet field ip_ecn: expected: 0 (0x0) vs actual: 2 (0x2)");
    fix_ok(with(tos, (fix_frame){.tos = 0x10}));
    fix_differs(with(tos, (fix_frame){.tos = 0x12}), "tos",
                "live packet field tos: expected: 16 (0x10) vs actual: 18 (0x12)");
}

TEST(ect01_takes_either_code_point)
{
    fix_begin(CF_MODE_IPV4);
    cf_ip_spec any = {.given = true, .tos_check = CF_TOS_ECT01};
    fix_ok(with(any, (fix_frame){.tos = 1}));
    fix_ok(with(any, (fix_frame){.tos = 2}));
    fix_differs(with(any, (fix_frame){.tos = 3}), "ecn", NULL);
}

TEST(a_ttl_of_255_or_0_is_not_checked)
{
    fix_begin(CF_MODE_IPV4);
    fix_ok(with((cf_ip_spec){.given = true, .has_ttl = true, .ttl = 255}, (fix_frame){.ttl = 9}));
    fix_ok(with((cf_ip_spec){.given = true, .has_ttl = true, .ttl = 0}, (fix_frame){.ttl = 9}));
    fix_differs(with((cf_ip_spec){.given = true, .has_ttl = true, .ttl = 64}, (fix_frame){.ttl = 9}), "ttl", NULL);
}

TEST(flow_labels_are_equal_exactly_where_the_script_writes_equal_ones)
{
    fix_begin(CF_MODE_IPV6);
    cf_ip_spec one = {.given = true, .has_flow = true, .flow = 1}, two = {.given = true, .has_flow = true, .flow = 2};
    fix_differs(with(one, (fix_frame){.flow = 0}), "flow label", "live packet flow label is zero");
    fix_ok(with(one, (fix_frame){.flow = 0x777}));
    fix_ok(with(one, (fix_frame){.flow = 0x777}));
    fix_differs(with(one, (fix_frame){.flow = 0x778}), "flow label", "live packet flow label changed");
    fix_differs(with(two, (fix_frame){.flow = 0x777}), "flow label", "live packet flow label did not change");
    fix_ok(with(two, (fix_frame){.flow = 0x778}));
}

TEST(a_packet_with_other_headers_is_told_by_its_headers)
{
    fix_begin(CF_MODE_IPV4);
    cf_pkt want = want_with((cf_ip_spec){0});
    cf_outer outer = {.kind = CF_L_GRE};
    want.outers = 1;
    want.outer = &outer;
    fix_differs(fix_match(&want, &(fix_frame){.flags = CF_ACK}, 0), "headers", NULL);
    fix_begin(CF_MODE_IPV6);
    cf_pkt v4 = want_with((cf_ip_spec){0});
    fix_ok(fix_match(&v4, &(fix_frame){.flags = CF_ACK}, 0));
}

TEST(a_longer_header_shows_as_length_in_the_reason_and_as_options_to_the_reader)
{
    fix_begin(CF_MODE_IPV4);
    cf_opt_val mss = {.id = CF_OPT_MSS, .mss = 1000};
    cf_pkt want = want_with((cf_ip_spec){0});
    fix_differs(fix_match(&want, &(fix_frame){.flags = CF_ACK, .opt = &mss, .opts = 1}, 0), "options",
                "live packet field ipv4_total_length: expected: 40 (0x28) vs actual: 44 (0x2c)");
}
