#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../prog/fail.h"
#include "oracle.h"

enum { CONTROL_REPLIES = 2, FRAG_OFFSET_OR_MORE = 0x3fff };

/* Nothing about it would let a host refuse the datagram before it looks at the segment. */
static bool is_plain(const cf_packet *p)
{
    const cf_ip *ip = cf_packet_ip(p);
    if (!ip || p->broken || p->layers != 2 || !ip->sum_ok || ip->ttl == 0) return false;
    const cf_tcp *t = cf_packet_tcp(p);
    bool whole = ip->header_len == (ip->src.family == 6 ? 40 : 20) && !(ip->frag & FRAG_OFFSET_OR_MORE);
    return t && whole && !t->opts_broken;
}

void fz_answer_begin(fz_answer *a, const cf_packet *in, bool nobody)
{
    const cf_tcp *t = cf_packet_tcp(in);
    a->open = true;
    a->nobody = nobody;
    a->in_is_rst = t && (t->flags & CF_RST);
    a->control = a->resets = 0;
    a->in_len = nobody && in->len <= sizeof a->in ? in->len : 0; /* nobody else's answer is compared with it */
    if (a->in_len) memcpy(a->in, in->bytes, a->in_len);
}

/* The packet that is answered. Static, as other packets that are looked at for each that passes: sanitizers paint what
 * a function has on its stack again and again, and a cf_packet is large. */
static const cf_packet *what_came(const fz_answer *a)
{
    static cf_packet in;
    cf_packet_decode(&in, a->in, a->in_len);
    return &in;
}

static void take_reset(fz_answer *a, const cf_packet *out)
{
    if (a->in_is_rst) fz_fail("O26 silence", "a RST in reply to a RST");
    if (++a->resets > 1) fz_fail("O32 replies", "%u RSTs in reply to one packet", a->resets);
    if (!a->nobody || a->in_len == 0) return;
    fz_check_closed_reply(what_came(a), out);
}

void fz_answer_sent(fz_answer *a, const cf_packet *out)
{
    const cf_tcp *t = cf_packet_tcp(out);
    if (!a->open || !t) return;
    if (t->flags & CF_RST) {
        take_reset(a, out);
        return;
    }
    bool control = out->text_len == 0 && !(t->flags & (CF_SYN | CF_FIN));
    if (control && ++a->control > CONTROL_REPLIES)
        fz_fail("O32 replies", "%u bare acknowledgments in reply to one packet", a->control);
}

void fz_answer_end(fz_answer *a)
{
    bool silent = a->open && a->nobody && a->resets == 0 && a->in_len > 0;
    a->open = false;
    if (!silent) return;
    const cf_packet *in = what_came(a);
    if (is_plain(in)) fz_check_closed_reply(in, NULL);
}
