/* read.h — a capture file, packet by packet, in the memory of one packet: pcap and pcapng, micro- and nanoseconds,
 * every link type of link.h.
 *
 *     cf_reader *r = cf_reader_open("a.pcapng", why, sizeof why);
 *     while (cf_reader_next(r, &f) == CF_READ_PACKET) ...
 *     if (cf_reader_problem(r)) ...            the file is damaged; what came before is good
 *     cf_reader_close(r);
 *
 * "-" is standard input. */
#ifndef CF_CAPTURE_READ_H
#define CF_CAPTURE_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cf_frame {
    uint64_t number;   /* in the file, from 1: what Wireshark shows */
    int64_t at_ns;     /* since 1970 */
    uint32_t cap, len; /* bytes captured, bytes on the wire */
    const uint8_t *ip; /* the IP packet; NULL when the frame carries none. Lends until the next call */
    uint32_t ip_cap;
} cf_frame;

typedef enum { CF_READ_PACKET, CF_READ_END } cf_read;

/* Counted while reading. */
typedef struct cf_read_count {
    uint64_t packets, bytes; /* frames, captured bytes */
    uint64_t not_ip, cut;    /* frames without IP; frames captured in part */
    uint64_t dropped;        /* packets that the file says it lacks (drops.h), as far as it was read */
} cf_read_count;

typedef struct cf_reader cf_reader;

/* NULL with the reason in why: no such file, not a capture, a link type that carries no IP. */
cf_reader *cf_reader_open(const char *path, char *why, size_t why_cap);
cf_read cf_reader_next(cf_reader *r, cf_frame *f);
/* NULL, or why reading stopped before the end of the file ("damaged after packet 17: ..."). */
const char *cf_reader_problem(const cf_reader *r);
const cf_read_count *cf_reader_count(cf_reader *r);
void cf_reader_close(cf_reader *r);

#endif
