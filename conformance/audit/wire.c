/* One packet by itself: flags, checksum, options. */
#include "judge.h"

static void flags(cf_case *c)
{
    uint16_t f = c->s->flags;
    bool odd = ((f & CF_SYN) && (f & (CF_FIN | CF_RST))) || ((f & CF_RST) && (f & CF_FIN));
    cf_judge(c, CF_RULE_FLAGS, !odd && (f & (CF_SYN | CF_ACK | CF_RST | CF_FIN)) != 0, "flags 0x%03x", f);
}

/* RFC 9293 3.10.7: everything but the first SYN, and a reset for a segment that had no ACK, acknowledges. */
static void no_ack(cf_case *c)
{
    if (cf_is_rst(c->s) || cf_is_syn(c->s)) return;
    cf_judge(c, CF_RULE_NO_ACK, cf_has_ack(c->s), "no ACK on a segment of %u bytes", c->s->len);
}

/* On the way a packet may be damaged: only where it was sent is its sum that of the sender. */
static void checksum(cf_case *c)
{
    if (!c->tap || c->s->mark & CF_M_NO_SUM) return;
    cf_judge(c, CF_RULE_CHECKSUM, !(c->s->mark & CF_M_BAD_SUM), "the checksum is not that of these bytes");
}

static void options(cf_case *c)
{
    if (c->s->opt_len == 0) return;
    cf_judge(c, CF_RULE_OPTION_FORM, !c->marks.bad_form, "an option has a length that it cannot have");
    cf_judge(c, CF_RULE_OPTION_PADDING, !c->marks.dirty_padding, "bytes other than zero after the end of options");
    if (cf_is_syn(c->s)) {
        if (c->marks.scale) cf_judge(c, CF_RULE_SHIFT, c->marks.shift <= 14, "shift %u", c->marks.shift);
        return;
    }
    bool of_syn = c->marks.mss || c->marks.scale || c->marks.sack_ok;
    cf_judge(c, CF_RULE_SYN_ONLY, !of_syn, "%s without SYN",
             c->marks.mss     ? "MSS"
             : c->marks.scale ? "window scale"
                              : "SACK permitted");
}

void cf_judge_wire(cf_case *c)
{
    checksum(c);
    if (c->s->mark & CF_M_BAD_SUM) return; /* the way may have changed anything else too */
    flags(c);
    no_ack(c);
    options(c);
}
