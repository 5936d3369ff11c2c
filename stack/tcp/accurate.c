/* see accurate.h */
#include "accurate.h"

#include "../wire/tcp_opt.h"
#include "build.h"

enum { WITHOUT_OPTION = 1 }; /* a SYN-ACK that goes again has no option: perhaps that is why it was lost (3.2.3.2.2) */

_Static_assert(sizeof(rs_accecn) <= RS_RECORD_BYTES, "the counters fit a record");

static rs_accecn *take(rs_env *env, rs_tcb *t)
{
    t->accecn = rs_pool_take(env->records);
    rs_accecn *a = rs_accurate(env, t);
    if (!a) return NULL;
    rs_accecn_init(a);
    a->second = env->cfg->quirks.accecn_ect1_first;
    a->trusts = env->cfg->quirks.accecn_trusts_syn_ack;
    a->each_change = env->cfg->quirks.accecn_acks_each_change;
    return a;
}

void rs_accurate_forget(rs_env *env, rs_tcb *t)
{
    if (t->accecn != RS_NIL) rs_pool_give(env->records, t->accecn);
    t->accecn = RS_NIL;
}

/* --- opening ----------------------------------------------------------------------------------------------------- */

bool rs_accurate_ask(rs_env *env, rs_tcb *t)
{
    return rs_accecn_may_ask(env->cfg->knobs.ecn) && take(env, t);
}

bool rs_accurate_hear_syn(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_accecn *a = rs_accurate(env, t);
    if (!rs_accecn_may_agree(env->cfg->knobs.ecn) || !rs_accecn_asks(s->flags)) {
        rs_accurate_forget(env, t);
        return false;
    }
    if (!a) a = take(env, t);
    if (!a) return false;
    rs_accecn_hear_syn(a, s->tos & RS_IP_ECN);
    a->ts = s->opts.ts_val;
    return true;
}

static rs_accecn_in heard(const rs_seg *s)
{
    return (rs_accecn_in){s->flags, s->tos & RS_IP_ECN, &s->opts};
}

/* Linux takes flags that no host of RFC 3168 answers with for accurate feedback, whatever its SYN asked for. */
static bool offered_unasked(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    uint8_t ace = rs_ace_of(s->flags);
    bool other = ace == 2 || ace == 3 || ace == 4 || ace == 6;
    return env->cfg->quirks.accecn_unasked && t->ecn.asked && other;
}

bool rs_accurate_hear_syn_ack(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_accecn *a = rs_accurate(env, t);
    rs_accecn_in in = heard(s);
    if (!a && offered_unasked(env, t, s)) a = take(env, t);
    if (!a) return false;
    a->ts = s->opts.ts_val;
    rs_accecn_answer answer = rs_accecn_hear_syn_ack(a, &in);
    if (answer != RS_ACCECN_YES) rs_accurate_forget(env, t);
    if (answer == RS_ACCECN_CLASSIC) rs_ecn_ask(&t->ecn); /* our SYN asked for that too */
    return answer != RS_ACCECN_CLASSIC;
}

void rs_accurate_hear_again(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_accecn *a = rs_accurate(env, t);
    if (!a || !a->on || !(s->flags & RS_SYN) || (s->flags & RS_RST) || !rs_seq_eq(s->seq, t->rcv.irs)) return;
    if (s->flags & RS_ACK) {
        if (!t->passive) rs_accecn_hear_syn_ack_again(a, s->tos & RS_IP_ECN);
    } else if (rs_ace_of(s->flags)) {
        rs_accecn_hear_syn(a, s->tos & RS_IP_ECN);
    } else {
        rs_accecn_hear_plain_syn(a);
    }
}

bool rs_accurate_is_mixed(const rs_env *env, const rs_tcb *t, const rs_seg *s)
{
    if (!t->passive || t->fo.child) return false;
    if (rs_accurate_on(env, t)) return rs_ace_of(s->flags) == rs_ace_of(RS_CWR | RS_ECE);
    return t->ecn.on && rs_accecn_may_agree(env->cfg->knobs.ecn) && rs_accecn_asks(s->flags);
}

void rs_accurate_hear_third_ack(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_accecn *a = rs_accurate(env, t);
    rs_accecn_in in = heard(s);
    if (a && a->on && t->passive) rs_accecn_hear_third_ack(a, &in, rs_seg_len(s) == 0 && !s->opts.sack_count);
}

/* --- what arrives ------------------------------------------------------------------------------------------------ */

void rs_accurate_received(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_accecn *a = rs_accurate(env, t);
    if (!a || !a->on) return;
    rs_accecn_wants w = rs_accecn_received(a, s->tos & RS_IP_ECN, (uint32_t)s->text.len);
    if (w != RS_ACCECN_NO_HURRY) t->rcv.ack_now = true;
    a->bare = w == RS_ACCECN_ACK_OF_ACKS;
}

/* An ACK that neither acknowledges nor shows by its timestamp that it is the newest may have been overtaken: what it
 * counts is old. */
static bool is_newest(const rs_tcb *t, rs_accecn *a, const rs_ack_facts *f)
{
    const rs_opts *o = &f->seg->opts;
    bool later = t->ts.on && o->has_ts && (int32_t)(o->ts_val - a->ts) > 0;
    /* One that acknowledges is the newest whatever its timestamp: after half a circle of silence that looks old. */
    if (o->has_ts && (later || f->advanced)) a->ts = o->ts_val;
    return f->advanced || f->sacked || later;
}

void rs_accurate_on_ack(rs_env *env, rs_tcb *t, rs_ack_facts *f)
{
    rs_accecn *a = rs_accurate(env, t);
    if (!a || !a->on || !is_newest(t, a, f) || f->syn_acked) return;
    rs_accecn_ack k = {
        .in = heard(f->seg), .segs = t->stat.delivered - f->delivered, .bytes = f->got.bytes, .mss = t->snd.mss};
    f->marks = rs_accecn_told(a, &k);
    f->ece = f->marks > 0;
}

/* --- what leaves ------------------------------------------------------------------------------------------------- */

static bool mark_syn(const rs_env *env, const rs_tcb *t, rs_accecn *a, rs_seg *s)
{
    bool fallback = env->cfg->knobs.ecn_fallback;
    if (s->flags & RS_ACK) s->flags |= rs_accecn_syn_ack_flags(a, t->loss.timeouts, fallback);
    else s->flags |= rs_accecn_syn_flags(t->loss.timeouts, fallback);
    return true;
}

bool rs_accurate_mark(rs_env *env, rs_tcb *t, const rs_build *b, rs_seg *s)
{
    rs_accecn *a = rs_accurate(env, t);
    if (!a) return false;
    if (b->flags & RS_SYN) return mark_syn(env, t, a, s);
    if (!a->on) return true;
    bool pure = !b->text_len && !(b->flags & (RS_FIN | RS_RST));
    bool everything = env->cfg->quirks.accecn_marks_all && !(b->flags & RS_RST);
    rs_ecn_mark m = rs_accecn_send(
        a, &(rs_accecn_out){.text = b->text_len, .pure = pure, .ect = everything || (b->fresh && b->text_len)});
    s->flags |= m.flags;
    s->tos |= m.ip_ecn;
    if (s->opts.has_accecn) rs_accecn_option_went(a, env->now);
    return true;
}

static bool is_due(const rs_env *env, const rs_tcb *t, const rs_accecn *a)
{
    const rs_knobs *k = &env->cfg->knobs;
    return rs_accecn_option_due(a, &(rs_accecn_when){.knob = k->ecn_option,
                                                     .beacon = (unsigned)k->ecn_option_beacon,
                                                     .now = env->now,
                                                     .srtt = rs_rto_srtt(&t->rto)});
}

void rs_accurate_option(const rs_env *env, const rs_tcb *t, rs_opts *o)
{
    const rs_accecn *a = rs_accurate(env, t);
    if (!a || !a->on || !is_due(env, t, a)) return;
    rs_opts fixed = *o; /* without the blocks, which may give way */
    fixed.sack_count = 0;
    unsigned room = RS_OPT_BYTES - (unsigned)rs_opts_len(&fixed, false);
    int fields = rs_accecn_fit(a, room, &o->sack_count);
    if (fields >= 0) rs_accecn_write(a, o, fields);
}

/* Only on a SYN-ACK: an option on a SYN would say nothing (3.2.3.2.1). */
void rs_accurate_syn_option(const rs_env *env, const rs_tcb *t, rs_opts *o)
{
    const rs_accecn *a = rs_accurate(env, t);
    if (!a || !a->on || !env->cfg->knobs.ecn_option || t->loss.timeouts >= WITHOUT_OPTION) return;
    uint8_t none = 0;
    int fields = rs_accecn_fit(a, (unsigned)(RS_OPT_BYTES - rs_opts_len(o, true)), &none);
    if (fields >= 0) rs_accecn_write(a, o, fields);
}
