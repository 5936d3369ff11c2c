/* see link.h */
#include "link.h"

#include <string.h>

#include "../base/time.h"

enum { MILLION = 1000000 };

typedef struct layout {
    size_t items, places, slots, slot_bytes, total;
} layout;

static layout lay_out(const rs_link_conf *c)
{
    layout l;
    l.items = (sizeof(rs_link) + 7) / 8 * 8;
    l.places = l.items + c->packets * sizeof(rs_heap_item);
    l.slots = (l.places + c->packets * sizeof(uint32_t) + 7) / 8 * 8;
    l.slot_bytes = (sizeof(uint32_t) + c->mtu + 7) / 8 * 8;
    l.total = l.slots + c->packets * l.slot_bytes;
    return l;
}

size_t rs_link_size(const rs_link_conf *conf)
{
    if (conf->packets == 0 || conf->mtu == 0 || conf->mtu > 65535) return 0;
    return lay_out(conf).total;
}

rs_link *rs_link_init(void *mem, size_t len, const rs_link_conf *conf)
{
    if (rs_link_size(conf) == 0 || len < rs_link_size(conf)) return NULL;
    rs_link *l = mem;
    layout at = lay_out(conf);
    *l = (rs_link){.faults = conf->faults,
                   .rng = rs_rng_of(conf->seed),
                   .slot_bytes = conf->mtu,
                   .idle_at = {INT64_MIN},
                   .last_at = {INT64_MIN}};
    rs_pool_init(&l->packets, (char *)mem + at.slots, (uint32_t)at.slot_bytes, conf->packets);
    rs_heap_init(&l->arrivals, (char *)mem + at.items, (char *)mem + at.places, conf->packets);
    return l;
}

void rs_link_change(rs_link *l, const rs_link_faults *faults)
{
    l->faults = *faults;
}

static bool happens(rs_link *l, uint32_t chance)
{
    return chance > 0 && rs_rng_below(&l->rng, MILLION) < chance;
}

static uint8_t *bytes_of(const rs_link *l, uint32_t slot)
{
    return (uint8_t *)rs_pool_at(&l->packets, slot) + sizeof(uint32_t);
}

/* One bit anywhere in the packet. */
static void damage(rs_link *l, uint32_t slot, size_t len)
{
    uint32_t bit = rs_rng_below(&l->rng, (uint32_t)len * 8);
    bytes_of(l, slot)[bit / 8] ^= (uint8_t)(1u << bit % 8);
    l->count.corrupted++;
}

static void travel(rs_link *l, rs_bytes pkt, rs_time at)
{
    uint32_t slot = rs_pool_take(&l->packets);
    if (slot == RS_NIL) {
        l->count.overflowed++;
        return;
    }
    uint32_t len = (uint32_t)pkt.len;
    memcpy(rs_pool_at(&l->packets, slot), &len, sizeof len);
    memcpy(bytes_of(l, slot), pkt.data, pkt.len);
    if (happens(l, l->faults.corrupt)) damage(l, slot, pkt.len);
    rs_heap_set(&l->arrivals, slot, at, l->order++);
}

/* When the packet has left at the rate of the link; false when too many wait already. */
static bool leave(rs_link *l, rs_time now, size_t len, rs_time *left)
{
    const rs_link_faults *f = &l->faults;
    rs_time start = rs_time_max(now, l->idle_at);
    *left = now;
    if (f->bytes_per_sec == 0) return true;
    uint64_t waiting = (uint64_t)rs_time_diff(start, now).us * f->bytes_per_sec / MILLION;
    if (f->queue_bytes && waiting + len > f->queue_bytes) return false;
    *left = rs_time_add(start, RS_US((len * MILLION + f->bytes_per_sec - 1) / f->bytes_per_sec));
    l->idle_at = *left;
    return true;
}

static rs_time arrival(rs_link *l, rs_time left)
{
    const rs_link_faults *f = &l->faults;
    rs_time at = rs_time_add(left, f->delay);
    if (f->jitter.us > 0) at = rs_time_add(at, RS_US(rs_rng_u64(&l->rng) % (uint64_t)(f->jitter.us + 1)));
    if (happens(l, f->overtake)) {
        l->count.overtook++;
        return rs_time_max(left, rs_time_sub(at, f->overtake_by));
    }
    l->last_at = rs_time_max(l->last_at, at);
    return l->last_at;
}

void rs_link_send(rs_link *l, rs_time now, rs_bytes pkt)
{
    const rs_link_faults *f = &l->faults;
    rs_time left;
    l->count.sent++;
    if (l->filter && !l->filter(l->filter_ctx, now, pkt)) {
        l->count.lost++;
        return;
    }
    if (pkt.len == 0 || pkt.len > l->slot_bytes || (f->mtu && pkt.len > f->mtu)) {
        l->count.too_big++;
        return;
    }
    if (!leave(l, now, pkt.len, &left)) {
        l->count.overflowed++;
        return;
    }
    if (happens(l, f->lose)) {
        l->count.lost++;
        return;
    }
    travel(l, pkt, arrival(l, left));
    if (!happens(l, f->repeat)) return;
    l->count.repeated++;
    travel(l, pkt, arrival(l, left));
}

rs_time rs_link_next(const rs_link *l)
{
    const rs_heap_item *first = rs_heap_first(&l->arrivals);
    return first ? first->at : RS_NEVER;
}

static void take_back(rs_link *l)
{
    while (l->lent) rs_pool_give(&l->packets, l->lent_slot[--l->lent]);
}

static bool lend(rs_link *l, rs_time now, rs_bytes *out)
{
    if (!rs_time_due(rs_link_next(l), now)) return false;
    uint32_t slot = rs_heap_first(&l->arrivals)->id, len;
    rs_heap_clear(&l->arrivals, slot);
    memcpy(&len, rs_pool_at(&l->packets, slot), sizeof len);
    *out = (rs_bytes){bytes_of(l, slot), len};
    l->lent_slot[l->lent++] = slot;
    l->count.delivered++;
    return true;
}

bool rs_link_receive(rs_link *l, rs_time now, rs_bytes *out)
{
    take_back(l);
    return lend(l, now, out);
}

uint32_t rs_link_receive_many(rs_link *l, rs_time now, rs_bytes *out)
{
    uint32_t n = 0;
    take_back(l);
    while (n < RS_LINK_TRAIN && lend(l, now, &out[n])) n++;
    return n;
}
