#include "isn.h"

#include <string.h>

#include "../base/siphash.h"

/* What is hashed begins with one of these, so that the answers for one tuple have nothing to do with each other. */
enum { FOR_ISN = 1, FOR_TSTAMP = 2, FOR_PORT = 3 };
enum { MESSAGE_BYTES = 1 + 17 + 17 + 2 + 2 };

static uint8_t *put_addr(uint8_t *p, const rs_addr *a)
{
    *p++ = a->family;
    memcpy(p, a->bytes, sizeof a->bytes);
    return p + sizeof a->bytes;
}

static uint8_t *put_port(uint8_t *p, uint16_t port)
{
    *p++ = (uint8_t)(port >> 8);
    *p++ = (uint8_t)port;
    return p;
}

/* Hash of the addresses and the ports in `local_port`, `remote_port` (0 where they shall not count). */
static uint64_t tuple_hash(const uint8_t secret[16], uint8_t use, const rs_tuple *t)
{
    uint8_t message[MESSAGE_BYTES], *p = message;
    *p++ = use;
    p = put_addr(p, &t->local.addr);
    p = put_addr(p, &t->remote.addr);
    p = put_port(p, t->local.port);
    p = put_port(p, t->remote.port);
    return rs_siphash(secret, message, (size_t)(p - message));
}

static uint32_t clock_value(rs_time now, rs_isn_clock clock)
{
    uint64_t us = (uint64_t)now.us;
    switch (clock) {
    case RS_ISN_4US: return (uint32_t)(us / 4);
    case RS_ISN_64NS: return (uint32_t)((us * 1000) >> 6);
    }
    return 0;
}

rs_seq rs_isn(const rs_isn_in *in)
{
    return rs_seq_of(clock_value(in->now, in->clock) + (uint32_t)tuple_hash(in->secret, FOR_ISN, in->tuple));
}

uint32_t rs_isn_ts_offset(const uint8_t secret[16], const rs_tuple *tuple)
{
    rs_tuple hosts = *tuple;
    hosts.local.port = hosts.remote.port = 0;
    return (uint32_t)tuple_hash(secret, FOR_TSTAMP, &hosts);
}

rs_port_hash rs_isn_port_hash(const uint8_t secret[16], const rs_tuple *tuple, uint32_t buckets)
{
    rs_tuple known = *tuple;
    known.local.port = 0;
    uint64_t h = tuple_hash(secret, FOR_PORT, &known);
    return (rs_port_hash){.offset = (uint32_t)h, .bucket = (uint32_t)(h >> 32) & (buckets - 1)};
}
