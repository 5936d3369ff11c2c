/* see conns.h */
#include "conns.h"

#include <string.h>

#include "../base/bytes.h"
#include "../base/siphash.h"
#include "../base/addr.h"

void rs_conns_init(rs_conns *c, rs_arena *a, const rs_limits *limits, const uint8_t key[16])
{
    void *tcbs = rs_arena_take(a, rs_tcbs_bytes(limits->conns, limits->awake));
    void *conns = rs_arena_take(a, (uint64_t)limits->conns * sizeof(rs_conn));
    void *buckets = rs_arena_take(a, rs_table_bucket_bytes(limits->conns));
    void *links = rs_arena_take(a, rs_table_link_bytes(limits->conns));
    rs_arena_pool(a, &c->listeners, sizeof(rs_listener), limits->listeners);
    void *l_buckets = rs_arena_take(a, rs_table_bucket_bytes(limits->listeners));
    void *l_links = rs_arena_take(a, rs_table_link_bytes(limits->listeners));
    if (!a->base) return;
    rs_tcbs_init(&c->tcbs, tcbs, limits->conns, limits->awake);
    c->conns_at = (uint64_t)((uintptr_t)conns - (uintptr_t)c);
    rs_table_init(&c->by_tuple, buckets, links, limits->conns);
    rs_table_init(&c->by_local, l_buckets, l_links, limits->listeners);
    memcpy(c->key, key, sizeof c->key);
    c->last = RS_NIL;
}

void rs_conns_parts(const rs_conns *c, rs_parts *p)
{
    rs_parts_add_pool(p, &c->tcbs.numbers);
    rs_parts_add_pool(p, &c->tcbs.awake);
    for (int k = 0; k < RS_PACKED_SIZES; k++) rs_parts_add_pool(p, &c->tcbs.packed[k]);
    rs_parts_add(p, rs_tcbs_form(&c->tcbs), c->tcbs.formed ? sizeof(rs_tcb) : 0);
    rs_parts_add(p, rs_conns_at(c, 0), c->tcbs.numbers.high * sizeof(rs_conn));
    rs_table_parts(&c->by_tuple, p);
    rs_parts_add_pool(p, &c->listeners);
    rs_table_parts(&c->by_local, p);
}

static size_t put_endpoint(uint8_t *at, const rs_endpoint *e)
{
    size_t len = e->addr.family == RS_IPV4 ? 4 : 16;
    memcpy(at, e->addr.bytes, len);
    rs_store16(at + len, e->port);
    return len + 2;
}

static uint32_t tuple_hash(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote)
{
    uint8_t bytes[36];
    size_t n = put_endpoint(bytes, local);
    n += put_endpoint(bytes + n, remote);
    return (uint32_t)rs_siphash(c->key, bytes, n);
}

uint32_t rs_conns_take(rs_conns *c)
{
    uint32_t touched = c->tcbs.numbers.high;
    uint32_t i = rs_tcbs_take(&c->tcbs);
    if (i == RS_NIL) return RS_NIL;
    rs_conn *it = rs_conns_at(c, i);
    if (i == touched) *it = (rs_conn){.wait_next = RS_NIL};
    it->binding = RS_NIL;
    it->live = true;
    it->findable = false;
    return i;
}

void rs_conns_enter(rs_conns *c, uint32_t conn)
{
    const rs_tcb *t = rs_conns_tcb(c, conn);
    rs_check(!rs_conns_at(c, conn)->findable);
    rs_table_add(&c->by_tuple, conn, tuple_hash(c, &t->local, &t->remote));
    rs_conns_at(c, conn)->findable = true;
}

void rs_conns_leave(rs_conns *c, uint32_t conn)
{
    if (!rs_conns_at(c, conn)->findable) return;
    rs_table_remove(&c->by_tuple, conn);
    rs_conns_at(c, conn)->findable = false;
    if (c->last == conn) c->last = RS_NIL;
}

void rs_conns_give(rs_conns *c, uint32_t conn)
{
    rs_conns_leave(c, conn);
    rs_conns_at(c, conn)->live = false;
    rs_tcbs_give(&c->tcbs, conn);
}

static bool has_tuple(const rs_conns *c, uint32_t conn, const rs_endpoint *local, const rs_endpoint *remote)
{
    const rs_tcb_name *t = rs_tcbs_name(&c->tcbs, conn);
    return rs_endpoint_eq(&t->remote, remote) && rs_endpoint_eq(&t->local, local);
}

uint32_t rs_conns_find(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote)
{
    if (rs_conns_is_last(c, local, remote)) return c->last;
    uint32_t i = rs_table_first(&c->by_tuple, tuple_hash(c, local, remote));
    while (i != RS_NIL && !has_tuple(c, i, local, remote)) i = rs_table_next(&c->by_tuple, i);
    return i;
}

bool rs_conns_is_last(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote)
{
    return c->last != RS_NIL && has_tuple(c, c->last, local, remote);
}

uint32_t rs_conns_find_hashed(rs_conns *c, uint32_t hash, const rs_endpoint *local, const rs_endpoint *remote)
{
    uint32_t i = rs_table_first(&c->by_tuple, hash);
    while (i != RS_NIL && !has_tuple(c, i, local, remote)) i = rs_table_next(&c->by_tuple, i);
    c->last = i;
    return i;
}

uint32_t rs_conns_expect(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote)
{
    uint32_t hash = tuple_hash(c, local, remote);
    rs_table_expect(&c->by_tuple, hash);
    return hash;
}

uint32_t rs_conns_guess(const rs_conns *c, uint32_t hash)
{
    uint32_t i = rs_table_guess(&c->by_tuple, hash);
    if (i == RS_NIL) return RS_NIL;
    rs_table_expect_link(&c->by_tuple, i);
    rs_tcbs_expect_place(&c->tcbs, i);
    __builtin_prefetch(rs_conns_at(c, i));
    return i;
}

static uint32_t local_hash(const rs_conns *c, const rs_endpoint *local)
{
    uint8_t bytes[18];
    return (uint32_t)rs_siphash(c->key, bytes, put_endpoint(bytes, local));
}

uint32_t rs_conns_listen(rs_conns *c, const rs_endpoint *local, bool v6only, uint32_t backlog)
{
    uint32_t i = rs_pool_take(&c->listeners);
    if (i == RS_NIL) return RS_NIL;
    rs_listener *l = rs_conns_listener(c, i);
    rs_listener_init(l, i, local, backlog);
    l->v6only = v6only;
    rs_table_add(&c->by_local, i, local_hash(c, local));
    return i;
}

void rs_conns_hide(rs_conns *c, uint32_t listener)
{
    rs_table_remove(&c->by_local, listener);
}

void rs_conns_unlisten(rs_conns *c, uint32_t listener)
{
    rs_pool_give(&c->listeners, listener);
}

/* Of the listeners at exactly this endpoint, the one that the tuple chooses. */
static uint32_t listener_at(const rs_conns *c, const rs_endpoint *at, bool for_v4, uint32_t choice)
{
    uint32_t hash = local_hash(c, at), fits = 0;
    for (int pass = 0; pass < 2; pass++) {
        uint32_t left = fits ? choice % fits : 0;
        for (uint32_t i = rs_table_first(&c->by_local, hash); i != RS_NIL; i = rs_table_next(&c->by_local, i)) {
            const rs_listener *l = rs_conns_listener(c, i);
            if (!rs_endpoint_eq(&l->local, at) || (for_v4 && l->v6 && l->v6only)) continue;
            if (pass == 0) fits++;
            else if (left-- == 0) return i;
        }
        if (fits == 0) return RS_NIL;
    }
    return RS_NIL;
}

uint32_t rs_conns_find_listener(const rs_conns *c, const rs_endpoint *local, const rs_endpoint *remote)
{
    bool v4 = local->addr.family == RS_IPV4;
    uint32_t choice = tuple_hash(c, local, remote);
    rs_endpoint any = {{.family = local->addr.family}, local->port}, any6 = {{.family = RS_IPV6}, local->port};
    uint32_t i = listener_at(c, local, v4, choice);
    if (i == RS_NIL) i = listener_at(c, &any, v4, choice);
    if (i == RS_NIL && v4) i = listener_at(c, &any6, true, choice);
    return i;
}

bool rs_conns_listening(const rs_conns *c, uint32_t listener)
{
    if (listener >= c->listeners.high) return false;
    const rs_listener *l = rs_conns_listener(c, listener);
    uint32_t i = rs_table_first(&c->by_local, local_hash(c, &l->local));
    while (i != RS_NIL && i != listener) i = rs_table_next(&c->by_local, i);
    return i == listener;
}

static const char *conn_broken(const rs_conns *c, uint32_t i)
{
    const rs_conn *it = rs_conns_at(c, i);
    rs_tcb room;
    const rs_tcb *t = rs_tcbs_look(&c->tcbs, i, &room);
    if (it->findable && rs_conns_find(c, &t->local, &t->remote) != i) return "N1: a tuple finds another connection";
    if (it->findable && rs_tcb_is_dead(t)) return "N3: a dead connection can be found";
    if (!it->findable && t->sock == RS_NIL && t->listener == RS_NIL) return "N2: a connection that nobody can reach";
    return NULL;
}

const char *rs_conns_broken(const rs_conns *c)
{
    const char *why = rs_tcbs_broken(&c->tcbs);
    if (!why) why = rs_pool_broken(&c->listeners);
    if (!why) why = rs_table_broken(&c->by_tuple);
    if (!why) why = rs_table_broken(&c->by_local);
    if (!why && c->last != RS_NIL && !rs_conns_at(c, c->last)->findable) why = "N8: who was found last cannot be found";
    if (!why && c->by_local.count != c->listeners.live) why = "N4: a listener is not in its table";
    uint32_t live = 0;
    for (uint32_t i = 0; !why && i < c->tcbs.numbers.high; i++)
        if (rs_conns_at(c, i)->live) {
            live++;
            why = conn_broken(c, i);
        }
    return why || live == c->tcbs.numbers.live ? why : "N1: slots marked in use are not those the pool gave out";
}
