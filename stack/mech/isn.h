/* isn.h — keyed hashes of the connection's identity (RFC 6528, RFC 9293 MUST-8, SHLD-1; RFC 6056; RFC 7323 5.4).
 *
 * Pure functions: same secret, tuple and time give the same answer, and nobody without the secret can tell one tuple's
 * from another's. A clock keeps successive connections of one tuple apart. */
#ifndef RS_MECH_ISN_H
#define RS_MECH_ISN_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"

/* What names a connection. The port of either end may be 0 where it is not known yet. */
typedef struct rs_tuple {
    rs_endpoint local, remote;
} rs_tuple;

/* How fast the clock M of the ISN runs: one per 4 us (RFC 9293 3.4.1), or one per 64 ns (Linux). */
typedef enum rs_isn_clock { RS_ISN_4US, RS_ISN_64NS } rs_isn_clock;

/* ISN = M(now) + F(tuple, secret). Borrows its arguments. */
typedef struct rs_isn_in {
    const uint8_t *secret; /* 16 bytes */
    const rs_tuple *tuple;
    rs_time now;
    rs_isn_clock clock;
} rs_isn_in;
rs_seq rs_isn(const rs_isn_in *in);
/* Offset of the timestamp clock: one per pair of addresses, so that a reused port sees time go on (RFC 7323 5.4). */
uint32_t rs_isn_ts_offset(const uint8_t secret[16], const rs_tuple *tuple);
/* Where to start looking for an ephemeral port: F of RFC 6056 3.3.4 (double-hash: local address, remote address and
 * port), and the index G into the table of counters. `buckets` is a power of two. */
typedef struct rs_port_hash {
    uint32_t offset, bucket;
} rs_port_hash;
rs_port_hash rs_isn_port_hash(const uint8_t secret[16], const rs_tuple *tuple, uint32_t buckets);

#endif
