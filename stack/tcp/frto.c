/* F-RTO (RFC 5682, with SACK section 3.1): after a timeout the first segment goes again, and then two new ones are
 * tried instead of the next lost ones. If what was never sent twice is reported next, the timeout was spurious. */
#include "../base/time.h"
#include "recovery.h"

static bool new_may_go(const rs_tcb *t)
{
    return rs_sndq_has_unsent(&t->sndq) && rs_seq_after(rs_tcb_send_edge(t), t->sndq.nxt);
}

/* True: nothing else is to be done with this ACK. */
static bool frto_step(rs_env *env, rs_tcb *t, rs_ack_facts *f, bool duplicate, bool covered)
{
    if (!t->loss.frto) return false;
    if (f->original) return rs_undo_timeout(env, t, f, true); /* step 3b: proven, so it is undone */
    if (rs_seq_after(t->sndq.nxt, t->loss.recover)) {
        if (f->sacked || duplicate) t->loss.frto = false; /* step 3a: the loss was real */
        return false;
    }
    if (!f->advanced || covered) return false;
    t->loss.recover = t->sndq.nxt;
    if (new_may_go(t)) {
        t->loss.resend = RS_RESEND_AFTER_NEW; /* step 2b */
        return true;
    }
    t->loss.frto = false;
    return false;
}

void rs_frto_on_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f, bool duplicate)
{
    bool covered = !rs_seq_before(t->sndq.una, t->loss.recover);
    if (f->advanced && rs_undo_timeout(env, t, f, false)) return;
    if (frto_step(env, t, f, duplicate, covered)) return;
    if (covered) {
        rs_undo_at_end(env, t, f);
        return;
    }
    if (!t->sack_on) {
        if (rs_seq_after(t->sndq.nxt, t->loss.recover) && duplicate) rs_detect_duplicate(env, t);
        else if (f->advanced) t->loss.dup_segs = 0;
    }
    t->loss.resend = RS_RESEND_LOST;
}
