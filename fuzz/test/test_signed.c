#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../oracle/signed.h"
#include "../prog/fail.h"
#include "../prog/keys.h"
#include "../prog/start.h"

/* What a real handshake with signatures has said, and what the oracle makes of it. */
static fz_host h;
static fz_signed oracle;
static cf_packet newest[2]; /* sent, arrived */
static uint8_t bytes[2][2000];

static void keep(unsigned way, const cf_packet *p)
{
    memcpy(bytes[way], p->bytes, p->len);
    cf_packet_decode(&newest[way], bytes[way], p->len);
}

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    keep(0, p);
    fz_signed_sent(&oracle, p);
}

static void on_arrives(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    keep(1, p);
    fz_signed_arrives(&oracle, p, fz_look(&h, &h.tuple[0]) ? &h.tuple[0].last : NULL);
}

static void on_answered(void *ctx, rs_time at)
{
    (void)ctx;
    (void)at;
    fz_signed_answered(&oracle, fz_look(&h, &h.tuple[0]) ? &h.tuple[0].last : NULL);
}

static const fz_watch watch = {.sent = on_sent, .arrives = on_arrives, .answered = on_answered};

static void established(const char *how)
{
    static fz_header header;
    header = (fz_header){.start = FZ_AT_IN_FLIGHT, .peer_mss = 1460, .irs = 0xfffffff0u};
    oracle = (fz_signed){0};
    fz_catch();
    fz_host_open(&h, &header, &watch);
    CHECK(fz_keys_begin(&h, how));
    fz_start_at(&h);
    CHECK(fz_caught() == NULL);
    CHECK(oracle.signs);
    fz_look(&h, &h.tuple[0]);
}

/* What the oracle says of a segment of the host, changed by the caller. */
static const char *of_sent(void)
{
    cf_packet p;
    cf_packet_decode(&p, bytes[0], newest[0].len);
    fz_catch();
    fz_signed_sent(&oracle, &p);
    return fz_caught();
}

static bool is_told(const char *name)
{
    return name && strstr(name, "O28 signature");
}

enum { TCP = 20, OPTIONS = TCP + 20 };

TEST(a_wrong_or_a_missing_signature_of_the_host_is_told)
{
    static const char *const ways[] = {"md5", "ao 0"};
    for (unsigned i = 0; i < 2; i++) {
        established(ways[i]);
        CHECK(of_sent() == NULL);
        bytes[0][OPTIONS + 8] ^= 1;
        CHECK(is_told(of_sent()));
        memset(bytes[0] + OPTIONS, 1, newest[0].layer[1].len - 20); /* nothing but padding */
        CHECK(is_told(of_sent()));
        oracle.keys_change = true;
        CHECK(of_sent() == NULL);
    }
}

TEST(whom_the_host_met_is_remembered_whatever_syns_come_later)
{
    established("ao 0");
    CHECK_EQ(oracle.met, 0xfffffff0u);
    for (uint32_t i = 0; i < 2 * FZ_SYNS; i++) oracle.irs[oracle.syns++ % FZ_SYNS] = i;
    CHECK(of_sent() == NULL);
    oracle.met = 7;
    CHECK(is_told(of_sent()));
}

TEST(a_cookie_brings_the_number_of_an_earlier_answer_back)
{
    established("ao 0");
    oracle.earlier[oracle.begun++] = oracle.iss;
    oracle.iss += 1000; /* a later SYN-ACK */
    CHECK(is_told(of_sent()));
    oracle.cookies = true;
    CHECK(of_sent() == NULL);
    oracle.earlier[oracle.begun - 1]++;
    CHECK(is_told(of_sent()));
    oracle.begun = FZ_SYNS + 1;
    CHECK(of_sent() == NULL); /* more than are kept */
}

TEST(an_answer_to_what_is_not_signed_is_told)
{
    established("ao 1");
    cf_packet sent = newest[0];
    memset(bytes[1] + OPTIONS, 1, newest[1].layer[1].len - 20);
    cf_packet p;
    cf_packet_decode(&p, bytes[1], newest[1].len);
    fz_signed_arrives(&oracle, &p, &h.tuple[0].last);
    CHECK(oracle.unheard);
    fz_catch();
    fz_signed_sent(&oracle, &sent);
    CHECK(is_told(fz_caught()));
}

TEST(a_change_by_what_is_not_signed_is_told)
{
    established("md5");
    bytes[1][OPTIONS + 8] ^= 1;
    cf_packet p;
    cf_packet_decode(&p, bytes[1], newest[1].len);
    rs_probe after = h.tuple[0].last;
    for (unsigned i = 0; i < 3; i++) {
        fz_signed_arrives(&oracle, &p, &h.tuple[0].last);
        fz_catch();
        after.rcv_nxt = h.tuple[0].last.rcv_nxt + (i == 1);
        fz_signed_answered(&oracle, i == 2 ? NULL : &after);
        CHECK(is_told(fz_caught()) == (i > 0));
    }
    fz_signed_arrives(&oracle, &newest[1], &h.tuple[0].last);
    CHECK(oracle.unheard); /* the bytes behind it are the changed ones */
    bytes[1][OPTIONS + 8] ^= 1;
    fz_signed_arrives(&oracle, &newest[1], &h.tuple[0].last);
    CHECK(!oracle.unheard);
}

TEST(a_syn_that_comes_often_makes_no_other_one_forgotten)
{
    enum { FLAGS = TCP + 13, SEQ_LOW = TCP + 7 };
    for (unsigned many = 0; many < 2; many++) {
        established("ao 0");
        bytes[1][FLAGS] = 2; /* a SYN */
        for (unsigned i = 0; i < 20; i++) {
            cf_packet p;
            if (many) bytes[1][SEQ_LOW]++;
            cf_packet_decode(&p, bytes[1], newest[1].len);
            fz_signed_arrives(&oracle, &p, NULL);
        }
        CHECK(of_sent() == NULL);
        bytes[0][OPTIONS + 8] ^= 1;
        CHECK(is_told(of_sent()));
        oracle.met = 0;
        if (many) CHECK(of_sent() == NULL); /* with which number nobody knows */
    }
}
