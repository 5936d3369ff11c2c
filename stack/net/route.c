/* see route.h */
#include "route.h"

#include "../base/status.h"
#include "../base/addr.h"

bool rs_route_is_local(const rs_config *cfg, const rs_addr *a)
{
    for (int i = 0; i < RS_LOCAL_ADDRS_MAX && cfg->local[i].addr.family != RS_AF_NONE; i++)
        if (rs_addr_eq(&cfg->local[i].addr, a)) return true;
    return false;
}

static uint32_t bits4(const rs_addr *a)
{
    return (uint32_t)a->bytes[0] << 24 | (uint32_t)a->bytes[1] << 16 | (uint32_t)a->bytes[2] << 8 | a->bytes[3];
}

bool rs_route_is_broadcast(const rs_config *cfg, const rs_addr *a)
{
    if (rs_addr_is_broadcast(a)) return true;
    if (a->family != RS_IPV4) return false;
    for (int i = 0; i < RS_LOCAL_ADDRS_MAX && cfg->local[i].addr.family != RS_AF_NONE; i++) {
        const rs_local *l = &cfg->local[i];
        /* Networks of one or two addresses have no broadcast address (RFC 3021). */
        if (l->addr.family != RS_IPV4 || l->prefix_len == 0 || l->prefix_len > 30) continue;
        if (bits4(a) == (bits4(&l->addr) | UINT32_MAX >> l->prefix_len)) return true;
    }
    return false;
}

bool rs_route_is_host(const rs_config *cfg, const rs_addr *a)
{
    if (a->family == RS_IPV4 && (a->bytes[0] == 0 || a->bytes[0] >= 240)) return false;
    if (rs_addr_is_any(a) || rs_addr_is_multicast(a) || rs_addr_is_loopback(a) || rs_addr_is_mapped(a)) return false;
    return !rs_route_is_broadcast(cfg, a) && !rs_route_is_local(cfg, a);
}

static int common_bits(const rs_addr *a, const rs_addr *b)
{
    int n = 0;
    while (n < 128 && ((a->bytes[n / 8] ^ b->bytes[n / 8]) >> (7 - n % 8) & 1) == 0) n++;
    return n;
}

rs_status rs_route_source(const rs_config *cfg, const rs_addr *to, rs_addr *from)
{
    if (rs_route_is_local(cfg, to)) {
        *from = *to;
        return RS_OK;
    }
    if (!rs_route_is_host(cfg, to)) return rs_fail(RS_ENETUNREACH);
    int best = -1;
    for (int i = 0; i < RS_LOCAL_ADDRS_MAX && cfg->local[i].addr.family != RS_AF_NONE; i++) {
        const rs_addr *a = &cfg->local[i].addr;
        if (a->family != to->family || common_bits(a, to) <= best) continue;
        best = common_bits(a, to);
        *from = *a;
    }
    return best < 0 ? rs_fail(RS_ENETUNREACH) : RS_OK;
}
