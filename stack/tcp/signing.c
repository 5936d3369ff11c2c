/* see signing.h */
#include "signing.h"

#include "../wire/md5sig.h"
#include "../wire/packet.h"
#include "../wire/tcp_opt.h"
#include "reason.h"
#include "state.h"
#include "tcbs.h"

/* --- the tuple of a connection */

static rs_peer_key *tuple(const rs_env *env, uint32_t ring, const rs_addr *peer, int send_id)
{
    return rs_keyring_ao(env->blocks, ring, &(rs_ao_wanted){peer, send_id, RS_ANY_ID});
}

/* Current_key; before the connection has begun, the newest one. NULL: it does not authenticate. */
static rs_peer_key *current(const rs_env *env, const rs_tcb *t)
{
    const rs_ao_state *a = rs_keyring_state(env->blocks, t->opts.keys);
    return a ? tuple(env, t->opts.keys, &t->remote.addr, a->current) : NULL;
}

static rs_ao_key key_of(const rs_peer_key *k)
{
    return (rs_ao_key){.secret = {k->key, k->len},
                       .mac = (rs_mac_kind)k->mac,
                       .mac_len = k->mac_len,
                       .skips_options = k->skips_options};
}

bool rs_signing(const rs_env *env, const rs_tcb *t)
{
    return t->opts.keys && (rs_signing_md5(env, t) || current(env, t));
}

void rs_signing_options(const rs_env *env, const rs_tcb *t, rs_opts *o)
{
    if (!t->opts.keys) return;
    const rs_peer_key *k = current(env, t);
    o->has_md5 = rs_signing_md5(env, t);
    o->has_ao = k;
    if (k) o->ao_mac_len = k->mac_len;
}

uint8_t rs_signing_bytes(const rs_env *env, const rs_tcb *t)
{
    rs_opts o = {0};
    if (!t->opts.keys) return 0;
    rs_signing_options(env, t, &o);
    return rs_opts_len(&o, false);
}

bool rs_signing_may_begin(const rs_env *env, uint32_t ring, const rs_addr *peer)
{
    const rs_ao_state *a = rs_keyring_state(env->blocks, ring);
    if (!a || tuple(env, ring, peer, RS_ANY_ID)) return true;
    return !a->required && rs_keyring_has_md5(env->blocks, ring, peer);
}

bool rs_signing_begin(rs_env *env, rs_tcb *t, const rs_opts *syn)
{
    if (!rs_keyring_state(env->blocks, t->opts.keys)) return true;
    if (!rs_keyring_narrow(env->blocks, &t->opts.keys, &t->remote.addr)) return false;
    rs_ao_state *a = rs_keyring_state(env->blocks, t->opts.keys);
    if (!a) return true;
    const rs_peer_key *newest = tuple(env, t->opts.keys, &t->remote.addr, RS_ANY_ID);
    a->snd.at = t->snd.iss;
    if (syn) { /* the peer has asked for a key, and sent with another (RFC 5925 7.5) */
        a->current = syn->ao_rnext_id;
        a->rnext = syn->ao_key_id;
    }
    if (!tuple(env, t->opts.keys, &t->remote.addr, a->current)) a->current = newest->send_id;
    if (a->current == RS_ANY_ID) a->current = newest->send_id;
    bool receives = rs_keyring_ao(env->blocks, t->opts.keys, &(rs_ao_wanted){&t->remote.addr, RS_ANY_ID, a->rnext});
    if (a->rnext == RS_ANY_ID || !receives) a->rnext = newest->recv_id; /* it was a number of another peer's key */
    rs_tcb_set_mss(env, t);
    return true;
}

/* --- arrival */

/* Initial numbers and upper half as RFC 5925 5.2 and 6.2 have them; false: nobody can tell. */
static bool place_of(const rs_tcb *t, rs_ao_state *a, const rs_seg *s, rs_ao_place *at)
{
    uint32_t seq = s->seq.raw, behind_syn = s->flags & RS_SYN ? 0 : 1;
    *at = (rs_ao_place){.src_isn = seq};
    if ((s->flags & RS_SYN) && !(s->flags & RS_ACK)) return true;
    if (!t) { /* a listener: the last segment of a handshake, if it is any */
        *at = (rs_ao_place){.src_isn = seq - behind_syn, .dst_isn = s->ack.raw - 1, .sne = behind_syn && seq == 0};
        return s->flags & RS_ACK;
    }
    at->dst_isn = t->snd.iss.raw;
    if (t->state == RS_SYN_SENT) return s->flags & (RS_SYN | RS_RST);
    if (!a->rcv_known) a->rcv.at = t->rcv.irs;
    a->rcv_known = true;
    rs_sne_follow(&a->rcv, t->rcvq.nxt);
    at->src_isn = t->rcv.irs.raw;
    at->sne = rs_sne_of(&a->rcv, s->seq);
    return true;
}

/* The peer asks for another of our keys (RFC 5925 7.5): one that we have. */
static void rotate(rs_env *env, rs_tcb *t, rs_ao_state *a, const rs_seg *s)
{
    if (!t || !rs_row(t->state)->synchronized || t->state == RS_SYN_RECEIVED || s->opts.ao_rnext_id == a->current)
        return;
    if (!tuple(env, t->opts.keys, &t->remote.addr, s->opts.ao_rnext_id)) return;
    a->current = s->opts.ao_rnext_id;
    rs_tcb_set_mss(env, t); /* its codes may be longer */
}

static rs_reason judge_ao(rs_env *env, rs_tcb *t, uint32_t ring, const rs_seg *s)
{
    rs_ao_state *a = rs_keyring_state(env->blocks, ring);
    rs_ao_place at;
    if (!a) return RS_WHY_AO_UNEXPECTED;
    rs_peer_key *k = rs_keyring_ao(env->blocks, ring, &(rs_ao_wanted){&s->src.addr, RS_ANY_ID, s->opts.ao_key_id});
    if (!k) {
        a->not_found++;
        return RS_WHY_AO_NO_KEY;
    }
    rs_ao_key key = key_of(k);
    if (!place_of(t, a, s, &at) || !rs_ao_verify(s, &key, &at)) {
        a->bad++;
        k->bad++;
        return RS_WHY_AO_WRONG;
    }
    a->good++;
    k->good++;
    bool answered = t || tuple(env, ring, &s->src.addr, s->opts.ao_rnext_id);
    if (!answered) return RS_WHY_AO_NO_KEY; /* no SYN-ACK that its sender would believe */
    rotate(env, t, a, s);
    return RS_WHY_NONE;
}

/* Without authentication: is there a tuple for the peer, or are all others refused? */
static bool is_required(rs_env *env, uint32_t ring, const rs_addr *peer)
{
    rs_ao_state *a = rs_keyring_state(env->blocks, ring);
    if (!a || !(a->required || tuple(env, ring, peer, RS_ANY_ID))) return false;
    a->missing++;
    return true;
}

static rs_reason judge(rs_env *env, rs_tcb *t, uint32_t ring, const rs_seg *s)
{
    if (s->opts.signed_twice) return RS_WHY_SIGNED_TWICE;
    if (s->opts.has_ao) return judge_ao(env, t, ring, s);
    rs_bytes key = rs_keyring_find(env->blocks, ring, &s->src.addr);
    if (!s->opts.has_md5 && is_required(env, ring, &s->src.addr)) return RS_WHY_AO_MISSING;
    if (!key.data) return s->opts.has_md5 ? RS_WHY_MD5_UNEXPECTED : RS_WHY_NONE;
    if (!s->opts.has_md5) return RS_WHY_MD5_MISSING;
    return rs_md5_verify(s, key) ? RS_WHY_NONE : RS_WHY_MD5_WRONG;
}

bool rs_signing_takes(rs_env *env, uint32_t conn, uint32_t ring, const rs_seg *s)
{
    if (!ring && !s->opts.has_md5 && !s->opts.has_ao) return true;
    rs_reason why = judge(env, conn == RS_NO_CONN ? NULL : rs_tcbs_at(env->conns, conn), ring, s);
    if (why == RS_WHY_NONE) return true;
    rs_drop(env, conn, s, why);
    return false;
}

bool rs_signing_ignores(rs_env *env, const rs_tcb *t, uint8_t type, uint8_t code)
{
    enum { UNREACHABLE4 = 3, PROTOCOL4 = 2, FRAGMENTATION4 = 4, UNREACHABLE6 = 1, PROHIBITED6 = 1, PORT6 = 4 };
    rs_ao_state *a = rs_keyring_state(env->blocks, t->opts.keys);
    if (!a || a->accept_icmps || !rs_row(t->state)->synchronized || !current(env, t)) return false;
    bool ends = t->family == RS_IPV4 ? type == UNREACHABLE4 && code >= PROTOCOL4 && code <= FRAGMENTATION4
                                     : type == UNREACHABLE6 && (code == PROHIBITED6 || code == PORT6);
    if (ends) a->icmps++;
    return ends;
}

/* --- departure */

static void sign_with(rs_outseg *o, uint32_t ring, const rs_peer_key *k, int rnext)
{
    o->ring = ring;
    o->seg.opts.has_ao = true;
    o->seg.opts.ao_key_id = k->send_id;
    o->seg.opts.ao_rnext_id = (uint8_t)(rnext == RS_ANY_ID ? k->recv_id : rnext);
    o->seg.opts.ao_mac_len = k->mac_len;
}

/* With the numbers of the connection, as far as they are known. */
static void authenticate(const rs_env *env, rs_tcb *t, rs_outseg *o)
{
    const rs_peer_key *k = current(env, t);
    rs_ao_state *a = rs_keyring_state(env->blocks, t->opts.keys);
    bool opening = (o->seg.flags & RS_SYN) && !(o->seg.flags & RS_ACK);
    if (!k) return;
    sign_with(o, t->opts.keys, k, a->rnext);
    rs_sne_follow(&a->snd, t->sndq.una);
    o->ao_place = (rs_ao_place){.src_isn = t->snd.iss.raw,
                                .dst_isn = opening || t->state == RS_SYN_SENT ? 0 : t->rcv.irs.raw,
                                .sne = rs_sne_of(&a->snd, o->seg.seq)};
}

static void sign_md5(const rs_env *env, uint32_t ring, rs_outseg *o)
{
    if (!rs_keyring_find(env->blocks, ring, &o->seg.dst.addr).data) return;
    o->ring = ring;
    o->seg.opts.has_md5 = true;
}

void rs_signing_ask(const rs_env *env, rs_tcb *t, rs_outseg *o)
{
    if (!t->opts.keys) return;
    sign_md5(env, t->opts.keys, o);
    authenticate(env, t, o);
}

/* A listener answers what was no end of a handshake: with the numbers that a handshake would have had (RFC 5925 7.7 has
 * nothing better). */
static void authenticate_for_nobody(const rs_env *env, uint32_t ring, const rs_seg *answered, rs_outseg *o)
{
    uint32_t behind_syn = answered->flags & RS_SYN ? 0 : 1;
    const rs_peer_key *k =
        answered->opts.has_ao ? tuple(env, ring, &answered->src.addr, answered->opts.ao_rnext_id) : NULL;
    if (!k) return;
    sign_with(o, ring, k, answered->opts.ao_key_id);
    o->ao_place = (rs_ao_place){.src_isn = answered->ack.raw - 1, .dst_isn = answered->seq.raw - behind_syn};
}

void rs_signing_ask_reset(const rs_env *env, const rs_signer *by, const rs_seg *answered, rs_outseg *o)
{
    uint32_t ring = by->t ? by->t->opts.keys : by->ring;
    if (!ring) return;
    sign_md5(env, ring, o);
    if (by->t) authenticate(env, by->t, o);
    else authenticate_for_nobody(env, ring, answered, o);
}

void rs_signing_keys(const rs_env *env, const rs_outseg *o, rs_packet_how *how)
{
    if (!o->ring) return;
    how->key = rs_keyring_find(env->blocks, o->ring, &o->seg.dst.addr);
    const rs_peer_key *k = o->seg.opts.has_ao ? tuple(env, o->ring, &o->seg.dst.addr, o->seg.opts.ao_key_id) : NULL;
    if (!k) return;
    how->ao = key_of(k);
    how->ao_place = o->ao_place;
}
