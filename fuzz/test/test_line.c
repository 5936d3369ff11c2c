#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../prog/line.h"
#include "../prog/segment.h"

static fz_line_book book;
static char text[FZ_LINE_ROOM];
static const fz_header header = {.peer_mss = 1460, .irs = 100};

/* What is said, as packet.c decodes it. */
typedef struct said {
    char dir;
    uint16_t own_port, peer_port, flags;
    uint32_t seq, ack, len;
    uint8_t opts[12], opt_len;
    bool odd_text;
} said;

static cf_addr judge_addr(rs_addr a)
{
    cf_addr out = {.family = a.family};
    memcpy(out.b, a.bytes, sizeof out.b);
    return out;
}

static const char *tell(const said *s)
{
    static uint8_t bytes[3000], payload[2000];
    static cf_packet p;
    const char *why = NULL;
    cf_build b = {.text = payload, .text_len = s->len};
    cf_layer *ip = cf_build_add(&b, CF_L_IPV4), *l = cf_build_add(&b, CF_L_TCP);
    bool in = s->dir == '<';
    fz_peer_bytes(s->seq + (s->flags & CF_SYN ? 1 : 0), payload, s->len);
    if (s->odd_text) payload[0]++;
    ip->u.ip.src = judge_addr(in ? fz_remote_addr(&header) : fz_local_addr(&header));
    ip->u.ip.dst = judge_addr(in ? fz_local_addr(&header) : fz_remote_addr(&header));
    l->u.tcp = (cf_tcp){.sport = in ? s->peer_port : s->own_port,
                        .dport = in ? s->own_port : s->peer_port,
                        .seq = s->seq,
                        .ack = s->ack,
                        .flags = s->flags,
                        .win = 9,
                        .opt_bytes = s->opts,
                        .opt_len = s->opt_len};
    cf_packet_decode(&p, bytes, cf_encode(&b, bytes, sizeof bytes, &why));
    text[0] = '\0';
    return fz_line_packet(&book, s->dir, &p, text);
}

static void begin(void)
{
    fz_line_begin(&book, &header);
}

TEST(numbers_of_the_main_connection_count_from_its_syns)
{
    uint16_t port = fz_remote_port(&header, 0);
    begin();
    CHECK(!tell(&(said){'<', 8080, port, CF_SYN, 100, 0, 0, {0}, 0, false}));
    CHECK_STR(text, "< S 100:100(0) win 9");
    CHECK(!tell(&(said){'>', 8080, port, CF_SYN | CF_ACK, 500, 101, 0, {0}, 0, false}));
    CHECK_STR(text, "> S. 0:0(0) ack 101 win 9");
    CHECK(!tell(&(said){'<', 8080, port, CF_ACK, 101, 501, 3, {0}, 0, false}));
    CHECK_STR(text, "< . 1:4(3) ack 1 win 9");
    CHECK(!tell(&(said){'<', 8080, port, CF_ACK, 95, 501, 10, {0}, 0, false})); /* around the end of the circle */
    CHECK_STR(text, "< . 4294967291:5(10) ack 1 win 9");
    CHECK_EQ(fz_line_main(&book)->iss, 500);
}

TEST(another_connection_is_told_with_its_ports_when_the_peer_has_spoken_there)
{
    begin();
    CHECK_STR(tell(&(said){'>', 9, 41000, CF_RST, 0, 0, 0, {0}, 0, false}), "a packet of another host");
    CHECK(!tell(&(said){'<', 9, 41000, CF_ACK, 70, 80, 0, {0}, 0, false}));
    CHECK_STR(text, "< 41000 > 9 . 70:70(0) ack 80 win 9"); /* literal: there was no SYN */
    CHECK(!tell(&(said){'>', 9, 41000, CF_RST, 80, 0, 0, {0}, 0, false}));
    CHECK_STR(text, "> 9 > 41000 R 80:80(0) win 9");
    for (uint16_t i = 1; i < FZ_LINE_CONNS - 1; i++)
        CHECK(!tell(&(said){'<', 9, (uint16_t)(41000 + i), CF_ACK, 70, 80, 0, {0}, 0, false}));
    CHECK(tell(&(said){'<', 9, 42000, CF_ACK, 70, 80, 0, {0}, 0, false}) != NULL); /* one too many */
}

TEST(a_reset_without_a_number_is_in_one_place_for_every_incarnation)
{
    uint16_t port = fz_remote_port(&header, 0);
    begin();
    CHECK(!tell(&(said){'<', 8080, port, CF_SYN, 100, 0, 0, {0}, 0, false}));
    CHECK(!tell(&(said){'>', 8080, port, CF_SYN | CF_ACK, 500, 101, 0, {0}, 0, false}));
    CHECK(!tell(&(said){'>', 8080, port, CF_SYN | CF_ACK, 9000500, 101, 0, {0}, 0, false}));
    CHECK_STR(text, "> S. 0:0(0) ack 101 win 9"); /* the next one */
    CHECK(!tell(&(said){'>', 8080, port, CF_RST | CF_ACK, 0, 101, 0, {0}, 0, false}));
    CHECK_STR(text, "> R. 4294966796:4294966796(0) ack 1 win 9"); /* 0 - 500 */
}

TEST(options_that_have_no_words_are_told_as_bytes)
{
    uint16_t port = fz_remote_port(&header, 0);
    begin();
    CHECK(!tell(&(said){'<', 8080, port, CF_SYN, 1, 0, 0, {2, 4, 5, 180, 99, 3, 7, 2, 0, 1, 1, 1}, 12, false}));
    CHECK_STR(text, "< S 1:1(0) win 9 <mss 1460,630307,0200010101>");
    CHECK(!tell(&(said){'<', 8080, port, CF_SYN, 1, 0, 0, {3, 4, 5, 6}, 4, false})); /* no wscale has four */
    CHECK_STR(text, "< S 1:1(0) win 9 <03040506>");
}

TEST(text_that_does_not_follow_from_its_numbers_is_noticed)
{
    uint16_t port = fz_remote_port(&header, 0);
    begin();
    CHECK(!tell(&(said){'<', 8080, port, CF_ACK, 101, 501, 3, {0}, 0, false}));
    CHECK(!book.odd_text);
    CHECK(!tell(&(said){'<', 8080, port, CF_ACK, 101, 501, 3, {0}, 0, true}));
    CHECK(book.odd_text);
}
