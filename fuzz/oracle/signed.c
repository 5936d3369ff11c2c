#include "signed.h"

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../prog/fail.h"
#include "../prog/keys.h"

static const char oracle[] = "O28 signature";

static bool is_signed(const cf_tcp *t)
{
    cf_opt_val v;
    return cf_tcp_opt_find(t, CF_OPT_MD5, &v) || cf_tcp_opt_find(t, CF_OPT_AO, &v);
}

/* Each number once: a peer may say the same SYN many times. */
static void remember(fz_signed *s, uint32_t irs)
{
    for (unsigned i = 0; i < s->syns && i < FZ_SYNS; i++)
        if (s->irs[i] == irs) return;
    s->irs[s->syns++ % FZ_SYNS] = irs;
}

/* With any of the numbers that the peer may have begun with; more than are kept, and only who has met it knows. */
static bool holds_since(fz_signed *s, const cf_packet *p, bool from_peer, uint32_t iss)
{
    if (s->syns > FZ_SYNS && !s->met) return true;
    const cf_tcp *t = cf_packet_tcp(p);
    bool syn = t->flags & CF_SYN, first = syn && !(t->flags & CF_ACK);
    unsigned kept = s->syns < FZ_SYNS ? s->syns : FZ_SYNS;
    for (unsigned i = 0; i <= kept + 1; i++) { /* the last but one round: with none */
        uint32_t irs = i < kept ? s->irs[i] : i == kept ? 0 : s->met;
        cf_ao_isns isns = from_peer ? (cf_ao_isns){irs, iss} : (cf_ao_isns){iss, irs};
        if (syn) isns.sender = t->seq;
        if (first) isns.receiver = 0;
        if (!fz_keys_hold(p, &isns)) continue;
        if (!from_peer && !first) s->met = irs;
        return true;
    }
    return false;
}

/* A cookie that comes back late begins a connection with the number of an earlier answer. */
static bool holds(fz_signed *s, const cf_packet *p, bool from_peer)
{
    if (holds_since(s, p, from_peer, s->iss)) return true;
    if (!s->cookies) return false;
    if (s->begun > FZ_SYNS) return true; /* some are forgotten */
    for (unsigned i = 0; i < s->begun; i++)
        if (holds_since(s, p, from_peer, s->earlier[i])) return true;
    return false;
}

void fz_signed_arrives(fz_signed *s, const cf_packet *p, const rs_probe *before)
{
    const cf_tcp *t = cf_packet_tcp(p);
    s->unheard = false;
    if (!t) return;
    /* A RST in SYN-SENT has no SYN to count from: its own number stands for that. */
    bool alone = t->flags & CF_RST && before && before->state == RS_SYN_SENT;
    if (t->flags & CF_SYN || alone) remember(s, t->seq);
    /* Preset linux does not look in TIME-WAIT (quirk tw_takes_unsigned). */
    if (!s->signs || s->keys_change || !before || before->state == RS_TIME_WAIT) return;
    s->unheard = !holds(s, p, true);
    s->before = *before;
}

void fz_signed_sent(fz_signed *s, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    bool here = is_signed(t);
    if (t->flags & CF_SYN) {
        s->signs = here;
        if (s->iss != t->seq) {
            s->earlier[s->begun++ % FZ_SYNS] = s->iss;
            s->met = 0;
        }
        s->iss = t->seq;
    }
    if (s->unheard) fz_fail(oracle, "what is not rightly signed is answered");
    if (t->flags & CF_RST) return; /* one for nobody has no numbers to be signed with */
    if (s->signs && !here && !s->keys_change) fz_fail(oracle, "a segment is not signed, and the SYN was");
    if (here && !holds(s, p, false)) fz_fail(oracle, "a segment with a wrong signature");
}

void fz_signed_answered(fz_signed *s, const rs_probe *after)
{
    if (!s->unheard) return;
    s->unheard = false;
    const rs_probe *was = &s->before;
    if (!after || after->state != was->state || after->rcv_nxt != was->rcv_nxt || after->snd_una != was->snd_una ||
        after->snd_wnd != was->snd_wnd || after->ooo_bytes != was->ooo_bytes)
        fz_fail(oracle, "what is not rightly signed changes the connection");
}
