#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../prog/fail.h"
#include "oracle.h"

enum { DEVICE_MTU = 1500, WSCALE_MAX = 14 };

static void check_ip(const cf_packet *p)
{
    if (p->broken) fz_fail("O20 form", "the host sent a malformed packet: %s", p->broken);
    const cf_ip *ip = cf_packet_ip(p);
    if (!ip) {
        fz_fail("O20 form", "the host sent something that is not IP");
        return;
    }
    if (!ip->sum_ok) fz_fail("O20 form", "wrong IPv4 header checksum");
    if (p->trailing) fz_fail("O20 form", "%u bytes behind the datagram", p->trailing);
    if (ip->ttl == 0) fz_fail("O20 form", "a packet with TTL 0");
    if (p->len > DEVICE_MTU) fz_fail("O25 size", "a packet of %zu bytes on a device of %d", p->len, DEVICE_MTU);
}

static void check_flags(const cf_tcp *t)
{
    uint16_t f = t->flags & (CF_SYN | CF_FIN | CF_RST);
    if (f == (CF_SYN | CF_FIN) || f == (CF_SYN | CF_RST) || f == (CF_FIN | CF_RST) || f == (CF_SYN | CF_FIN | CF_RST))
        fz_fail("O20 form", "flags %#x together", t->flags);
    if (!(t->flags & (CF_ACK | CF_SYN | CF_RST)))
        fz_fail("O21 ack", "neither ACK nor SYN nor RST: flags %#x", t->flags);
    if (t->reserved) fz_fail("O20 form", "reserved bits %#x are not zero (RFC 9293 3.1)", t->reserved);
    if (!(t->flags & CF_ACK) && t->ack != 0) fz_fail("O20 form", "an acknowledgment number %u without ACK", t->ack);
    if (!(t->flags & CF_URG) && t->urp != 0) fz_fail("O20 form", "an urgent pointer without URG");
}

/* MSS, window scale and SACK-permitted belong on SYN segments only (MUST-65, RFC 7323 2.2, RFC 2018 2). */
static void check_option(const cf_tcp *t, const cf_tcp_opt *o)
{
    cf_opt_val v;
    if (o->kind == CF_KIND_NOP || o->kind == CF_KIND_EOL) return;
    cf_tcp_opt_read(o, &v);
    bool syn = t->flags & CF_SYN;
    bool syn_only = v.id == CF_OPT_MSS || v.id == CF_OPT_WSCALE || v.id == CF_OPT_SACK_OK;
    if (!v.well_formed) fz_fail("O20 form", "option %u with length %u", v.kind, v.len);
    if (syn_only && !syn) fz_fail("O28 options", "option %s without SYN", cf_opt_name(v.id));
    if (v.id == CF_OPT_SACK && syn) fz_fail("O28 options", "SACK blocks on a SYN");
    if (v.id == CF_OPT_WSCALE && v.wscale > WSCALE_MAX) fz_fail("O29 window", "a shift of %u (RFC 7323 2.3)", v.wscale);
    if (v.id == CF_OPT_MSS && v.mss == 0) fz_fail("O28 options", "an MSS of 0");
    if (v.id == CF_OPT_OTHER) fz_fail("O28 options", "option %u, which nobody asked for", v.kind);
    for (unsigned i = 0; v.id == CF_OPT_SACK && i < v.n; i++)
        if ((int32_t)(v.sack[2 * i + 1] - v.sack[2 * i]) <= 0) fz_fail("O30 sack", "an empty or reversed SACK block");
}

void fz_check_packet(const cf_packet *p)
{
    check_ip(p);
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t) {
        const cf_icmp *m = cf_packet_icmp(p);
        if (!m) fz_fail("O20 form", "neither TCP nor ICMP");
        else if (!m->sum_ok) fz_fail("O20 form", "wrong ICMP checksum");
        return;
    }
    if (!t->sum_ok) fz_fail("O20 form", "wrong TCP checksum");
    if (t->opts_broken) fz_fail("O20 form", "broken option area");
    check_flags(t);
    for (unsigned i = 0; i < t->opt_count; i++) check_option(t, &t->opts[i]);
    if ((t->flags & CF_RST) && p->text_len) fz_fail("O20 form", "a RST with %u bytes", p->text_len);
}

void fz_check_bare_syn(const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (t && (t->flags & CF_SYN) && p->text_len) fz_fail("O20 form", "a SYN with %u bytes", p->text_len);
}
