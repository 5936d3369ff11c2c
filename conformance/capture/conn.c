#include "conn.h"

#include <stdio.h>
#include <sys/random.h>

#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../packet/print.h"
#include "../text/mem.h"

enum { BUCKETS_FIRST = 1024, FAR = 1 << 30 /* no window is so large: a forged number does not move the stream */ };

void cf_conns_init(cf_conns *c)
{
    memset(c, 0, sizeof *c);
    cf_store_init(&c->segs, sizeof(cf_seg));
    if (getrandom(c->key, sizeof c->key, 0) != sizeof c->key) c->key[0] = (uint64_t)(uintptr_t)c;
}

void cf_conns_free(cf_conns *c)
{
    cf_store_free(&c->segs);
    free(c->items);
    free(c->bucket);
    memset(c, 0, sizeof *c);
    c->segs.fd = -1;
}

/* ---------- the table ---------- */

static uint64_t word8(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, 8);
    return v;
}

/* Both halves of a product decide: without the key, no difference of the inputs can be made to vanish. */
static uint64_t fold(uint64_t a, uint64_t b)
{
    __extension__ typedef unsigned __int128 wide;
    wide w = (wide)a * b;
    return (uint64_t)w ^ (uint64_t)(w >> 64);
}

static uint64_t hash_end(const cf_conns *c, const uint8_t *addr, uint16_t port)
{
    uint64_t h = fold(word8(addr) ^ c->key[0], word8(addr + 8) ^ c->key[1]);
    return fold(h ^ c->key[2], port ^ c->key[3]);
}

/* The same for both directions. */
static uint32_t hash_ends(const cf_conns *c, const uint8_t *a, const uint8_t *b, uint16_t pa, uint16_t pb)
{
    uint64_t x = hash_end(c, a, pa), y = hash_end(c, b, pb);
    return (uint32_t)(fold((x + y) ^ c->key[1], (x ^ y) ^ c->key[2]) >> 16);
}

static bool is_end(const cf_conn *c, int end, const uint8_t *addr, uint16_t port)
{
    return c->port[end] == port && memcmp(c->addr[end], addr, 16) == 0;
}

/* Is the packet of this connection, and in which direction? */
static bool fits(const cf_conn *c, const cf_ends *e, uint8_t *dir)
{
    if (c->family != e->family) return false;
    if (is_end(c, 0, e->src, e->sport) && is_end(c, 1, e->dst, e->dport)) {
        *dir = 0;
        return true;
    }
    *dir = 1;
    return is_end(c, 1, e->src, e->sport) && is_end(c, 0, e->dst, e->dport);
}

/* Chains hold the newest incarnation first: the first that fits is the current one. */
static cf_conn *find(cf_conns *c, const cf_ends *e, uint8_t *dir)
{
    if (!c->buckets) return NULL;
    uint32_t i = c->bucket[hash_ends(c, e->src, e->dst, e->sport, e->dport) & (c->buckets - 1)];
    for (; i != CF_NO_SEG; i = c->items[i].older)
        if (fits(&c->items[i], e, dir)) return &c->items[i];
    return NULL;
}

static void link_in(cf_conns *c, uint32_t i)
{
    cf_conn *k = &c->items[i];
    uint32_t *b = &c->bucket[hash_ends(c, k->addr[0], k->addr[1], k->port[0], k->port[1]) & (c->buckets - 1)];
    k->older = *b;
    *b = i;
}

static void widen(cf_conns *c)
{
    free(c->bucket);
    c->buckets = c->buckets ? c->buckets * 2 : BUCKETS_FIRST;
    c->bucket = cf_mem_or_die(malloc(c->buckets * sizeof *c->bucket));
    memset(c->bucket, 0xFF, c->buckets * sizeof *c->bucket);
    for (uint32_t i = 0; i < c->count; i++) link_in(c, i);
}

/* NULL when the table is full. */
static cf_conn *add(cf_conns *c, const cf_ends *e, bool turned)
{
    if (c->count == CF_CONNS_MAX) return NULL;
    c->items = cf_mem_grow(c->items, c->count, &c->cap, sizeof *c->items);
    cf_conn *k = &c->items[c->count];
    memset(k, 0, sizeof *k);
    memcpy(k->addr[turned], e->src, 16);
    memcpy(k->addr[!turned], e->dst, 16);
    k->port[turned] = e->sport;
    k->port[!turned] = e->dport;
    k->family = e->family;
    k->first = k->last = k->before_last = k->stray_syn = CF_NO_SEG;
    c->count++;
    if (c->count > c->buckets) widen(c);
    else link_in(c, c->count - 1);
    return k;
}

/* ---------- which incarnation ---------- */

static bool bare_syn(const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && (s->flags & (CF_SYN | CF_ACK | CF_RST)) == CF_SYN;
}

static bool was_reset(const cf_conn *k)
{
    return k->half[0].rst || k->half[1].rst;
}

static bool is_over(const cf_conn *k)
{
    return k->half[0].fin && k->half[1].fin;
}

/* A SYN that the connection at hand cannot own. After FINs it may still be an old one that draws an ACK in TIME-WAIT:
 * that is left to answers_stray. Who closed first, and is in TIME-WAIT himself, knows what he does. */
static bool starts_anew(const cf_conn *k, const cf_seg *s, uint8_t dir)
{
    if (!bare_syn(s)) return false;
    if (was_reset(k) || (is_over(k) && dir == k->closer && s->seq != k->half[dir].isn)) return true;
    return k->no_syn && !(k->half[dir].syn && k->half[dir].isn == s->seq);
}

/* A SYN in the middle of a connection is an accident or an attack, until it is answered by a SYN+ACK. */
static bool answers_stray(cf_conns *c, const cf_conn *k, const cf_seg *s, uint8_t dir)
{
    if (k->stray_syn == CF_NO_SEG || k->stray_syn != k->last || !(s->flags & CF_SYN) || !(s->flags & CF_ACK))
        return false;
    const cf_seg *stray = cf_conns_seg(c, k->stray_syn);
    return stray->dir != dir && stray->seq + 1 == s->ack;
}

static bool stray(const cf_conn *k, const cf_seg *s, uint8_t dir)
{
    const cf_half *h = &k->half[dir];
    return bare_syn(s) && h->seen && (is_over(k) || !(h->syn && h->isn == s->seq));
}

/* Without a SYN: the side with a well-known port serves. */
static bool looks_turned(const cf_seg *s, const cf_ends *e)
{
    if (s->kind == CF_SEG_TCP && (s->flags & CF_SYN)) return (s->flags & CF_ACK) != 0;
    if (s->kind == CF_SEG_ICMP) return true;
    return e->sport < 1024 && e->dport >= 1024;
}

/* ---------- positions ---------- */

static void read_options(cf_half *h, const cf_seg *s)
{
    bool syn = (s->flags & CF_SYN) != 0;
    if (!syn && h->ts) return;
    for (uint32_t i = 0; i < s->opt_len;) {
        uint8_t kind = s->opts[i];
        if (kind == CF_KIND_EOL) return;
        if (kind == CF_KIND_NOP) {
            i++;
            continue;
        }
        if (i + 2 > s->opt_len || s->opts[i + 1] < 2 || i + s->opts[i + 1] > s->opt_len) return;
        const uint8_t *o = s->opts + i;
        if (kind == CF_KIND_TS && o[1] == 10 && !h->ts) {
            h->ts = true;
            h->ts_base = (uint32_t)o[2] << 24 | (uint32_t)o[3] << 16 | (uint32_t)o[4] << 8 | o[5];
        }
        if (syn && kind == CF_KIND_WSCALE && o[1] == 3) {
            h->scaled = true;
            h->wscale = o[2] > 14 ? 14 : o[2];
        }
        if (syn && kind == CF_KIND_MSS && o[1] == 4) h->mss = (uint16_t)(o[2] << 8 | o[3]);
        i += o[1];
    }
}

static void base(cf_half *h, uint32_t isn)
{
    if (h->based) return;
    h->based = true;
    h->isn = isn;
}

static void place_tcp(cf_half *me, cf_half *peer, cf_seg *s)
{
    bool syn = (s->flags & CF_SYN) != 0;
    if (syn && !me->syn && !me->seen) me->based = false;      /* the number assumed from an acknowledgment gives way */
    base(me, syn || s->flags & CF_RST ? s->seq : s->seq - 1); /* a RST for a SYN has the number of a SYN */
    s->pos = cf_unroll(me->end, s->seq - me->isn);
    uint32_t takes = s->len + (syn ? 1 : 0) + (s->flags & CF_FIN ? 1 : 0);
    cf_offset end = s->pos + (cf_offset)takes;
    if (takes && s->pos < me->end && me->seen) {
        s->mark |= CF_M_AGAIN;
        me->again++;
    }
    if (s->flags & CF_ACK) {
        base(peer, s->ack - 1);
        s->ack_pos = cf_unroll(peer->end, s->ack - peer->isn);
        if (s->ack_pos > me->acked && !(s->flags & CF_RST)) me->acked = s->ack_pos;
    }
    bool wild = s->flags & CF_RST || (syn && s->pos != 0) || s->pos - me->end > FAR;
    if (end > me->end && !wild) me->end = end;
    /* one that the peer must have taken; a forged one ends nothing */
    if (s->flags & CF_RST && (!me->seen || s->pos == me->end || s->pos == peer->acked)) me->rst = true;
    if (!me->seen) me->ttl = s->ttl;
    me->seen = true;
    me->syn = me->syn || (syn && s->pos == 0);
    me->fin = me->fin || (s->flags & CF_FIN);
    me->segs++;
    if (s->len > me->largest) me->largest = s->len;
    if (s->opt_len) read_options(me, s);
}

static void place(cf_conn *k, cf_seg *s)
{
    cf_half *me = &k->half[s->dir], *peer = &k->half[!s->dir];
    if (s->kind == CF_SEG_TCP) {
        if (s->flags & CF_FIN && !peer->fin && !me->fin) k->closer = s->dir;
        place_tcp(me, peer, s);
        return;
    }
    base(peer, s->ack - 1);
    s->ack_pos = cf_unroll(peer->end, s->ack - peer->isn);
}

/* ---------- filing ---------- */

cf_seg *cf_conns_seg(cf_conns *c, uint32_t number)
{
    return cf_store_at(&c->segs, number);
}

static void append(cf_conns *c, cf_conn *k, uint32_t number, int64_t at_ns)
{
    if (k->first == CF_NO_SEG) {
        k->first = number;
        k->start_ns = at_ns;
    } else {
        cf_conns_seg(c, k->last)->next = number;
    }
    k->before_last = k->last;
    k->last = number;
    k->end_ns = at_ns;
    k->count++;
}

/* Takes the last record from a connection: it belongs to the next one. */
static uint32_t take_back(cf_conns *c, cf_conn *k)
{
    uint32_t number = k->last;
    k->last = k->before_last;
    k->before_last = CF_NO_SEG;
    k->stray_syn = CF_NO_SEG;
    k->count--;
    if (k->last == CF_NO_SEG) k->first = CF_NO_SEG;
    else cf_conns_seg(c, k->last)->next = CF_NO_SEG;
    return number;
}

/* The incarnation after k, begun by the SYN that k had taken for a stray one. */
static cf_conn *revive(cf_conns *c, cf_conn *k, const cf_ends *e)
{
    uint32_t old = (uint32_t)(k - c->items);
    cf_conn *fresh = add(c, e, true);
    if (!fresh) return NULL;
    uint32_t number = take_back(c, &c->items[old]);
    cf_seg syn = *cf_conns_seg(c, number);
    syn.dir = CF_CLIENT;
    syn.mark &= (uint8_t)~CF_M_AGAIN;
    place(fresh, &syn);
    *cf_conns_seg(c, number) = syn;
    append(c, fresh, number, syn.at_ns);
    return fresh;
}

static cf_conn *owner(cf_conns *c, const cf_seg *s, const cf_ends *e, uint8_t *dir)
{
    cf_conn *k = find(c, e, dir);
    if (k && answers_stray(c, k, s, *dir)) {
        k = revive(c, k, e);
        *dir = CF_SERVER;
    } else if (!k || starts_anew(k, s, *dir)) {
        bool turned = looks_turned(s, e);
        k = add(c, e, turned);
        *dir = turned;
        if (k) k->no_syn = !(s->kind == CF_SEG_TCP && (s->flags & CF_SYN));
    }
    return k;
}

bool cf_conns_take(cf_conns *c, const cf_seg *in, const cf_ends *e, char *why, size_t why_cap)
{
    uint32_t number;
    uint8_t dir;
    cf_conn *k = owner(c, in, e, &dir);
    if (!k) {
        c->beyond++;
        return true;
    }
    cf_seg *s = cf_store_add(&c->segs, &number, why, why_cap);
    if (!s) return false;
    *s = *in;
    s->dir = dir;
    s->next = CF_NO_SEG;
    k->stray_syn = stray(k, s, dir) ? number : CF_NO_SEG;
    place(k, s);
    append(c, k, number, in->at_ns);
    return true;
}

/* ---------- words ---------- */

uint64_t cf_half_bytes(const cf_half *h)
{
    cf_offset n = h->end - 1 - (h->fin ? 1 : 0);
    return n > 0 ? (uint64_t)n : 0;
}

size_t cf_conn_name(const cf_conn *c, char *out, size_t cap)
{
    char text[2][50];
    for (int i = 0; i < 2; i++) {
        cf_addr a = {.family = c->family};
        memcpy(a.b, c->addr[i], 16);
        cf_print_addr(&a, text[i], sizeof text[i]);
    }
    const char *open = c->family == 6 ? "[" : "", *close = c->family == 6 ? "]" : "";
    int n =
        snprintf(out, cap, "%s%s%s:%u > %s%s%s:%u", open, text[0], close, c->port[0], open, text[1], close, c->port[1]);
    return n > 0 ? (size_t)n : 0;
}
