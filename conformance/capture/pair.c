#include "pair.h"

#include <stdlib.h>
#include <string.h>

#include "../text/mem.h"

/* What two connections must have in common in a round; each round asks for less. */
enum { SAME_SERVICE = 1, SAME_CLIENT_PORT = 2, SAME_SYN = 4, SAME_BYTES = 8, SAME_COUNT = 16 };
static const unsigned rounds[] = {
    SAME_SERVICE | SAME_CLIENT_PORT | SAME_SYN | SAME_BYTES | SAME_COUNT,
    SAME_SERVICE | SAME_SYN | SAME_BYTES | SAME_COUNT,
    SAME_SERVICE | SAME_CLIENT_PORT,
    SAME_SERVICE | SAME_SYN | SAME_BYTES,
    SAME_SERVICE | SAME_BYTES,
    SAME_SERVICE | SAME_SYN,
    SAME_SERVICE,
    SAME_SYN | SAME_BYTES,
    0,
};
enum { ROUNDS = sizeof rounds / sizeof rounds[0] };

typedef struct {
    uint64_t key;
    uint32_t index;
} ticket;

static uint64_t mix(uint64_t h, uint64_t v)
{
    h = (h ^ v) * 0x9E3779B97F4A7C15ull;
    return h ^ h >> 31;
}

static uint64_t key_of(const cf_conn *c, unsigned what)
{
    uint64_t h = c->no_syn;
    if (what & SAME_SERVICE) h = mix(h, c->port[CF_SERVER] + 1u);
    if (what & SAME_CLIENT_PORT) h = mix(h, c->port[CF_CLIENT] + 1u);
    if (what & SAME_COUNT) h = mix(h, c->count);
    for (int i = 0; i < 2; i++) {
        const cf_half *k = &c->half[i];
        if (what & SAME_BYTES) h = mix(h, cf_half_bytes(k));
        if (what & SAME_SYN)
            h = mix(h, (uint64_t)k->mss << 16 | (uint64_t)k->wscale << 8 | (uint64_t)k->scaled << 1 | k->ts);
    }
    return h;
}

static int by_key(const void *x, const void *y)
{
    const ticket *a = x, *b = y;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* Those not yet paired, sorted by key, then by order. */
static uint32_t tickets(ticket *out, const cf_conns *c, const uint32_t *partner, unsigned what)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < c->count; i++)
        if (partner[i] == CF_NO_SEG) out[n++] = (ticket){key_of(&c->items[i], what), i};
    qsort(out, n, sizeof *out, by_key);
    return n;
}

static void run_round(const cf_conns *a, const cf_conns *b, uint32_t *of_a, uint32_t *of_b, ticket *x, ticket *y,
                      unsigned what)
{
    uint32_t n = tickets(x, a, of_a, what), m = tickets(y, b, of_b, what);
    for (uint32_t i = 0, j = 0; i < n && j < m;) {
        if (x[i].key < y[j].key) {
            i++;
        } else if (x[i].key > y[j].key) {
            j++;
        } else {
            of_a[x[i].index] = y[j].index;
            of_b[y[j++].index] = x[i++].index;
        }
    }
}

static uint32_t *nobody(uint32_t n)
{
    uint32_t *p = cf_mem_or_die(malloc((n + 1) * sizeof *p));
    memset(p, 0xFF, (n + 1) * sizeof *p);
    return p;
}

cf_pair *cf_pair_conns(const cf_conns *a, const cf_conns *b, uint32_t *count)
{
    uint32_t *of_a = nobody(a->count), *of_b = nobody(b->count);
    ticket *x = cf_mem_zero(a->count, sizeof *x), *y = cf_mem_zero(b->count, sizeof *y);
    for (int i = 0; i < ROUNDS; i++) run_round(a, b, of_a, of_b, x, y, rounds[i]);
    cf_pair *pairs = cf_mem_zero((size_t)a->count + b->count, sizeof *pairs);
    uint32_t n = 0;
    for (uint32_t i = 0; i < a->count; i++) pairs[n++] = (cf_pair){i, of_a[i]};
    for (uint32_t i = 0; i < b->count; i++)
        if (of_b[i] == CF_NO_SEG) pairs[n++] = (cf_pair){CF_NO_SEG, i};
    free(of_a);
    free(of_b);
    free(x);
    free(y);
    *count = n;
    return pairs;
}
