#include "drops.h"

#include <string.h>

#include "../packet/bytes.h"

/* Every block begins with its type and its length; in that of a section the magic number comes third. */
enum {
    HEAD = 12,
    BLOCK_SECTION = 0x0A0D0D0A, /* the same from both sides */
    BLOCK_STATISTICS = 5,
    STATISTICS_OPTIONS = 20, /* after type, length, interface and time */
    TAIL = 4,                /* the length once more */
    OPT_END = 0,
    OPT_IFDROP = 5, /* by the interface, for lack of room */
    OPT_OSDROP = 7, /* by the operating system */
    DROPS_LEN = 8
};
static const uint8_t magic_big[4] = {0x1A, 0x2B, 0x3C, 0x4D}, magic_little[4] = {0x4D, 0x3C, 0x2B, 0x1A};

static uint32_t get16(const cf_drops *d, uint32_t at)
{
    return d->big ? cf_get16(d->block + at) : d->block[at] + 256u * d->block[at + 1];
}

static uint32_t get32(const cf_drops *d, uint32_t at)
{
    return d->big ? cf_get32(d->block + at) : get16(d, at) + 65536u * get16(d, at + 2);
}

static uint64_t get64(const cf_drops *d, uint32_t at)
{
    uint64_t first = get32(d, at), second = get32(d, at + 4);
    return d->big ? first << 32 | second : second << 32 | first;
}

/* A damaged file may hold any number. */
static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

uint64_t cf_drops_total(const cf_drops *d)
{
    uint64_t n = d->before;
    for (uint32_t i = 0; i < CF_DROPS_INTERFACES; i++) n = sum(n, d->of[i]);
    return n;
}

static void section(cf_drops *d)
{
    d->big = memcmp(d->block + 8, magic_big, sizeof magic_big) == 0;
    d->other = !d->big && memcmp(d->block + 8, magic_little, sizeof magic_little) != 0;
    d->before = cf_drops_total(d);
    memset(d->of, 0, sizeof d->of);
    d->begun = true;
}

static void head(cf_drops *d)
{
    if (get32(d, 0) == BLOCK_SECTION) section(d);
    else if (!d->begun) d->other = true;
    d->len = get32(d, 4);
    if (d->len < HEAD || d->len % 4) d->other = true;
}

/* What an interface counts it counts from its beginning on: only the newest number is true. */
static void statistics(cf_drops *d)
{
    uint32_t end = d->len > CF_DROPS_BLOCK ? CF_DROPS_BLOCK : d->len - TAIL, number = get32(d, 8);
    uint64_t drops = 0;
    for (uint32_t at = STATISTICS_OPTIONS; at + 4 <= end;) {
        uint32_t code = get16(d, at), len = get16(d, at + 2);
        if (code == OPT_END || at + 4 + len > end) break;
        if ((code == OPT_IFDROP || code == OPT_OSDROP) && len == DROPS_LEN) drops = sum(drops, get64(d, at + 4));
        at += 4 + (len + 3) / 4 * 4;
    }
    bool shared = number >= CF_DROPS_INTERFACES - 1;
    uint64_t *of = &d->of[shared ? CF_DROPS_INTERFACES - 1 : number];
    if (!shared || drops > *of) *of = drops;
}

static void keep(cf_drops *d, const uint8_t *bytes, size_t n)
{
    size_t room = d->gone < CF_DROPS_BLOCK ? CF_DROPS_BLOCK - d->gone : 0;
    if (room) memcpy(d->block + d->gone, bytes, n < room ? n : room);
    d->gone += (uint32_t)n;
}

void cf_drops_feed(cf_drops *d, const uint8_t *bytes, size_t n)
{
    while (n && !d->other) {
        size_t want = d->gone < HEAD ? HEAD - d->gone : d->len - d->gone;
        if (want > n) want = n;
        keep(d, bytes, want);
        bytes += want;
        n -= want;
        if (d->gone == HEAD) head(d);
        if (d->gone < HEAD || d->gone < d->len) continue;
        if (get32(d, 0) == BLOCK_STATISTICS && d->len >= STATISTICS_OPTIONS + TAIL) statistics(d);
        d->gone = 0;
    }
}
