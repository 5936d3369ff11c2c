/* parse_packet.c — a packet line: "< S 0:0(0) win 32792 <mss 1000>" and its UDP kin; encapsulation and ICMP have their
 * files. */
#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "parser.h"

enum {
    IP_TOTAL_MAX = 65536,
    HEADERS_MAX = 6,
    OUTER_BYTES_MAX = 256,
    TCP_HEADER = 20,
    UDP_HEADER = 8,
    ICMP_HEADER = 8,
    PSP_HEADER = 16
};

/* ---------- flags ---------- */

static const struct {
    char letter;
    uint16_t bit;
} letters[] = {{'F', CF_FIN}, {'S', CF_SYN}, {'R', CF_RST}, {'P', CF_PSH}, {'.', CF_ACK},
               {'U', CF_URG}, {'E', CF_ECE}, {'W', CF_CWR}, {'A', CF_AE}};

static uint16_t flag_of(char c)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (letters[i].letter == c) return letters[i].bit;
    return 0;
}

/* The ACE field: AE, CWR, ECE are its bits from high to low. 0 is the same as no digit. */
static bool take_digit(cf_parser *p, cf_pkt *k, cf_span at, char c, unsigned *digits)
{
    unsigned ace = (unsigned)(c - '0');
    if (ace > 7) return cf__error(p, at, "ACE value %u is larger than 7", ace);
    if (++*digits > 1) return cf__error(p, at, "more than one ACE digit in the flags");
    k->ace = (uint8_t)ace;
    k->has_ace = ace > 0;
    k->flags |= (uint16_t)((ace & 4 ? CF_AE : 0) | (ace & 2 ? CF_CWR : 0) | (ace & 1 ? CF_ECE : 0));
    return true;
}

/* Letters and digit of flags that are written without blanks, at `from` in the source. */
static bool read_flags(cf_parser *p, cf_pkt *k, const char *text, size_t len, uint32_t from, unsigned *digits,
                       uint16_t *plain)
{
    for (size_t i = 0; i < len; i++) {
        cf_span at = {from + (uint32_t)i, from + (uint32_t)i + 1};
        if (text[i] >= '0' && text[i] <= '9') {
            if (!take_digit(p, k, at, text[i], digits)) return false;
            continue;
        }
        uint16_t bit = flag_of(text[i]);
        if (!bit) {
            cf__error(p, at, "unknown TCP flag '%c'", text[i]);
            cf__hint(p, "flags are F S R P . U E W A, one digit 0-7, or - for none");
            return false;
        }
        *plain |= bit;
    }
    return true;
}

static bool check_flags(cf_parser *p, cf_pkt *k, unsigned digits, uint16_t plain)
{
    bool both = digits && (plain & (CF_ECE | CF_CWR | CF_AE));
    k->flags |= plain;
    return both ? cf__error(p, k->flags_span, "an ACE digit cannot be combined with the flags E, W or A") : true;
}

static bool flag_tokens(cf_parser *p, cf_pkt *k, unsigned *digits, uint16_t *plain)
{
    bool any = p->tok.kind == CF_TOK_WORD;
    if (any) {
        if (!read_flags(p, k, p->tok.text, p->tok.len, p->tok.span.start, digits, plain)) return false;
        cf__advance(p);
    }
    if (p->tok.kind == CF_TOK_FLOAT) {
        if (!read_flags(p, k, p->tok.text, p->tok.len, p->tok.span.start, digits, plain)) return false;
        cf__advance(p);
        if (!cf__is_char(p, ':')) return true;
        cf__error(p, (cf_span){k->flags_span.start, p->end}, "no TCP flags before the sequence number");
        cf__hint(p, "write a blank after the ACK dot: \". 1:1(0)\"");
        return false;
    }
    if (cf__take_char(p, '.')) {
        *plain |= CF_ACK;
        return true;
    }
    return any ? true : cf__expected(p, "TCP flags such as S or P. (or udp, icmp)");
}

static bool parse_flags(cf_parser *p, cf_pkt *k)
{
    unsigned digits = 0;
    uint16_t plain = 0;
    k->flags_span = p->tok.span;
    if (cf__take_char(p, '-')) return true;
    if (!flag_tokens(p, k, &digits, &plain)) return false;
    k->flags_span.end = p->end;
    return check_flags(p, k, digits, plain);
}

/* ---------- numbers ---------- */

bool cf__parse_seq_range(cf_parser *p, uint32_t *from, uint32_t *end, uint32_t *len)
{
    int64_t a, b, n;
    uint32_t start = p->tok.span.start;
    if (p->tok.kind == CF_TOK_ELLIPSIS) {
        cf__expected(p, "a sequence number");
        cf__hint(p, "...(N), any sequence number, is nplab's dialect");
        return false;
    }
    if (!cf__need_int(p, "sequence number", 0, UINT32_MAX, &a) || !cf__need_char(p, ':', "in the sequence range") ||
        !cf__need_int(p, "end of the sequence range", 0, UINT32_MAX, &b) ||
        !cf__need_char(p, '(', "before the payload length") || !cf__need_int(p, "payload length", 0, 65535, &n) ||
        !cf__need_char(p, ')', "after the payload length"))
        return false;
    *from = (uint32_t)a;
    *end = (uint32_t)b;
    *len = (uint32_t)n;
    if (b == (uint32_t)(a + n)) return true; /* beyond packetdrill: it may pass the end of the circle */
    cf__error(p, (cf_span){start, p->end},
              "inconsistent TCP sequence range: %lld:%lld holds %lld bytes, but %lld are written", (long long)a,
              (long long)b, (long long)(b - a), (long long)n);
    cf__hint(p, "%lld:%lld(%lld)?", (long long)a, (long long)(a + n), (long long)n);
    return false;
}

static bool parse_ports(cf_parser *p, cf_pkt *k)
{
    int64_t from, to;
    if (p->tok.kind != CF_TOK_INT) return true;
    if (!cf__need_int(p, "source port", 0, 65535, &from) || !cf__need_char(p, '>', "between the ports") ||
        !cf__need_int(p, "destination port", 0, 65535, &to))
        return false;
    k->has_ports = true;
    k->sport = (uint16_t)from;
    k->dport = (uint16_t)to;
    return true;
}

/* "ack 1", "win 100", "urg 3": each may be missing. */
static bool field(cf_parser *p, const char *word, int64_t high, bool *has, int64_t *value, cf_span *span)
{
    uint32_t start = p->tok.span.start;
    if (!cf__take_word(p, word)) return true;
    *has = true;
    if (!cf__need_int(p, word, 0, high, value)) return false;
    *span = (cf_span){start, p->end};
    return true;
}

static bool parse_fields(cf_parser *p, cf_pkt *k)
{
    int64_t ack = 0, win = 0, urg = 0;
    if (!field(p, "ack", UINT32_MAX, &k->has_ack, &ack, &k->ack_span) ||
        !field(p, "win", 65535, &k->has_win, &win, &k->win_span) ||
        !field(p, "urg", 65535, &k->has_urg, &urg, &k->urg_span))
        return false;
    k->ack = (uint32_t)ack;
    k->win = (uint16_t)win;
    k->urg = (uint16_t)urg;
    if (p->tok.kind != CF_TOK_WORD || p->tok.starts_line) return true; /* no event begins with a word */
    cf__expected(p, "options or the next event");
    cf__hint(p, "what may follow is: ack N win N urg N <options>, in this order, each at most once");
    return false;
}

/* ---------- kinds of packets ---------- */

static bool parse_psp(cf_parser *p, cf_pkt *k)
{
    int64_t spi;
    if (!cf__take_word(p, "encap")) return true;
    if (!cf__need_word(p, "psp", "after encap") || !cf__need_word(p, "spi", "after psp") ||
        !cf__need_num(p, "spi", 0, UINT32_MAX, &spi))
        return false;
    k->psp = true;
    k->psp_spi = (uint32_t)spi;
    return true;
}

static bool parse_tcp(cf_parser *p, cf_pkt *k)
{
    k->proto = CF_P_TCP;
    if (!parse_psp(p, k) || !parse_ports(p, k) || !parse_flags(p, k)) return false;
    uint32_t start = p->tok.span.start;
    if (!cf__parse_seq_range(p, &k->seq, &k->seq_end, &k->len)) return false;
    k->seq_span = (cf_span){start, p->end};
    if (cf__is_char(p, '!')) return cf__expected(p, "ack, win, urg, options or the next event");
    if (!parse_fields(p, k)) return false;
    if (k->dir == CF_IN && !k->has_win) {
        cf__error(p, (cf_span){k->flags_span.start, p->end}, "an inbound TCP packet must have a window");
        cf__hint(p, "add win N");
        return false;
    }
    return cf__is_char(p, '<') ? cf__parse_tcp_options(p, k) : true;
}

static bool parse_udp(cf_parser *p, cf_pkt *k)
{
    int64_t len;
    k->proto = CF_P_UDP;
    if (k->ip.tos_check == CF_TOS_ECN || k->ip.tos_check == CF_TOS_ECT01) {
        cf__error(p, k->ip.span, "UDP packets cannot have ECN words");
        cf__hint(p, "write tos 0xN");
        return false;
    }
    if (!parse_ports(p, k) || !cf__need_char(p, '(', "before the payload length") ||
        !cf__need_int(p, "payload length", 0, 65535, &len) || !cf__need_char(p, ')', "after the payload length"))
        return false;
    k->len = (uint32_t)len;
    return true;
}

static bool parse_body(cf_parser *p, cf_pkt *k)
{
    if (cf__take_word(p, "udp")) return parse_udp(p, k);
    if (cf__take_word(p, "icmp")) return cf__parse_icmp(p, k);
    if (cf__is_word(p, "sctp") || cf__is_word(p, "udplite")) return cf__expected(p, "TCP flags, udp or icmp");
    return parse_tcp(p, k);
}

/* ---------- sizes ---------- */

static uint32_t outer_size(const cf_outer *o)
{
    if (o->kind == CF_L_IPV4) return 20;
    if (o->kind == CF_L_IPV6) return 40;
    if (o->kind == CF_L_MPLS) return 4 * o->mpls_count;
    return 4 + (o->gre.flags & 0x8000 ? 4u : 0u) + (o->gre.flags & 0x2000 ? 4u : 0u) +
           (o->gre.flags & 0x1000 ? 4u : 0u);
}

static uint32_t quote_size(const cf_parser *p, const cf_pkt *k)
{
    if (k->quote == CF_Q_RAW) return k->q_len - ICMP_HEADER;
    return (p->mode == CF_MODE_IPV6 ? 40u : 20u) + 8; /* the payload is counted in the quoted IP header only */
}

static uint32_t inner_size(const cf_parser *p, const cf_pkt *k)
{
    uint32_t ip = p->mode == CF_MODE_IPV6 ? 40 : 20, psp = k->psp ? UDP_HEADER + PSP_HEADER : 0;
    if (k->proto == CF_P_ICMP) return ip + ICMP_HEADER + quote_size(p, k);
    if (k->proto == CF_P_UDP) return ip + UDP_HEADER + k->len;
    return ip + psp + TCP_HEADER + cf__options_size(k) + k->len;
}

bool cf__check_packet(cf_parser *p, const cf_pkt *k)
{
    uint32_t outer = 0, headers = k->outers + (k->psp ? 4u : 2u);
    for (uint32_t i = 0; i < k->outers; i++) outer += outer_size(&k->outer[i]);
    uint32_t total = outer + inner_size(p, k);
    if (headers > HEADERS_MAX)
        return cf__error(p, k->span, "%u headers in one packet; at most %d are possible", headers, HEADERS_MAX);
    if (outer > OUTER_BYTES_MAX)
        return cf__error(p, k->span, "%u bytes of outer headers; at most %d are possible", outer, OUTER_BYTES_MAX);
    if (total > IP_TOTAL_MAX)
        return cf__error(p, k->span, "the IP datagram would be %u bytes long; at most %d are possible", total,
                         IP_TOTAL_MAX);
    return true;
}

bool cf__parse_packet(cf_parser *p, cf_pkt *k)
{
    bool more = true;
    k->dir_span = k->span = p->tok.span;
    k->dir = cf__is_char(p, '<') ? CF_IN : CF_OUT;
    cf__advance(p);
    while (more)
        if (!cf__parse_outer(p, k, &more)) return false;
    if (cf__is_char(p, '[') || cf__is_char(p, '('))
        if (!cf__parse_ip_info(p, k->dir, &k->ip)) return false;
    if (!parse_body(p, k)) return false;
    k->span.end = p->end;
    return cf__check_packet(p, k);
}
