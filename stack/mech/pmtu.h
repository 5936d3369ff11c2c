/* pmtu.h — what paths were found to take (RFC 1191 section 3, RFC 8201): a message about one connection is news for the
 * others to the same host: those that are open ask when `version` has moved (RFC 1191 6.2). After `until` the path may
 * have changed, and new connections try the bigger size again (6.3).
 *
 *   P1  entries in use are first, and no two are for the same host */
#ifndef RS_MECH_PMTU_H
#define RS_MECH_PMTU_H

#include "../include/refstack/types.h"

enum { RS_PMTU_MAX = 32 };

typedef struct rs_pmtu {
    struct {
        rs_addr to;
        uint32_t mtu;
        bool fragments;
        rs_time until;
    } entry[RS_PMTU_MAX];
    uint32_t count;
    uint32_t version; /* how much was ever learnt; wraps */
} rs_pmtu;

typedef struct rs_pmtu_found {
    uint32_t mtu;
    bool fragments; /* somewhere even the least size that we go down to is too big: routers may cut the packets */
} rs_pmtu_found;

/* What is known, or `otherwise`. */
rs_pmtu_found rs_pmtu_of(const rs_pmtu *p, const rs_addr *to, rs_time now, uint32_t otherwise);
typedef struct rs_pmtu_news {
    const rs_addr *to;
    uint32_t mtu;
    bool fragments;
    rs_time until;
} rs_pmtu_news;
/* When the table is full the entry that ends first makes room. */
void rs_pmtu_learn(rs_pmtu *p, const rs_pmtu_news *n);
const char *rs_pmtu_broken(const rs_pmtu *p);

#endif
