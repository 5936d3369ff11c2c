#include "print.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "encode.h"
#include "icmp_names.h"
#include "opts.h"

/* A caller's buffer that counts on when it is full. */
typedef struct sink {
    char *out;
    size_t cap, len;
} sink;

static void put(sink *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static sink sink_of(char *out, size_t cap)
{
    if (cap) out[0] = '\0';
    return (sink){out, cap, 0};
}

static void put(sink *s, const char *fmt, ...)
{
    va_list ap;
    size_t room = s->len < s->cap ? s->cap - s->len : 0;
    va_start(ap, fmt);
    int n = vsnprintf(room ? s->out + s->len : NULL, room, fmt, ap);
    va_end(ap);
    if (n > 0) s->len += (size_t)n;
}

static void put_flags(sink *s, uint16_t flags, int ace)
{
    static const struct {
        uint16_t bit;
        char letter;
    } letters[] = {{CF_FIN, 'F'}, {CF_SYN, 'S'}, {CF_RST, 'R'}, {CF_PSH, 'P'}, {CF_ACK, '.'},
                   {CF_URG, 'U'}, {CF_ECE, 'E'}, {CF_CWR, 'W'}, {CF_AE, 'A'}};
    size_t before = s->len;
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        bool part_of_ace = letters[i].bit >= CF_ECE && ace >= 0;
        if (flags & letters[i].bit && !part_of_ace) put(s, "%c", letters[i].letter);
    }
    if (ace >= 0) put(s, "%d", ace);
    else if (s->len == before) put(s, "-");
}

size_t cf_print_flags(uint16_t flags, int ace, char *out, size_t cap)
{
    sink s = sink_of(out, cap);
    put_flags(&s, flags, ace);
    return s.len;
}

static void put_blob(sink *s, const cf_opt_val *v)
{
    if (v->n) put(s, " ");
    for (unsigned i = 0; i < v->n; i++) put(s, "%02x", v->blob[i]);
}

static void put_counters(sink *s, const cf_opt_val *v)
{
    static const char *const names[2][3] = {{"e0b", "ceb", "e1b"}, {"e1b", "ceb", "e0b"}};
    for (unsigned i = 0; i < v->n; i++) put(s, " %s %u", names[v->id == CF_OPT_ACCECN1][i], v->ecn[i]);
}

static void put_opt(sink *s, const cf_tcp_opt *o)
{
    cf_opt_val v;
    cf_tcp_opt_read(o, &v);
    if (v.id == CF_OPT_OTHER) {
        put(s, "%s%u len %u", v.well_formed ? "kind " : "malformed kind ", v.kind, v.len);
        put_blob(s, &v);
        return;
    }
    put(s, "%s", cf_opt_name(v.id));
    if (v.id == CF_OPT_MSS) put(s, " %u", v.mss);
    if (v.id == CF_OPT_WSCALE) put(s, " %u", v.wscale);
    if (v.id == CF_OPT_TS) put(s, " val %u ecr %u", v.ts_val, v.ts_ecr);
    if (v.id == CF_OPT_SACK)
        for (unsigned i = 0; i < v.n; i++) put(s, " %u:%u", v.sack[2 * i], v.sack[2 * i + 1]);
    if (v.id == CF_OPT_ACCECN0 || v.id == CF_OPT_ACCECN1) put_counters(s, &v);
    if (v.id == CF_OPT_AO) put(s, " %u %u", v.key_id, v.rnext_id);
    if (v.id == CF_OPT_AO || v.id == CF_OPT_MD5 || v.id == CF_OPT_FO || v.id == CF_OPT_FOEXP) put_blob(s, &v);
}

static void put_opts(sink *s, const cf_tcp *t)
{
    for (unsigned i = 0; i < t->opt_count; i++) {
        if (i) put(s, ",");
        put_opt(s, &t->opts[i]);
    }
    if (t->opts_broken) put(s, "%s...malformed", t->opt_count ? "," : "");
}

size_t cf_print_opts(const cf_tcp *t, char *out, size_t cap)
{
    sink s = sink_of(out, cap);
    put_opts(&s, t);
    return s.len;
}

static void put_tcp(sink *s, const cf_tcp *t, uint32_t text_len)
{
    put_flags(s, t->flags, -1);
    put(s, " %u:%u(%u)", t->seq, t->seq + text_len, text_len);
    if (t->flags & CF_ACK) put(s, " ack %u", t->ack);
    put(s, " win %u", t->win);
    if (t->flags & CF_URG || t->urp) put(s, " urg %u", t->urp);
    if (t->opt_count == 0 && !t->opts_broken) return;
    put(s, " <");
    put_opts(s, t);
    put(s, ">");
}

size_t cf_print_tcp(const cf_tcp *t, uint32_t text_len, char *out, size_t cap)
{
    sink s = sink_of(out, cap);
    put_tcp(&s, t, text_len);
    return s.len;
}

static void put_icmp(sink *s, const cf_icmp *m, uint8_t family)
{
    const char *type = cf_icmp_type_name(family, m->type), *code = cf_icmp_code_name(family, m->type, m->code);
    put(s, "icmpv%u ", family);
    if (type) put(s, "%s", type);
    else put(s, "type_%u", m->type);
    if (code) put(s, " %s", code);
    else if (m->code) put(s, " code_%u", m->code);
    bool has_mtu =
        family == 4 ? m->type == CF_ICMP4_UNREACHABLE && m->code == CF_ICMP4_FRAG_NEEDED : m->type == CF_ICMP6_TOO_BIG;
    bool has_id = family == 4 ? m->type == 0 || m->type == 8 : m->type == 128 || m->type == 129;
    if (has_mtu) put(s, " mtu %u", m->mtu);
    if (has_id) put(s, " id %u", m->id);
}

static void put_addr(sink *s, const cf_addr *a)
{
    char text[64];
    cf_addr_text(a, text, sizeof text);
    put(s, "%s", text);
}

static void put_outer(sink *s, const cf_layer *l)
{
    if (l->kind == CF_L_IPV4 || l->kind == CF_L_IPV6) {
        put(s, "%s ", l->kind == CF_L_IPV4 ? "ipv4" : "ipv6");
        put_addr(s, &l->u.ip.src);
        put(s, " > ");
        put_addr(s, &l->u.ip.dst);
    } else if (l->kind == CF_L_GRE) {
        put(s, "gre flags 0x%x, sum 0x%x, off 0x%x, key=0x%x, seq 0x%x", l->u.gre.flags, l->u.gre.sum, l->u.gre.off,
            l->u.gre.key, l->u.gre.seq);
    } else if (l->kind == CF_L_MPLS) {
        put(s, "mpls");
        for (unsigned i = 0; i < l->u.mpls.count; i++) {
            const cf_mpls *e = &l->u.mpls.e[i];
            put(s, " (label %u, tc %u,%s ttl %u)", e->label, e->tc, e->bottom ? " [S]," : "", e->ttl);
        }
    } else if (l->kind == CF_L_PSP) {
        put(s, "encap psp spi %u", l->u.psp.spi);
    }
    put(s, l->kind == CF_L_PSP ? " " : ": ");
}

static bool is_transport(cf_layer_kind k)
{
    return k == CF_L_TCP || k == CF_L_UDP || k == CF_L_ICMPV4 || k == CF_L_ICMPV6 || k == CF_L_OTHER;
}

static void put_ends(sink *s, const cf_ip *ip, int sport, int dport)
{
    put_addr(s, &ip->src);
    if (sport >= 0) put(s, " port %d", sport);
    put(s, " > ");
    put_addr(s, &ip->dst);
    if (dport >= 0) put(s, " port %d", dport);
    put(s, " ");
}

static void put_transport(sink *s, const cf_packet *p, const cf_layer *l, bool ends)
{
    const cf_ip *ip = cf_packet_ip(p);
    int sport = -1, dport = -1;
    if (l->kind == CF_L_TCP) {
        sport = l->u.tcp.sport;
        dport = l->u.tcp.dport;
    } else if (l->kind == CF_L_UDP) {
        sport = l->u.udp.sport;
        dport = l->u.udp.dport;
    }
    if (ends && ip) put_ends(s, ip, sport, dport);
    if (l->kind == CF_L_TCP) put_tcp(s, &l->u.tcp, p->text_len);
    else if (l->kind == CF_L_UDP) put(s, "udp (%u)", p->text_len);
    else if (l->kind == CF_L_OTHER) put(s, "protocol %u (%u)", ip ? ip->proto : 0, p->text_len);
    else put_icmp(s, &l->u.icmp, l->kind == CF_L_ICMPV4 ? 4 : 6);
}

static void put_packet(sink *s, const cf_packet *p, bool ends)
{
    const cf_ip *inner = cf_packet_ip(p);
    for (unsigned i = 0; i < p->layers; i++) {
        const cf_layer *l = &p->layer[i];
        if (is_transport(l->kind)) put_transport(s, p, l, ends);
        else if (l->kind != CF_L_UDP_ENCAP && &l->u.ip != inner) put_outer(s, l);
    }
    if (p->broken) put(s, "%s{%s}", s->len ? " " : "", p->broken);
}

size_t cf_print_packet(const cf_packet *p, bool ends, char *out, size_t cap)
{
    sink s = sink_of(out, cap);
    put_packet(&s, p, ends);
    return s.len;
}

static void put_time(sink *s, int64_t us)
{
    uint64_t u = us < 0 ? (uint64_t)0 - (uint64_t)us : (uint64_t)us;
    put(s, "%s%llu.%06llu", us < 0 ? "-" : "", (unsigned long long)(u / 1000000), (unsigned long long)(u % 1000000));
}

size_t cf_print_time(int64_t us, char *out, size_t cap)
{
    sink s = sink_of(out, cap);
    put_time(&s, us);
    return s.len;
}

size_t cf_print_ladder(int64_t at_us, char dir, const cf_packet *p, char *out, size_t cap)
{
    sink s = sink_of(out, cap);
    char time[40];
    cf_print_time(at_us, time, sizeof time);
    put(&s, "%12s  %c  ", time, dir);
    put_packet(&s, p, false);
    return s.len;
}

size_t cf_print_addr(const cf_addr *a, char *out, size_t cap)
{
    return cf_addr_text(a, out, cap);
}

static void put_hex_row(sink *s, const uint8_t *bytes, size_t at, size_t n)
{
    put(s, "%04zx ", at);
    for (size_t i = 0; i < 16; i++) {
        if (i < n) put(s, " %02x", bytes[at + i]);
        else put(s, "   ");
    }
    put(s, "  ");
    for (size_t i = 0; i < n; i++) {
        uint8_t c = bytes[at + i];
        put(s, "%c", c >= 32 && c < 127 ? c : '.');
    }
    put(s, "\n");
}

size_t cf_print_hex(const uint8_t *bytes, size_t len, size_t max_bytes, char *out, size_t cap)
{
    sink s = sink_of(out, cap);
    size_t shown = len < max_bytes ? len : max_bytes;
    for (size_t at = 0; at < shown; at += 16) put_hex_row(&s, bytes, at, shown - at < 16 ? shown - at : 16);
    if (shown < len) put(&s, "... %zu more\n", len - shown);
    return s.len;
}
