/* segment.h — packets of the peer: made by the judge's encoder, right by default, wrong where asked. */
#ifndef FZ_PROG_SEGMENT_H
#define FZ_PROG_SEGMENT_H

#include "../../conformance/packet/opts.h"
#include "host.h"

enum { FZ_TEXT_MAX = 4000 };
#define FZ_SECRET "secret"

typedef struct fz_segment {
    uint16_t flags, win, urp;
    uint32_t seq, ack, len;
    uint8_t reserved, tos;
    bool bad_sum, other_bytes; /* other_bytes: the payload is not what fz_peer_bytes gives */
    cf_opt_row opts;
    fz_sign sign; /* behind the options */
} fz_segment;

/* Sends it from the peer's end of the tuple. */
void fz_send(fz_host *h, fz_tuple *t, const fz_segment *s);
/* An ICMP error that quotes a segment of the host with this sequence number (28 or 48 bytes of it). */
void fz_send_icmp(fz_host *h, const fz_tuple *t, uint8_t type, uint8_t code, uint32_t seq, uint32_t mtu);
/* The peer's timestamp clock: one tick a millisecond since it first met the host. */
uint32_t fz_peer_clock(const fz_host *h, const fz_tuple *t);
/* Appends a timestamp option when the connection has them on. */
void fz_put_ts(fz_host *h, const fz_tuple *t, cf_opt_row *row);

#endif
