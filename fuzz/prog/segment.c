#include "segment.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "fail.h"
#include "keys.h"

enum { PEER_CLOCK_START = 0x7fff0000, QUOTED_TCP_BYTES = 8 };

static cf_addr judge_addr(rs_addr a)
{
    cf_addr out = {.family = a.family};
    memcpy(out.b, a.bytes, sizeof out.b);
    return out;
}

static cf_layer *add_ip(cf_build *b, const fz_host *h, bool from_peer)
{
    cf_layer *ip = cf_build_add(b, h->header->ipv6 ? CF_L_IPV6 : CF_L_IPV4);
    cf_addr local = judge_addr(fz_local_addr(h->header)), remote = judge_addr(fz_remote_addr(h->header));
    ip->u.ip.src = from_peer ? remote : local;
    ip->u.ip.dst = from_peer ? local : remote;
    return ip;
}

enum { PACKET_MOST = FZ_TEXT_MAX + 200 };

static size_t encoded(const cf_build *b, uint8_t pkt[PACKET_MOST])
{
    const char *why = NULL;
    size_t n = cf_encode(b, pkt, PACKET_MOST, &why);
    if (n == 0) fz_fail("setup", "cf_encode: %s", why ? why : "?");
    return n;
}

/* Static, all that is large here: sanitizers paint what a function has on its stack for each call. */
static void send_built(fz_host *h, const cf_build *b)
{
    static uint8_t pkt[PACKET_MOST];
    fz_host_input(h, pkt, encoded(b, pkt));
}

/* What the peer of this program means by it. */
static fz_segment as_signed(const fz_host *h, const fz_segment *s)
{
    fz_segment out = *s;
    if (s->sign == FZ_NOT_SIGNED) out.sign = h->signer.how;
    if (s->sign == FZ_SIGNED_WRONG && h->signer.how == FZ_SIGNED_AO) out.sign = FZ_SIGNED_AO_WRONG;
    if (out.sign == FZ_UNSIGNED) out.sign = FZ_NOT_SIGNED;
    return out;
}

static bool is_right(const cf_build *b)
{
    static uint8_t bytes[FZ_TEXT_MAX + 200];
    static cf_packet p;
    const char *why = NULL;
    cf_packet_decode(&p, bytes, cf_encode(b, bytes, sizeof bytes, &why));
    return cf_packet_tcp(&p) && cf_packet_tcp(&p)->sum_ok;
}

/* One by one: a cf_tcp has room for 40 options, which a whole one would clear again. */
static void fill_tcp(cf_tcp *tcp, const fz_tuple *t, const fz_segment *s)
{
    tcp->sport = t->remote_port;
    tcp->dport = t->local_port;
    tcp->seq = s->seq;
    tcp->ack = s->ack;
    tcp->flags = s->flags;
    tcp->win = s->win;
    tcp->urp = s->urp;
    tcp->reserved = s->reserved;
}

void fz_send(fz_host *h, fz_tuple *t, const fz_segment *wanted)
{
    const fz_segment how = as_signed(h, wanted), *s = &how;
    static uint8_t text[FZ_TEXT_MAX];
    static cf_build b;
    uint32_t len = s->len < FZ_TEXT_MAX ? s->len : FZ_TEXT_MAX;
    uint32_t first = s->seq + ((s->flags & CF_SYN) ? 1 : 0);
    fz_peer_bytes(first, text, len);
    for (uint32_t i = 0; i < len && s->other_bytes; i++) text[i]++;
    cf_opt_row row = s->opts;
    bool signs = s->sign && fz_keys_put(h, s, &row);
    if (s->flags & CF_SYN) {
        t->peer_syn = s->seq;
        t->peer_began = true;
    }
    cf_build_begin(&b);
    b.text = text;
    b.text_len = len;
    add_ip(&b, h, true)->u.ip.tos = s->tos;
    cf_tcp *tcp = &cf_build_add(&b, CF_L_TCP)->u.tcp;
    fill_tcp(tcp, t, s);
    tcp->opt_bytes = row.bytes;
    tcp->opt_len = row.len;
    if (signs) fz_keys_sign(h, t, s, &b, &row);
    if (s->bad_sum) {
        b.keep[1] |= CF_KEEP_SUM;
        tcp->sum = 0xdead;
        if (is_right(&b)) tcp->sum = 0xbeef; /* one time in 65536 */
    }
    send_built(h, &b);
}

void fz_send_icmp(fz_host *h, const fz_tuple *t, uint8_t type, uint8_t code, uint32_t seq, uint32_t mtu)
{
    uint8_t quote[200];
    const char *why = NULL;
    static cf_build inner, b;
    cf_build_begin(&inner);
    add_ip(&inner, h, false);
    cf_layer *l = cf_build_add(&inner, CF_L_TCP);
    l->u.tcp = (cf_tcp){.sport = t->local_port, .dport = t->remote_port, .seq = seq, .flags = CF_ACK};
    size_t n = cf_encode(&inner, quote, sizeof quote, &why);
    size_t quoted = (h->header->ipv6 ? 40u : 20u) + QUOTED_TCP_BYTES;
    if (n < quoted) fz_fail("setup", "cf_encode: %s", why ? why : "?");
    cf_build_begin(&b);
    add_ip(&b, h, true);
    cf_layer *m = cf_build_add(&b, h->header->ipv6 ? CF_L_ICMPV6 : CF_L_ICMPV4);
    m->u.icmp = (cf_icmp){.type = type, .code = code, .mtu = mtu, .quote = quote, .quote_len = (uint16_t)quoted};
    send_built(h, &b);
}

uint32_t fz_peer_clock(const fz_host *h, const fz_tuple *t)
{
    return PEER_CLOCK_START + h->header->peer_clock + h->header->shift.peer_clock +
           (uint32_t)((h->now.us - t->ts_at.us) / 1000);
}

void fz_put_ts(fz_host *h, const fz_tuple *t, cf_opt_row *row)
{
    cf_opt_val nop = {.id = CF_OPT_NOP}, ts = {.id = CF_OPT_TS, .ts_val = fz_peer_clock(h, t), .ts_ecr = t->ts_val};
    cf_opt_put(row, &nop);
    cf_opt_put(row, &nop);
    cf_opt_put(row, &ts);
}
