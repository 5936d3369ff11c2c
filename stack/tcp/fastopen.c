/* see fastopen.h */
#include "fastopen.h"

#include <string.h>

#include "../base/check.h"
#include "../base/time.h"
#include "../mech/fo_cache.h"
#include "../mech/mss.h"
#include "accept.h"
#include "recovery.h"
#include "rcvbuf.h"
#include "state.h"
#include "tcp.h"

enum { SPOILED_SECS = 60 };

/* --- client ------------------------------------------------------------------------------------------------------- */

/* How our SYN goes. */
typedef struct plan {
    bool carries; /* text may go with it */
    uint16_t mss; /* what the server announced last; 0: not known */
    rs_syn_extra extra;
    unsigned fail;
} plan;

static rs_fo_whom whom(const rs_env *env, const rs_tcb *t)
{
    return (rs_fo_whom){&t->local.addr, &t->remote.addr, env->now};
}

static void put_cookie(rs_syn_extra *x, const rs_fo_cookie *c, bool exp)
{
    x->has_fo = true;
    x->fo_exp = exp;
    x->fo_len = c->len;
    memcpy(x->fo, c->bytes, sizeof x->fo);
}

static plan make_plan(rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    rs_fo_cache *cache = &env->host->fo_cache;
    rs_fo_whom w = whom(env, t);
    rs_fo_memory m = rs_fo_recall(cache, &w);
    plan p = {.mss = m.mss};
    if (rs_fo_hole_pause(cache, env->now, k->fastopen_hole)) return p;
    if (rs_fo_avoids(&m, env->now) && !env->cfg->quirks.fo_always_tries) return p;
    p.carries = true;
    if ((k->fastopen & RS_FO_CLIENT_WITHOUT_COOKIE) || t->opts.fo_no_cookie) return p;
    put_cookie(&p.extra, &m.cookie, m.cookie.len ? m.exp : m.try_exp == 1);
    p.carries = m.cookie.len > 0;
    if (!p.carries) p.fail = RS_FO_NO_COOKIE;
    return p;
}

/* Text that cannot be read does not go; the SYN asks for a cookie anew. */
static void ask_again(plan *p)
{
    p->carries = false;
    p->extra.fo_len = 0;
}

bool rs_tcp_could_open_fast(rs_env *env, const rs_tcb *t)
{
    return make_plan(env, t).carries;
}

/* Room for text in the SYN: what the server takes and the path, less all the options there could be, because some
 * middleboxes add their own. */
static uint32_t room(rs_env *env, rs_tcb *t, uint16_t known_mss)
{
    t->snd.peer_mss = known_mss ? known_mss : t->rcv.adv_mss;
    rs_tcb_set_mss(env, t);
    return t->snd.mss > RS_OPT_BYTES ? t->snd.mss - RS_OPT_BYTES : 0;
}

size_t rs_tcp_open_fast(rs_env *env, rs_tcb *t, const uint8_t *data, size_t len)
{
    rs_check(t->state == RS_SYN_SENT && t->fo.held);
    plan p = make_plan(env, t);
    if (!data && len) ask_again(&p);
    uint32_t most = p.carries ? room(env, t, p.mss) : 0;
    if (len < most) most = (uint32_t)len;
    t->fo.held = false;
    if (data && most)
        p.extra.text_len = rs_sndq_append(env->blocks, &t->sndq, &(rs_sndq_write){data, most, UINT32_MAX});
    rs_sndq_mark_push(&t->sndq);
    t->fo.asked = p.extra.has_fo;
    t->fo.exp = p.extra.fo_exp;
    t->fo.fail = p.fail & 3u;
    uint32_t queued = p.extra.text_len;
    rs_output_syn(env, t, &p.extra);
    t->fo.text = rs_sndq_unacked(&t->sndq) > 0;
    rs_chrono_update(env, t, false);
    return queued;
}

/* We asked for a cookie and got none: perhaps the server knows the older form only (RFC 7413 8). */
static uint8_t next_form(const rs_tcb *t)
{
    return t->fo.exp ? 2 : 1;
}

static void learn(rs_env *env, rs_tcb *t, const rs_seg *s, bool refused)
{
    rs_fo_lesson l = {.mss = rs_mss_default((rs_family)t->family)};
    if (s->opts.has_mss && s->opts.mss) l.mss = s->opts.mss;
    rs_fo_whom w = whom(env, t);
    if (t->fo.asked && s->opts.has_fo && s->opts.fo_len) {
        l.cookie.len = s->opts.fo_len;
        memcpy(l.cookie.bytes, s->opts.fo, sizeof l.cookie.bytes);
        l.exp = s->opts.fo_exp;
    } else if (t->fo.asked && t->stat.total_retrans) {
        l.lost = refused;
    } else if (t->fo.asked && !t->fo.text) {
        l.try_exp = next_form(t);
    }
    rs_fo_learn(&env->host->fo_cache, &w, &l);
}

bool rs_fo_syn_acked(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    if (!t->fo.asked && !t->fo.text) return true;
    bool refused = t->fo.text && t->sndq.segs > 0;
    learn(env, t, s, refused);
    if (refused) {
        if (t->stat.total_retrans) t->fo.fail = RS_FO_SYN_RETRANSMITTED;
        else t->fo.fail = RS_FO_TEXT_NOT_ACKED;
        rs_recovery_on_refused(env, t);
        return false;
    }
    t->fo.taken = t->fo.text;
    if (t->fo.taken && t->stat.delivered > 1) t->stat.delivered--; /* the SYN and its text were one packet */
    return true;
}

static bool used_it(const rs_tcb *t)
{
    return !t->passive && (t->fo.asked || t->fo.text || t->fo.taken);
}

static void suspect_hole(rs_env *env)
{
    if (env->cfg->knobs.fastopen_hole.us > 0) rs_fo_hole_seen(&env->host->fo_cache, env->now);
}

void rs_fo_timed_out(rs_env *env, const rs_tcb *t, bool given_up)
{
    if (used_it(t) && (t->loss.timeouts == 2 || (t->loss.timeouts < 2 && given_up))) suspect_hole(env);
}

void rs_fo_odd_reset(rs_env *env, const rs_tcb *t)
{
    if (!t->passive && t->fo.asked && t->state == RS_ESTABLISHED && t->stat.data_segs_in == 0) suspect_hole(env);
}

/* --- server ------------------------------------------------------------------------------------------------------- */

/* Places of children that were reset come free one after the other. */
static bool has_place(rs_listener *l, rs_time now)
{
    if (l->fo_max == 0) return false;
    if (l->fo_len < l->fo_max) return true;
    if (l->fo_spoiled_len == 0 || rs_time_before(now, l->fo_spoiled[0].until)) return false;
    l->fo_len--;
    if (--l->fo_spoiled[0].count > 0) return true;
    l->fo_spoiled_len--;
    memmove(l->fo_spoiled, l->fo_spoiled + 1, l->fo_spoiled_len * sizeof l->fo_spoiled[0]);
    return true;
}

static rs_fo_keys keys_of(const rs_env *env, const rs_listener *l)
{
    if (l->fo_keys.count) return l->fo_keys;
    if (env->cfg->knobs.fastopen_key.count) return env->cfg->knobs.fastopen_key;
    return rs_fo_keys_of_secret(env->cfg->secret);
}

rs_fo_answer rs_fo_judge_syn(rs_env *env, rs_listener *l, const rs_seg *syn)
{
    rs_fo_answer none = {0}, a = {0};
    int bits = env->cfg->knobs.fastopen;
    const rs_opts *o = &syn->opts;
    bool text = syn->text.len > 0 || (syn->flags & RS_FIN);
    if (!(bits & RS_FO_SERVER) || !(text || o->has_fo) || !has_place(l, env->now)) return none;
    if ((bits & RS_FO_SERVER_WITHOUT_COOKIE) || l->opts.fo_no_cookie) return (rs_fo_answer){.take = true};
    if (!o->has_fo) return none;
    rs_fo_keys keys = keys_of(env, l);
    rs_fo_pair pair = {&syn->src.addr, &syn->dst.addr};
    rs_fo_cookie shown = {.len = o->fo_len}, fresh = rs_fo_make(&keys, 0, &pair);
    memcpy(shown.bytes, o->fo, sizeof shown.bytes);
    rs_fo_judgment how = rs_fo_judge(&keys, &pair, &shown);
    a.take = o->fo_len > 0 && how != RS_FO_FORGED;
    if (!a.take || how == RS_FO_GOOD_BY_BACKUP) put_cookie(&a.extra, &fresh, o->fo_exp);
    return a;
}

void rs_fo_take_syn(rs_env *env, rs_tcb *t, const rs_seg *syn)
{
    t->fo.child = true;
    t->stat.segs_in++;
    t->fo_listener = t->listener;
    rs_listener_of(env, t)->fo_len++;
    if (syn->text.len) {
        rs_rcvq_took took = rs_rcvq_take(env->blocks, env->records, &t->rcvq,
                                         &(rs_rcvq_in){.seq = rs_seq_add(syn->seq, 1),
                                                       .text = syn->text.data,
                                                       .len = (uint32_t)syn->text.len,
                                                       .edge = rs_rcvwnd_edge(&t->wnd)});
        rs_rcvbuf_took(env, t, syn, &took);
        t->fo.taken = took.new_bytes > 0;
        t->stat.bytes_received += took.new_bytes;
        t->stat.data_segs_in++;
        t->stat.data_recv = env->now;
    }
    rs_accept_at_once(env, t);
}

/* Ends of one moment share a record; when there is no other the last one waits a little longer. */
static void spoil(rs_listener *l, rs_time until)
{
    uint32_t last = l->fo_spoiled_len ? l->fo_spoiled_len - 1 : 0;
    bool same = l->fo_spoiled_len && rs_time_eq(l->fo_spoiled[last].until, until);
    if (!same && l->fo_spoiled_len < RS_FO_SPOILED_MAX) {
        l->fo_spoiled[l->fo_spoiled_len++] = (rs_fo_spoiled){until, 1};
        return;
    }
    l->fo_spoiled[last].until = until;
    l->fo_spoiled[last].count++;
}

void rs_fo_settled(rs_env *env, rs_tcb *t, bool reset)
{
    if (t->fo_listener == RS_NIL) return;
    rs_listener *l = rs_pool_at(env->listeners, t->fo_listener);
    bool accepted = t->listener == RS_NIL;
    t->fo_listener = RS_NIL;
    rs_check(l->fo_len > 0);
    if (reset && accepted) spoil(l, rs_time_add(env->now, RS_SEC(SPOILED_SECS)));
    else l->fo_len--;
}

/* --- both --------------------------------------------------------------------------------------------------------- */

/* Nothing but a FIN beyond a gap ever arrived: the text before it was swallowed. */
static bool only_fin_arrived(const rs_tcb *t)
{
    return t->stat.data_segs_in == 0 && t->rcvq.fin_known && !t->rcvq.fin_taken;
}

void rs_fo_ended(rs_env *env, rs_tcb *t, int err)
{
    rs_fo_settled(env, t, err == RS_ECONNRESET);
    if (!used_it(t)) return;
    if (t->state == RS_SYN_SENT && err) {
        rs_fo_whom w = whom(env, t);
        rs_fo_learn(&env->host->fo_cache, &w, &(rs_fo_lesson){.lost = true});
    }
    if (only_fin_arrived(t)) suspect_hole(env);
    else if (t->stat.data_segs_in > 0) rs_fo_hole_over(&env->host->fo_cache);
}
