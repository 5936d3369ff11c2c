/* stray.h — segments of somebody who knows the addresses and ports of a connection and nothing else, of the kinds that
 * a TCP drops without a word (O58): as if they had never come. */
#ifndef FZ_PROG_STRAY_H
#define FZ_PROG_STRAY_H

#include "host.h"

typedef enum fz_stray_kind {
    FZ_STRAY_RST_AHEAD,  /* a reset beyond every window (RFC 9293 3.10.7.4 second, RFC 5961 3.2) */
    FZ_STRAY_RST_BEHIND, /* a reset before it */
    FZ_STRAY_BAD_SUM,    /* the right next bytes with a wrong checksum (RFC 9293 MUST-3) */
    FZ_STRAY_BAD_FIN,    /* the end of the stream with a wrong checksum */
    FZ_STRAY_ICMP,       /* an error about a segment that is not out (RFC 5927 4.1) */
    FZ_STRAYS
} fz_stray_kind;

/* It is no part of the program: neither history nor the peer's knowledge has it. */
void fz_stray(fz_host *h, unsigned tuple, fz_stray_kind kind);

#endif
