#include "line.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/icmp_names.h"
#include "../../conformance/packet/opts.h"
#include "../../conformance/packet/print.h"
#include "host.h"
#include "keys.h"

enum { PACKET_ROOM = 8192 };

void fz_line_begin(fz_line_book *b, const fz_header *header)
{
    *b = (fz_line_book){.peer_port = fz_remote_port(header, 0), .conns = 1};
    memcpy(b->own, fz_local_addr(header).bytes, sizeof b->own);
    memcpy(b->peer, fz_remote_addr(header).bytes, sizeof b->peer);
    b->conn[0] = (fz_line_conn){.main = true, .peer_port = b->peer_port};
}

const fz_line_conn *fz_line_main(const fz_line_book *b)
{
    return &b->conn[0];
}

/* ---------- whose it is ---------- */

/* NULL: of another host, or one connection too many. */
static fz_line_conn *conn_of(fz_line_book *b, const cf_packet *p, const cf_tcp *t, char dir)
{
    const cf_ip *ip = cf_packet_ip(p);
    bool in = dir == '<';
    uint16_t own = in ? t->dport : t->sport, peer = in ? t->sport : t->dport;
    if (memcmp(in ? ip->src.b : ip->dst.b, b->peer, sizeof b->peer) != 0) return NULL;
    if (peer == b->peer_port) return &b->conn[0];
    if (memcmp(in ? ip->dst.b : ip->src.b, b->own, sizeof b->own) != 0) return NULL;
    for (unsigned i = 1; i < b->conns; i++)
        if (b->conn[i].own_port == own && b->conn[i].peer_port == peer) return &b->conn[i];
    if (b->conns == FZ_LINE_CONNS || !in) return NULL; /* the runner knows those that were spoken to */
    b->conn[b->conns] = (fz_line_conn){.own_port = own, .peer_port = peer};
    return &b->conn[b->conns++];
}

/* A script has no words for damage below TCP. */
static const char *unsayable(const cf_packet *p, const cf_tcp *t, char dir)
{
    if (!t || p->layers != 2) return "no whole TCP segment";
    if (p->len > PACKET_ROOM) return "a long packet";
    if (p->broken || p->trailing) return "a damaged packet";
    if (!t->sum_ok || !cf_packet_ip(p)->sum_ok) return "a packet with a wrong checksum";
    if (t->reserved) return "a segment with odd bits";
    return t->opts_broken && dir == '>' ? "a segment with broken options" : NULL;
}

/* ---------- numbers ---------- */

/* The next incarnation begins far away (RFC 6528); a SYN that is a little beside the first one is a fault, and told. */
static bool is_far(uint32_t a, uint32_t b)
{
    enum { NEAR = 1 << 14 };
    return a - b + NEAR > 2 * NEAR;
}

/* Where each end's numbers begin: at the first SYN of the connection, or of the next one. */
static void learn(fz_line_conn *c, const cf_tcp *t, char dir)
{
    if (!(t->flags & CF_SYN)) return;
    if (dir == '<') {
        c->syn = t->seq;
        bool crossing = c->has_iss && !(t->flags & CF_ACK); /* where a script goes on with whole numbers */
        if ((c->has_irs && (c->main || c->has_iss)) || crossing) return;
        c->irs = t->seq;
        c->has_irs = c->main || !(t->flags & CF_ACK);
    } else if (!c->has_iss || is_far(t->seq, c->iss)) {
        if (!c->has_iss) c->first_iss = t->seq;
        c->iss = t->seq;
        c->has_iss = true;
        c->irs = c->syn;
        c->has_irs = t->flags & CF_ACK;
    }
}

/* Numbers of the host count from its SYN. Those of the peer do so behind its SYN, which itself says where that is. */
static void make_relative(const fz_line_conn *c, cf_tcp *t, char dir)
{
    bool in = dir == '<';
    uint32_t peers = c->has_irs && !(t->flags & CF_SYN) ? c->irs : 0, own = c->has_iss ? c->iss : 0;
    /* What is no number of the connection (RFC 9293 3.10.7.1: SEQ=0) is one place for every incarnation. */
    if (!in && (t->flags & CF_RST) && t->seq == 0) own = c->first_iss;
    t->seq -= in ? peers : own;
    if (t->flags & CF_ACK) t->ack -= in ? own : peers;
}

/* ---------- options ---------- */

/* Text that grows in FZ_LINE_ROOM bytes; what does not fit is cut. */
static void put(char *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void put(char *out, const char *fmt, ...)
{
    size_t len = strlen(out);
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(out + len, FZ_LINE_ROOM - len, fmt, ap);
    va_end(ap);
}

static void put_hex(char *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) put(out, "%02x", bytes[i]);
}

/* Signatures cover numbers that are others in every run: one that is right is told as that. False: it is not. */
static bool put_signature(const fz_line_conn *c, const cf_packet *p, const cf_opt_val *v, char dir, char *out)
{
    enum { USUAL_BYTES = 12 };
    const cf_tcp *t = cf_packet_tcp(p);
    bool syn = t->flags & CF_SYN, first = syn && !(t->flags & CF_ACK);
    uint32_t irs = c->has_irs ? c->irs : c->syn;
    cf_ao_isns isns = dir == '<' ? (cf_ao_isns){irs, c->iss} : (cf_ao_isns){c->iss, irs};
    if (v->id != CF_OPT_MD5 && v->id != CF_OPT_AO) return false;
    if (syn) isns.sender = t->seq;
    if (first) isns.receiver = 0;
    if (!fz_keys_hold(p, &isns)) return false;
    if (v->id == CF_OPT_MD5) put(out, "md5 valid");
    else put(out, "ao %u %u valid", v->key_id, v->rnext_id);
    if (v->id == CF_OPT_AO && v->n != USUAL_BYTES) put(out, " %u", v->n);
    return true;
}

static void put_sack(const fz_line_conn *c, const cf_tcp *t, const cf_opt_val *v, char dir, char *out)
{
    uint32_t own = c->has_iss ? c->iss : 0, peers = c->has_irs && !(t->flags & CF_SYN) ? c->irs : 0;
    uint32_t base = dir == '<' ? own : peers;
    put(out, "%s", cf_opt_name(v->id));
    for (unsigned i = 0; i < v->n; i++)
        put(out, " %" PRIu32 ":%" PRIu32, v->sack[2 * i] - base, v->sack[2 * i + 1] - base);
}

/* One option; as its bytes if a script has no word for it. */
static void put_opt(const fz_line_conn *c, const cf_packet *p, const cf_tcp_opt *o, char dir, char *out)
{
    static cf_tcp alone;
    cf_opt_val v;
    cf_tcp_opt_read(o, &v);
    if (v.id == CF_OPT_OTHER || !v.well_formed || (v.id == CF_OPT_SACK && v.n == 0)) {
        put_hex(out, o->data - (o->kind > CF_KIND_NOP ? 2 : 1), o->len);
        return;
    }
    if (put_signature(c, p, &v, dir, out)) return;
    if (v.id == CF_OPT_SACK) {
        put_sack(c, cf_packet_tcp(p), &v, dir, out);
        return;
    }
    size_t len = strlen(out);
    alone.opt_count = 1;
    alone.opts[0] = *o;
    cf_print_opts(&alone, out + len, FZ_LINE_ROOM - len);
}

/* Behind what can be read as options there may be bytes that cannot. */
static void put_opts(const fz_line_conn *c, const cf_packet *p, char dir, char *out)
{
    const cf_tcp *t = cf_packet_tcp(p);
    size_t read = 0;
    if (t->opt_count == 0 && !t->opts_broken) return;
    put(out, " <");
    for (unsigned i = 0; i < t->opt_count; i++) {
        if (i) put(out, ",");
        put_opt(c, p, &t->opts[i], dir, out);
        read += t->opts[i].len;
    }
    if (t->opts_broken && t->opt_count) put(out, ",");
    if (t->opts_broken) put_hex(out, t->opt_bytes + read, t->opt_len - read);
    put(out, ">");
}

/* ---------- the line ---------- */

static void put_tcp(const fz_line_conn *c, const cf_packet *p, char dir, char text[FZ_LINE_ROOM])
{
    cf_tcp t = *cf_packet_tcp(p);
    char printed[200], flags[20], ports[20] = "";
    make_relative(c, &t, dir);
    t.opt_count = 0;
    t.opts_broken = false;
    cf_print_tcp(&t, p->text_len, printed, sizeof printed);
    /* ACK comes last in a script; a packet for people has it in the middle. */
    cf_print_flags(t.flags & (uint16_t)~CF_ACK, -1, flags, sizeof flags);
    if (flags[0] == '-') flags[0] = '\0';
    const char *rest = strchr(printed, ' ');
    if (!c->main) snprintf(ports, sizeof ports, " %u > %u", t.sport, t.dport);
    snprintf(text, FZ_LINE_ROOM, "%c%s %s%s%s", dir, ports, flags,
             t.flags & CF_ACK ? "."
             : *flags         ? ""
                              : "-",
             rest ? rest : "");
    put_opts(c, p, dir, text);
}

static uint32_t big_endian(const uint8_t *b, unsigned bytes)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < bytes; i++) v = v << 8 | b[i];
    return v;
}

/* An error about a segment of the main connection, as segment.h makes it; false when a script cannot say it. */
static bool put_icmp(const fz_line_book *b, const cf_packet *p, char dir, char text[FZ_LINE_ROOM])
{
    const cf_layer *l = p->layers == 2 ? &p->layer[1] : NULL;
    if (dir != '<' || !l || (l->kind != CF_L_ICMPV4 && l->kind != CF_L_ICMPV6) || !l->u.icmp.sum_ok) return false;
    const cf_icmp *m = &l->u.icmp;
    bool six = l->kind == CF_L_ICMPV6;
    uint8_t family = six ? 6 : 4;
    size_t at = six ? 40u : 20u;
    const char *type = cf_icmp_type_name(family, m->type), *code = cf_icmp_code_name(family, m->type, m->code);
    if (!type || (m->code && !code) || m->quote_len < at + 8) return false;
    if (big_endian(m->quote + at + 2, 2) != b->peer_port) return false;
    uint32_t seq = big_endian(m->quote + at + 4, 4);
    if (b->conn[0].has_iss) seq -= b->conn[0].iss;
    char mtu[20] = "";
    bool has_mtu =
        six ? m->type == CF_ICMP6_TOO_BIG : m->type == CF_ICMP4_UNREACHABLE && m->code == CF_ICMP4_FRAG_NEEDED;
    if (has_mtu) snprintf(mtu, sizeof mtu, " mtu %" PRIu32, m->mtu);
    snprintf(text, FZ_LINE_ROOM, "< icmp %s%s%s%s [%" PRIu32 ":%" PRIu32 "(0)]", type, code ? " " : "",
             code ? code : "", mtu, seq, seq);
    return true;
}

/* Does what the peer sends follow from its numbers? */
static bool is_its_text(const cf_packet *p, const cf_tcp *t)
{
    static uint8_t expected[PACKET_ROOM];
    fz_peer_bytes(t->seq + (t->flags & CF_SYN ? 1 : 0), expected, p->text_len);
    return memcmp(expected, p->text, p->text_len) == 0;
}

const char *fz_line_packet(fz_line_book *b, char dir, const cf_packet *p, char text[FZ_LINE_ROOM])
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (put_icmp(b, p, dir, text)) return NULL;
    const char *why = unsayable(p, t, dir);
    if (why) return why;
    fz_line_conn *c = conn_of(b, p, t, dir);
    if (!c) return "a packet of another host";
    b->odd_text |= dir == '<' && p->text_len && !is_its_text(p, t);
    learn(c, t, dir);
    put_tcp(c, p, dir, text);
    return NULL;
}
