#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../prog/later.h"
#include "../prog/start.h"

static fz_host h;
static cf_tcp seen, answer;
static cf_opt_val option;
static bool wanted, sent;
static cf_opt_id wanted_id;

static void on_arrives(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    seen = *cf_packet_tcp(p);
    wanted = cf_tcp_opt_find(&seen, wanted_id, &option);
}

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    sent = true;
    answer = *cf_packet_tcp(p);
}

static const fz_watch watch = {.arrives = on_arrives, .sent = on_sent};

static void later(fz_start start, bool linux_preset, cf_opt_id id, fz_step s)
{
    fz_header header = {.start = start, .linux_preset = linux_preset, .peer_sack = true, .peer_mss = 1000};
    wanted_id = id;
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    sent = false;
    fz_later(&h, &h.tuple[0], &s);
}

TEST(a_syn_that_asks_for_accurate_ecn_is_answered_with_it)
{
    enum { ASKS = 7 };
    later(FZ_AT_LISTEN, true, CF_OPT_MSS, (fz_step){.arg = {4, ASKS, [8] = 15}});
    CHECK(wanted && (seen.flags & (CF_AE | CF_CWR | CF_ECE)) == (CF_AE | CF_CWR | CF_ECE));
    CHECK(sent && (answer.flags & CF_SYN) && (answer.flags & CF_ACK));
}

TEST(blocks_lie_in_what_is_out)
{
    later(FZ_AT_IN_FLIGHT, false, CF_OPT_SACK, (fz_step){.arg = {0, 0, 0, 0, 2, 0, 0, 0, 11}});
    const rs_probe *p = &h.tuple[0].last;
    CHECK(wanted && option.n == 1);
    CHECK_EQ(option.sack[0], p->snd_una + p->snd_mss);
    CHECK_EQ(option.sack[1], p->snd_max);
}

TEST(a_signature_is_right_where_asked_and_heard_by_who_has_the_key)
{
    for (unsigned right = 0; right < 2; right++) {
        fz_step s = {.arg = {0, (uint8_t)(0x20 | right << 6), 0, 0, 0, 0, 0, 13}};
        later(FZ_AT_ESTABLISHED, false, CF_OPT_MD5, s);
        CHECK(wanted && option.n == 16);
        CHECK(!sent); /* nobody has a key: signed segments are not for this connection */
    }
}

TEST(a_fast_open_asks_for_a_cookie_and_the_peer_keeps_it)
{
    fz_header header = {.start = FZ_AT_LISTEN, .linux_preset = true, .setting = {14}}; /* every listener grants */
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    fz_later(&h, &h.tuple[0], &(fz_step){.arg = {4, [8] = 8}});
    CHECK(h.cookie_len >= 4);
}

TEST(every_class_of_option_ends_in_a_sound_host)
{
    for (unsigned class = 0; class < 256; class ++) {
        later((fz_start)(class % FZ_STARTS), class & 1, CF_OPT_NOP,
              (fz_step){.arg = {(uint8_t)class, (uint8_t)class, 0, 0, 2, 0, 0, 4, (uint8_t)class, (uint8_t)class}});
        CHECK_SOUND(rs_stack_broken(h.st));
    }
}
