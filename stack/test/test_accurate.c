/* Accurate ECN feedback of a connection (tcp/accurate.h). */
#define CHECK_MAIN
#include "fix.h"

#include "../base/rng.h"
#include "../tcp/accurate.h"
#include "../wire/tcp_opt.h"

static rs_config accurate(void)
{
    rs_config cfg = rs_config_rfc();
    cfg.knobs.ecn = 3;
    return cfg;
}

static const uint16_t asks = RS_SYN | RS_AE | RS_CWR | RS_ECE;

/* A server that has agreed. */
static fix *server(void)
{
    fix *f = listening(accurate(), 5);
    peer_sends(f, asks);
    we_send(f, RS_SYN | RS_ACK | RS_CWR);
    peer_sends(f, RS_ACK | RS_CWR, .seq = 0);
    ignore_sent(f);
    state_is(f, RS_ESTABLISHED);
    CHECK(rs_accurate_on(&f->env, f->t));
    return f;
}

TEST(counters_take_a_record_only_where_they_are_used)
{
    fix *f = conn_in(RS_ESTABLISHED, accurate());
    CHECK(!rs_accurate(&f->env, f->t));
    f = server();
    CHECK_EQ(f->env.records->live, 1);
    rs_accurate_forget(&f->env, f->t);
    CHECK_EQ(f->env.records->live, 0);
}

TEST(a_host_without_memory_for_counters_agrees_to_classic_ecn)
{
    fix *f = listening(accurate(), 5);
    while (f->env.records->live + 1 < f->env.records->cap) rs_pool_take(f->env.records);
    rs_pool_take(f->env.records);
    rs_pool_give(f->env.records, 0); /* one is left, and the SYN-ACK needs it */
    peer_sends(f, asks);
    CHECK(f->t == NULL || f->sent_count <= 1);
    ignore_sent(f);
}

TEST(a_client_that_is_answered_classically_gives_its_record_back)
{
    fix *f = conn_in(RS_SYN_SENT, accurate());
    CHECK(rs_accurate(&f->env, f->t));
    peer_sends(f, RS_SYN | RS_ACK | RS_ECE);
    CHECK(!rs_accurate(&f->env, f->t));
    CHECK(f->t->ecn.on);
    ignore_sent(f);
}

TEST(a_crossing_plain_syn_means_no_ecn)
{
    fix *f = conn_in(RS_SYN_SENT, accurate());
    peer_sends(f, RS_SYN);
    CHECK(!rs_accurate(&f->env, f->t) && !f->t->ecn.on);
    ignore_sent(f);
}

TEST(a_crossing_syn_that_asks_agrees)
{
    fix *f = conn_in(RS_SYN_SENT, accurate());
    peer_sends(f, asks);
    CHECK(rs_accurate_on(&f->env, f->t));
    we_send(f, RS_SYN | RS_ACK | RS_CWR);
}

TEST(an_ack_that_may_be_an_old_one_counts_for_nothing)
{
    fix *f = server();
    call_send(f, 100);
    we_send(f, RS_ACK | RS_PSH | RS_AE | RS_ECE);
    peer_sends(f, RS_ACK | RS_AE | RS_CWR, .ack = -100, .wnd = 1234);
    CHECK_EQ(f->t->stat.delivered_ce, 0);
    peer_sends(f, RS_ACK | RS_AE | RS_CWR);
    CHECK_EQ(f->t->stat.delivered_ce, 1);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_CWR);
}

/* The peer's clock may begin anywhere: an ACK that acknowledges nothing counts if its timestamp is later. */
static void newest_by_timestamp(fix *f, rs_opts o)
{
    /* After half a circle of its clock only an ACK of something shows the way again. */
    call_send(f, 100);
    o.ts_val += 0x80000010;
    f->t->ts.recent = o.ts_val;
    ignore_sent(f);
    peer_sends(f, RS_ACK | RS_AE | RS_ECE, .opts = o);
    CHECK_EQ(f->t->sndq.segs, 0);
    static const uint16_t one_mark = RS_ACK | RS_AE | RS_CWR;
    call_send(f, 100);
    ignore_sent(f);
    peer_sends(f, one_mark, .ack = -100, .wnd = 1234, .opts = o);
    CHECK_EQ(f->t->stat.delivered_ce, 0);
    o.ts_val++;
    peer_sends(f, one_mark, .ack = -100, .wnd = 1234, .opts = o);
    CHECK_EQ(f->t->stat.delivered_ce, 1);
    ignore_sent(f);
}

TEST(a_server_takes_an_ack_for_the_newest_wherever_the_clock_of_the_peer_is)
{
    fix *f = listening(accurate(), 5);
    rs_opts o = {.has_ts = true, .ts_val = 0xf0000000};
    peer_sends(f, asks, .opts = o);
    o.ts_ecr = we_send(f, RS_SYN | RS_ACK | RS_CWR)->opts.ts_val;
    peer_sends(f, RS_ACK | RS_CWR, .opts = o);
    newest_by_timestamp(f, o);
}

TEST(so_does_a_client)
{
    fix *f = conn_in(RS_SYN_SENT, accurate());
    rs_opts o = {.has_ts = true, .ts_val = 0xf0000000, .ts_ecr = rs_tstamp_val(&f->t->ts, f->env.now)};
    peer_sends(f, RS_SYN | RS_ACK | RS_CWR, .opts = o);
    CHECK(rs_accurate_on(&f->env, f->t) && f->t->ts.on);
    newest_by_timestamp(f, o);
}

TEST(old_segments_are_not_counted)
{
    fix *f = server();
    peer_sends(f, RS_ACK | RS_AE | RS_ECE, .len = 100, .tos = RS_CE);
    CHECK_EQ(rs_accurate(&f->env, f->t)->cep, 1);
    peer_sends(f, RS_ACK | RS_AE | RS_ECE, .seq = -100, .len = 100, .tos = RS_CE);
    CHECK_EQ(rs_accurate(&f->env, f->t)->cep, 1);
    ignore_sent(f);
}

TEST(the_option_takes_its_place_from_the_text)
{
    fix *f = server();
    rs_accurate(&f->env, f->t)->seen = RS_ACCECN_COUNTER_SEEN;
    uint32_t room = f->t->snd.mss - 12;
    call_send(f, 2 * room);
    const rs_seg *s = we_send(f, RS_ACK | RS_AE | RS_ECE);
    CHECK(s->opts.has_accecn);
    CHECK_EQ(s->text.len, room);
    s = we_send(f, RS_ACK | RS_PSH | RS_AE | RS_ECE);
    CHECK_EQ(s->text.len, room);
}

/* RFC 5925 7.6, RFC 7323: the code and the timestamp stay, the counters take what is left or nothing. */
TEST(the_option_fits_beside_a_code_and_a_timestamp)
{
    fix *f = server();
    rs_accurate(&f->env, f->t)->seen = RS_ACCECN_COUNTER_SEEN;
    for (uint8_t code = 0; code <= 20; code++) {
        rs_opts o = {.has_ts = true, .has_ao = code, .ao_mac_len = code};
        uint8_t without = rs_opts_len(&o, false);
        rs_accurate_option(&f->env, f->t, &o);
        CHECK(rs_opts_len(&o, false) <= RS_OPT_BYTES);
        CHECK_EQ(o.has_accecn, without <= RS_OPT_BYTES - 8); /* room for one counter */
    }
}

/* A peer that says anything: the invariants are checked after every step, and a segment is never too long. */
static void random_history(rs_rng *rng, rs_config cfg)
{
    static const uint16_t flags[] = {RS_ACK, RS_ACK, RS_ACK | RS_PSH, RS_ACK | RS_FIN, RS_SYN, RS_SYN | RS_ACK};
    static const uint8_t text_sent[5000];
    fix *f = listening(cfg, 5);
    peer_sends(f, (uint16_t)(RS_SYN | rs_ace_flags(rs_rng_below(rng, 8))), .tos = (uint8_t)rs_rng_below(rng, 4),
               .opts = {.sack_ok = true, .has_ts = rs_rng_below(rng, 2), .has_mss = true, .mss = FIX_MSS});
    for (int i = 0; i < 60 && f->t && f->t->state != RS_CLOSED; i++) {
        rs_opts o = {.has_accecn = rs_rng_below(rng, 2),
                     .accecn_second = rs_rng_below(rng, 2),
                     .accecn_fields = (uint8_t)rs_rng_below(rng, 4),
                     .accecn = {rs_rng_below(rng, 1 << 24), rs_rng_below(rng, 3000), rs_rng_below(rng, 3000)},
                     .has_ts = f->t->ts.on,
                     .ts_val = (uint32_t)i};
        uint32_t text = rs_rng_below(rng, 2) ? rs_rng_below(rng, 1000) : 0;
        peer_sends(f, (uint16_t)(flags[rs_rng_below(rng, 6)] | rs_ace_flags(rs_rng_below(rng, 8))),
                   .tos = (uint8_t)rs_rng_below(rng, 4), .seq = rs_rng_below(rng, 8) ? 0 : 1500,
                   .ack = rs_rng_below(rng, 4) ? 0 : -100, .len = text, .opts = o);
        if (rs_tcb_may_send(f->t) && f->t->was_open) {
            rs_tcp_send(&f->env, f->t, &(rs_tcp_write){.data = text_sent, .len = rs_rng_below(rng, 5000)});
            collect(f);
        }
        if (rs_rng_below(rng, 4) == 0) pass(f, RS_MS(rs_rng_below(rng, 400)));
        for (; f->looked < f->sent_count; f->looked++) {
            const rs_seg *s = &f->sent[f->looked].seg;
            bool syn = s->flags & RS_SYN;
            CHECK(syn || s->text.len + rs_opts_len(&s->opts, false) <= f->t->snd.mss + (f->t->ts.on ? 12u : 0u));
            CHECK(rs_opts_len(&s->opts, syn) <= RS_OPT_BYTES);
        }
        ignore_sent(f);
    }
}

TEST(no_peer_breaks_it)
{
    rs_rng rng = rs_rng_of(9768);
    for (int i = 0; i < 300; i++) {
        rs_config cfg = i % 2 ? rs_config_linux() : rs_config_rfc();
        cfg.knobs.ecn = 3 + (int)rs_rng_below(&rng, 3);
        cfg.knobs.ecn_option = (int)rs_rng_below(&rng, 3);
        random_history(&rng, cfg);
    }
}
