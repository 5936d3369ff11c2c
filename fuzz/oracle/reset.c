#include "../../conformance/packet/encode.h"
#include "../prog/fail.h"
#include "oracle.h"

/* RFC 9293 3.10.7.1: a RST draws nothing; with ACK the answer is <SEQ=SEG.ACK><CTL=RST>, without it
 * <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>. */
void fz_check_closed_reply(const cf_packet *in, const cf_packet *out)
{
    const cf_tcp *i = cf_packet_tcp(in), *o = out ? cf_packet_tcp(out) : NULL;
    bool taken = i && i->sum_ok && !in->broken;
    if (!taken || (i->flags & CF_RST)) {
        if (o) fz_fail("O26 silence", "an answer to a RST or to a damaged segment for nobody");
        return;
    }
    if (!o) {
        fz_fail("O27 reset", "a segment for nobody draws no RST");
        return;
    }
    if (!(o->flags & CF_RST)) fz_fail("O27 reset", "a segment for nobody draws flags %#x", o->flags);
    uint32_t len = in->text_len + ((i->flags & CF_SYN) != 0) + ((i->flags & CF_FIN) != 0);
    if (i->flags & CF_ACK) {
        if (o->seq != i->ack) fz_fail("O27 reset", "RST with SEQ %u to a segment with ACK %u", o->seq, i->ack);
        if (o->flags & CF_ACK) fz_fail("O27 reset", "RST with ACK to a segment with ACK");
    } else {
        if (o->seq != 0 || !(o->flags & CF_ACK) || o->ack != i->seq + len)
            fz_fail("O27 reset", "RST SEQ %u ACK %u flags %#x to a segment without ACK that ends at %u", o->seq, o->ack,
                    o->flags, i->seq + len);
    }
    if (o->sport != i->dport || o->dport != i->sport) fz_fail("O27 reset", "the RST goes elsewhere");
}
