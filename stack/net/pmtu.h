/* pmtu.h — what paths were found to take (RFC 1191 section 3, RFC 8201): a message about one connection is news for the
 * next one to the same host. After `expires` the path may have changed, and the bigger size is tried again (6.3).
 *
 *   P1  entries in use are first, and no two are for the same host */
#ifndef RS_NET_PMTU_H
#define RS_NET_PMTU_H

#include "../include/refstack/types.h"

enum { RS_PMTU_MAX = 32 };

typedef struct rs_pmtu {
    struct {
        rs_addr to;
        uint32_t mtu;
        rs_time until;
    } entry[RS_PMTU_MAX];
    uint32_t count;
} rs_pmtu;

/* What is known, or `otherwise`. */
uint32_t rs_pmtu_of(const rs_pmtu *p, const rs_addr *to, rs_time now, uint32_t otherwise);
typedef struct rs_pmtu_news {
    const rs_addr *to;
    uint32_t mtu;
    rs_time until;
} rs_pmtu_news;
/* When the table is full the entry that ends first makes room. */
void rs_pmtu_learn(rs_pmtu *p, const rs_pmtu_news *n);
const char *rs_pmtu_broken(const rs_pmtu *p);

#endif
