/* seg.h — what is kept of a packet: a record of one size, without its payload (only its length and a hash of it).
 *
 * cf_seg_read is the fast decoder: plain IP or one tunnel (IP in IP, GRE) around TCP, or an ICMP message that quotes
 * TCP. It takes captures that were cut by a snap length as long as the TCP header is there. */
#ifndef CF_CAPTURE_SEG_H
#define CF_CAPTURE_SEG_H

#include "../packet/offset.h"
#include "../packet/packet.h"

enum { CF_SEG_OPTS = 40, CF_NO_SEG = 0xFFFFFFFF };

typedef enum { CF_SEG_TCP, CF_SEG_ICMP } cf_seg_kind;

/* Bits of cf_seg.mark. */
enum {
    CF_M_BAD_SUM = 1, /* the TCP checksum is wrong (never set when it could not be computed) */
    CF_M_CUT = 2,     /* payload captured in part: the hash covers what is there */
    CF_M_DF = 4,      /* always in IPv6 */
    CF_M_AGAIN = 8,   /* holds bytes (or a SYN or FIN) that were sent before */
    CF_M_NO_SUM = 16  /* the checksum says nothing: cut, or left to the card that sends */
};

typedef struct cf_seg {
    uint64_t number; /* of the frame in its file, from 1 */
    int64_t at_ns;
    uint64_t hash;            /* of the payload; ICMP: of type, code and quoted numbers */
    cf_offset pos, ack_pos;   /* positions: the SYN of that direction is 0, its first byte 1. conn.h fills them */
    uint32_t seq, ack;        /* as on the wire */
    uint32_t len;             /* payload on the wire */
    uint32_t next;            /* the next record of the same connection, or CF_NO_SEG */
    uint16_t win, urg, flags; /* ICMP: win is the MTU, urg is type << 8 | code */
    uint16_t ip_id;
    uint8_t tos, ttl, kind, mark;
    uint8_t dir; /* 0 from the client, 1 from the server. conn.h fills it */
    uint8_t opt_len;
    uint8_t opts[CF_SEG_OPTS];
} cf_seg;

/* Both ends of the innermost IP header; ICMP: of the quoted packet, so that both name one connection. */
typedef struct cf_ends {
    uint8_t src[16], dst[16];
    uint16_t sport, dport;
    uint8_t family; /* 4 or 6 */
} cf_ends;

typedef enum { CF_SEG_OK, CF_SEG_NOT_TCP, CF_SEG_FRAGMENT, CF_SEG_SHORT, CF_SEG_BROKEN } cf_seg_what;

/* ip_cap bytes were captured. rolling: the hash of payload is one that cf_hash_join can put together. */
cf_seg_what cf_seg_read(cf_seg *s, cf_ends *ends, const uint8_t *ip, uint32_t ip_cap, bool rolling);

/* ---------- hashes of payload ---------- */
uint64_t cf_hash(const uint8_t *p, size_t len);                           /* fast */
uint64_t cf_hash_rolling(const uint8_t *p, size_t len);                   /* of a row of bytes, as a polynomial */
uint64_t cf_hash_join(uint64_t left, uint64_t right, uint64_t right_len); /* of two rows one after the other */

#endif
