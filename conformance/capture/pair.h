/* pair.h — which connection of one capture is which of the other: by the port served, the client's port, the options of
 * the SYNs, the bytes sent each way, the number of packets, the order. Rounds ask for less and less of that, the last
 * for nothing; who found a partner stays with it. Addresses do not matter. */
#ifndef CF_CAPTURE_PAIR_H
#define CF_CAPTURE_PAIR_H

#include "conn.h"

typedef struct cf_pair {
    uint32_t a, b;
} cf_pair; /* indexes; CF_NO_SEG: nobody over there */

/* All connections of both, in the order of a, then those only in b. Owned by the caller (free). */
cf_pair *cf_pair_conns(const cf_conns *a, const cf_conns *b, uint32_t *count);

#endif
