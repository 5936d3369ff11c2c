/* see stats.h */
#include "stats.h"

#include <string.h>

#include "../base/check.h"

enum { HEAD = 4 };

typedef struct writer {
    uint8_t *to;
    uint32_t len;
} writer;

static void attribute(writer *w, uint16_t number, uint16_t bytes, uint64_t value)
{
    uint16_t head[2] = {(uint16_t)(HEAD + bytes), number};
    uint32_t room = HEAD + ((bytes + 3u) & ~3u);
    rs_check(w->len + room <= RS_STATS_BYTES_MAX);
    memset(w->to + w->len, 0, room);
    memcpy(w->to + w->len, head, sizeof head);
    uint8_t *at = w->to + w->len + HEAD;
    uint32_t u32 = (uint32_t)value;
    uint16_t u16 = (uint16_t)value;
    if (bytes == 8) memcpy(at, &value, 8);
    else if (bytes == 4) memcpy(at, &u32, 4);
    else if (bytes == 2) memcpy(at, &u16, 2);
    else *at = (uint8_t)value;
    w->len += room;
}

uint32_t rs_stats_write(const rs_env *env, const rs_tcb *t, uint8_t ttl, uint8_t *to)
{
    rs_probe probe;
    const rs_probe *p = &probe;
    writer w = {to, 0};
    rs_tcp_probe(env, t, &probe);
#define A(number, bytes, value) attribute(&w, number, bytes, value);
#define T(number, bytes, value)                                                                                        \
    if (value) attribute(&w, number, bytes, value);
#include "stats.def"
#undef A
#undef T
    return w.len;
}
