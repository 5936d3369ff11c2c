#include "ecn.h"

enum { SETUP = RS_ECE | RS_CWR };

uint16_t rs_ecn_ask(rs_ecn *e)
{
    e->asked = true;
    return SETUP;
}

void rs_ecn_hear_syn(rs_ecn *e, const rs_ecn_syn *s)
{
    e->on = s->may && (s->flags & SETUP) == SETUP && s->ip_ecn == RS_NOT_ECT;
}

void rs_ecn_hear_syn_ack(rs_ecn *e, uint16_t flags)
{
    e->on = e->asked && (flags & SETUP) == RS_ECE;
}

rs_ecn_told rs_ecn_on_data(rs_ecn *e, uint8_t ip_ecn)
{
    if (!e->on) return RS_ECN_NOTHING;
    if (ip_ecn == RS_NOT_ECT) return e->seen ? RS_ECN_ACK_SOON : RS_ECN_NOTHING;
    e->seen = true;
    if (ip_ecn != RS_CE || e->echo) return RS_ECN_NOTHING;
    e->echo = true;
    return RS_ECN_ACK_SOON;
}

bool rs_ecn_changes(const rs_ecn *e, uint8_t ip_ecn)
{
    return e->on && ip_ecn != RS_NOT_ECT && e->ce != (ip_ecn == RS_CE);
}

void rs_ecn_echo_exactly(rs_ecn *e, uint8_t ip_ecn)
{
    if (!e->on || ip_ecn == RS_NOT_ECT) return;
    e->seen = true;
    e->ce = e->echo = ip_ecn == RS_CE;
}

void rs_ecn_on_cwr(rs_ecn *e)
{
    e->echo = false;
}

rs_ecn_mark rs_ecn_send(rs_ecn *e, const rs_ecn_out *o)
{
    rs_ecn_mark m = {.flags = e->echo ? RS_ECE : 0};
    if (!e->on) return m;
    if (o->new_text || o->always_ect) m.ip_ecn = RS_ECT0;
    if (!o->new_text || !e->cwr_due) return m;
    e->cwr_due = false;
    m.flags |= RS_CWR;
    return m;
}

const char *rs_ecn_broken(const rs_ecn *e)
{
    return !e->on && (e->echo || e->cwr_due || e->seen || e->ce) ? "E1: marks are in use without an agreement" : NULL;
}
