#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/opts.h"
#include "../prog/keys.h"
#include "../prog/play.h"
#include "../prog/start.h"

static fz_host h;
static cf_opt_id last_option;
static unsigned unsigned_ones, wrong_ones;

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    const cf_tcp *t = cf_packet_tcp(p);
    cf_opt_val v;
    last_option = cf_tcp_opt_find(t, CF_OPT_MD5, &v)  ? CF_OPT_MD5
                  : cf_tcp_opt_find(t, CF_OPT_AO, &v) ? CF_OPT_AO
                                                      : CF_OPT_OTHER;
    bool first = (t->flags & CF_SYN) && !(t->flags & CF_ACK), syn = t->flags & CF_SYN;
    cf_ao_isns isns = {syn ? t->seq : h.tuple[0].iss, first ? 0 : h.header->irs};
    unsigned_ones += last_option == CF_OPT_OTHER;
    wrong_ones += last_option != CF_OPT_OTHER && !fz_keys_hold(p, &isns);
}

static const fz_watch watch = {.sent = on_sent};

static void open_at(fz_start start, const char *how, bool ipv6)
{
    static fz_header header;
    unsigned_ones = wrong_ones = 0;
    header = (fz_header){.start = start, .peer_mss = 1460, .irs = 5, .ipv6 = ipv6};
    fz_host_open(&h, &header, &watch);
    CHECK(fz_keys_begin(&h, how));
    fz_start_at(&h);
}

static bool established(void)
{
    return fz_look(&h, &h.tuple[0]) && h.tuple[0].last.state == RS_ESTABLISHED;
}

TEST(both_sides_sign_alike_in_every_way)
{
    static const char *const ways[] = {"md5", "md5 of all", "ao 0", "ao 1", "ao 2", "ao 3"};
    for (unsigned i = 0; i < 12; i++) {
        open_at(i & 1 ? FZ_AT_ESTABLISHED : FZ_AT_ESTABLISHED_ACTIVE, ways[i / 2], i % 3 == 0);
        CHECK(established());
        CHECK_EQ(last_option, i / 2 < 2 ? CF_OPT_MD5 : CF_OPT_AO);
        CHECK_EQ(unsigned_ones, 0);
        CHECK_EQ(wrong_ones, 0);
        CHECK(!h.keyed);
    }
    CHECK(!fz_keys_begin(&h, "in blood"));
}

TEST(what_is_not_signed_or_wrongly_does_not_arrive)
{
    open_at(FZ_AT_ESTABLISHED, "ao 0", false);
    CHECK(established());
    uint32_t next = h.tuple[0].last.rcv_nxt;
    static const fz_sign wrong[] = {FZ_SIGNED_WRONG, FZ_SIGNED_AO_WRONG, FZ_UNSIGNED, FZ_SIGNED, FZ_SIGNED_TWICE};
    for (unsigned i = 0; i <= sizeof wrong / sizeof wrong[0]; i++) {
        bool right = i == sizeof wrong / sizeof wrong[0];
        fz_segment s = {.flags = CF_ACK,
                        .seq = next,
                        .ack = h.tuple[0].iss + 1,
                        .win = 100,
                        .len = 10,
                        .sign = right ? FZ_NOT_SIGNED : wrong[i]};
        fz_send(&h, &h.tuple[0], &s);
        CHECK(established());
        CHECK_EQ(h.tuple[0].last.rcv_nxt, next + (right ? 10 : 0));
    }
}

static fz_step auth(uint8_t what, uint8_t number, uint8_t whom, uint8_t bits)
{
    return (fz_step){.kind = FZ_AUTH, .arg = {what, number, whom, bits}};
}

static void run(uint8_t what, uint8_t number, uint8_t whom, uint8_t bits)
{
    fz_step s = auth(what, number, whom, bits);
    fz_keys(&h, h.conn, &s);
}

TEST(keys_change_on_both_sides)
{
    open_at(FZ_AT_ESTABLISHED, "ao 0", false);
    run(0, 1, 0, 0); /* the host has the second one too */
    CHECK(h.keyed);
    run(5, 4, 1, 0); /* and the peer signs with it, and asks for it */
    CHECK_EQ(h.signer.key, 1);
    CHECK(established());
    uint32_t next = h.tuple[0].last.rcv_nxt;
    fz_segment s = {.flags = CF_ACK, .seq = next, .ack = h.tuple[0].iss + 1, .win = 100, .len = 10};
    fz_send(&h, &h.tuple[0], &s);
    CHECK(established());
    CHECK_EQ(h.tuple[0].last.rcv_nxt, next + 10);
    CHECK_EQ(wrong_ones, 0);
}

TEST(every_step_with_small_arguments_leaves_a_sound_host)
{
    for (unsigned what = 0; what < 8; what++) {
        for (unsigned n = 0; n < 64; n++) {
            open_at(n & 1 ? FZ_AT_ESTABLISHED : FZ_AT_LISTEN, n & 2 ? "ao 0" : "md5", n & 4);
            if (n & 8) fz_host_clone(&h);
            fz_step s = auth((uint8_t)what, (uint8_t)(n >> 2), (uint8_t)(n % 4), (uint8_t)(n >> 1));
            fz_keys(&h, n & 1 ? h.conn : h.listener, &s);
            fz_keys(&h, n & 1 ? h.conn : h.listener, &s);
            CHECK_SOUND(rs_stack_broken(h.st));
        }
    }
}

TEST(the_words_for_scripts_name_every_key)
{
    char words[400];
    fz_keys_words(words, sizeof words);
    CHECK(strstr(words, "100:hmac(sha1):first,110:hmac(sha1):first,"));
    CHECK(strstr(words, "101*:cmac(aes128):second"));
}
