/* see table.h */
#include "table.h"

#include "../base/check.h"

static uint32_t *buckets(const rs_table *t)
{
    return (uint32_t *)((uintptr_t)t + (uintptr_t)t->buckets_at);
}

static rs_table_link *links(const rs_table *t)
{
    return (rs_table_link *)((uintptr_t)t + (uintptr_t)t->links_at);
}

static uint32_t bucket_limit(uint32_t cap)
{
    return cap < RS_TABLE_FIRST ? RS_TABLE_FIRST : cap;
}

uint64_t rs_table_bucket_bytes(uint32_t cap)
{
    return (uint64_t)bucket_limit(cap) * sizeof(uint32_t);
}

uint64_t rs_table_link_bytes(uint32_t cap)
{
    return (uint64_t)cap * sizeof(rs_table_link);
}

void rs_table_init(rs_table *t, void *bucket_mem, void *link_mem, uint32_t cap)
{
    *t = (rs_table){.buckets_at = (uint64_t)((uintptr_t)bucket_mem - (uintptr_t)t),
                    .links_at = (uint64_t)((uintptr_t)link_mem - (uintptr_t)t),
                    .cap = cap,
                    .buckets = RS_TABLE_FIRST};
    for (uint32_t i = 0; i < RS_TABLE_FIRST; i++) buckets(t)[i] = RS_NIL;
}

/* The largest power of two that is not above n; n > 0. */
static uint32_t power_below(uint32_t n)
{
    return UINT32_C(1) << (31 - __builtin_clz(n));
}

/* Buckets past the last full power of two exist only as far as the table has grown; hashes of the missing ones live
 * where they lived before the doubling began. */
static uint32_t bucket_of(const rs_table *t, uint32_t hash)
{
    uint32_t base = power_below(t->buckets);
    uint32_t wide = hash & (2 * base - 1);
    return wide < t->buckets ? wide : hash & (base - 1);
}

/* Opens one more bucket and moves over what belongs there from the bucket it splits off. */
static void grow(rs_table *t)
{
    uint32_t fresh = t->buckets++;
    uint32_t *from = &buckets(t)[fresh - power_below(fresh)];
    uint32_t all = *from, *stay = from, *move = &buckets(t)[fresh];
    for (uint32_t id = all; id != RS_NIL; id = links(t)[id].next) {
        uint32_t **end = bucket_of(t, links(t)[id].hash) == fresh ? &move : &stay;
        **end = id; /* never the link the loop reads next: both ends lie behind it */
        *end = &links(t)[id].next;
    }
    *stay = RS_NIL;
    *move = RS_NIL;
}

void rs_table_add(rs_table *t, uint32_t id, uint32_t hash)
{
    rs_check(id < t->cap);
    if (t->count >= t->buckets && t->buckets < bucket_limit(t->cap)) grow(t);
    uint32_t *head = &buckets(t)[bucket_of(t, hash)];
    links(t)[id] = (rs_table_link){hash, *head};
    *head = id;
    t->count++;
    if (id >= t->high) t->high = id + 1;
}

void rs_table_remove(rs_table *t, uint32_t id)
{
    uint32_t *at = &buckets(t)[bucket_of(t, links(t)[id].hash)];
    while (*at != id) {
        rs_check(*at != RS_NIL);
        at = &links(t)[*at].next;
    }
    *at = links(t)[id].next;
    t->count--;
}

static uint32_t skip_others(const rs_table *t, uint32_t id, uint32_t hash)
{
    while (id != RS_NIL && links(t)[id].hash != hash) id = links(t)[id].next;
    return id;
}

uint32_t rs_table_first(const rs_table *t, uint32_t hash)
{
    return skip_others(t, buckets(t)[bucket_of(t, hash)], hash);
}

uint32_t rs_table_guess(const rs_table *t, uint32_t hash)
{
    return buckets(t)[bucket_of(t, hash)];
}

void rs_table_expect(const rs_table *t, uint32_t hash)
{
    __builtin_prefetch(&buckets(t)[bucket_of(t, hash)]);
}

void rs_table_expect_link(const rs_table *t, uint32_t id)
{
    __builtin_prefetch(&links(t)[id]);
}

uint32_t rs_table_next(const rs_table *t, uint32_t id)
{
    return skip_others(t, links(t)[id].next, links(t)[id].hash);
}

void rs_table_parts(const rs_table *t, rs_parts *p)
{
    rs_parts_add(p, buckets(t), t->buckets * sizeof(uint32_t));
    rs_parts_add(p, links(t), t->high * sizeof(rs_table_link));
}

const char *rs_table_broken(const rs_table *t)
{
    uint32_t seen = 0;
    for (uint32_t b = 0; b < t->buckets; b++)
        for (uint32_t id = buckets(t)[b]; id != RS_NIL; id = links(t)[id].next) {
            if (id >= t->high) return "H1: a chain names a number that was never added";
            if (bucket_of(t, links(t)[id].hash) != b) return "H3: a hash is in the chain of another bucket";
            if (++seen > t->count) return "H2: more numbers in the chains than were added";
        }
    return seen == t->count ? NULL : "H2: fewer numbers in the chains than were added";
}
