#define CHECK_MAIN
#include "../run/map.h"

#include <stdlib.h>

#include "../../stack/test/check.h"
#include "../packet/encode.h"
#include "../packet/opts.h"

static cf_settings set;
static char why[200];
static cf_opt_spec opts[CF_TCP_OPTS_MAX];

static cf_sock connection(void)
{
    return (cf_sock){.proto = CF_P_TCP, .remote_isn = 1000, .script_isn = 10, .live_isn = 500000, .isn_known = true};
}

static cf_pkt to_live(const cf_sock *s, const cf_pkt *p)
{
    cf_pkt live;
    if (!cf_map_to_live(s, &set, p, &live, opts, why, sizeof why)) CHECK_FAIL("%s", why);
    return live;
}

TEST(syns_are_literal_in_the_peers_space_and_shifted_in_ours)
{
    cf_sock s = connection();
    cf_pkt synack = {.flags = CF_SYN | CF_ACK, .seq = 1000, .ack = 11, .has_ack = true};
    cf_pkt live = to_live(&s, &synack);
    CHECK_EQ(live.seq, 1000);
    CHECK_EQ(live.ack, 500001);
}

TEST(other_packets_count_from_the_initial_numbers)
{
    cf_sock s = connection();
    cf_pkt p = {.flags = CF_ACK, .seq = 1, .ack = 1, .has_ack = true};
    cf_pkt live = to_live(&s, &p);
    CHECK_EQ(live.seq, 1001);
    CHECK_EQ(live.ack, 500001);
    CHECK_EQ(cf_map_seq_to_live(&s, 1), 500001);
}

TEST(an_acknowledgment_field_without_the_flag_is_left_alone)
{
    cf_sock s = connection();
    cf_pkt rst = {.flags = CF_RST, .seq = 1, .ack = 77};
    CHECK_EQ(to_live(&s, &rst).ack, 77);
}

TEST(sack_edges_follow_the_acknowledgment)
{
    cf_sock s = connection();
    cf_opt_spec sack = {.kind = CF_O_SACK, .n = 1, .sack = {1001, 2001}};
    cf_pkt p = {.flags = CF_ACK, .seq = 1, .ack = 1, .has_ack = true, .opts = 1, .opt = &sack};
    cf_pkt live = to_live(&s, &p);
    CHECK_EQ(live.opt[0].sack[0], 501001);
    CHECK_EQ(live.opt[0].sack[1], 502001);
}

TEST(a_timestamp_echo_must_name_a_value_the_script_has_seen)
{
    cf_sock s = connection();
    cf_opt_spec ts = {.kind = CF_O_TS, .a = 5, .b = 100};
    cf_pkt p = {.flags = CF_ACK, .opts = 1, .opt = &ts}, live;
    CHECK(!cf_map_to_live(&s, &set, &p, &live, opts, why, sizeof why));
    CHECK(strstr(why, "100") != NULL);
    cf_map_ts_record(&s, 100, 9000);
    CHECK_EQ(to_live(&s, &p).opt[0].b, 9000);
    cf_map_ts_record(&s, 100, 9500); /* the newest recording wins */
    CHECK_EQ(to_live(&s, &p).opt[0].b, 9500);
    CHECK_EQ(to_live(&s, &p).opt[0].a, 5);
    p.flags = CF_RST; /* without ACK the echo is literal */
    CHECK_EQ(to_live(&s, &p).opt[0].b, 100);
    free(s.ts);
}

TEST(a_scaled_echo_is_counted_from_the_first_pair)
{
    cf_sock s = connection();
    cf_settings scaled = {.ts_ecr_scaled = true};
    cf_opt_spec ts = {.kind = CF_O_TS, .b = 150};
    cf_pkt p = {.flags = CF_ACK, .opts = 1, .opt = &ts}, live;
    cf_map_ts_record(&s, 100, 9000);
    CHECK(cf_map_to_live(&s, &scaled, &p, &live, opts, why, sizeof why));
    CHECK_EQ(live.opt[0].b, 9050);
    CHECK_EQ(cf_map_ts_to_script(&s, 9007), 107);
    free(s.ts);
}

static cf_packet frame(uint16_t flags, uint32_t seq, uint32_t ack, const cf_opt_val *v)
{
    static uint8_t bytes[200];
    const char *no;
    cf_packet p;
    cf_build b = {0};
    cf_opt_row row = {0};
    cf_layer *ip = cf_build_add(&b, CF_L_IPV4), *t = cf_build_add(&b, CF_L_TCP);
    ip->u.ip.src.family = ip->u.ip.dst.family = 4;
    t->u.tcp.flags = flags;
    t->u.tcp.seq = seq;
    t->u.tcp.ack = ack;
    if (v) cf_opt_put(&row, v);
    t->u.tcp.opt_bytes = row.bytes;
    t->u.tcp.opt_len = row.len;
    b.text_len = 5;
    cf_packet_decode(&p, bytes, cf_encode(&b, bytes, sizeof bytes, &no));
    return p;
}

TEST(live_frames_come_back_in_the_scripts_numbers)
{
    cf_sock s = connection();
    cf_pkt p;
    uint32_t odd;
    cf_packet f = frame(CF_ACK, 500001, 1101, NULL);
    cf_map_to_script(&s, &f, &p, opts, &odd);
    CHECK_EQ(p.seq, 1);
    CHECK_EQ(p.ack, 101);
    CHECK_EQ(p.len, 5);
    CHECK_EQ(p.seq_end, 6);
    f = frame(CF_SYN | CF_ACK, 500000, 1001, NULL);
    cf_map_to_script(&s, &f, &p, opts, &odd);
    CHECK_EQ(p.seq, 10);
    CHECK_EQ(p.ack, 1001);
}

TEST(outbound_sack_edges_are_in_the_peers_space)
{
    cf_sock s = connection();
    cf_pkt p;
    uint32_t odd;
    cf_opt_val v = {.id = CF_OPT_SACK, .n = 1, .sack = {2001, 3001}};
    cf_packet f = frame(CF_ACK, 500001, 1001, &v);
    cf_map_to_script(&s, &f, &p, opts, &odd);
    CHECK_EQ(odd, 0);
    CHECK_EQ(opts[0].kind, CF_O_SACK);
    CHECK_EQ(opts[0].sack[0], 1001);
    CHECK_EQ(opts[0].sack[1], 2001);
}

TEST(before_the_number_is_known_a_reset_is_shown_as_it_is)
{
    cf_sock s = {.proto = CF_P_TCP, .remote_isn = 1000};
    cf_pkt p;
    uint32_t odd;
    cf_packet f = frame(CF_RST | CF_ACK, 0, 1001, NULL);
    cf_map_to_script(&s, &f, &p, opts, &odd);
    CHECK_EQ(p.seq, 0);
    CHECK_EQ(p.ack, 1);
}
