/* seg.h — one TCP segment as a value, in host byte order: what wire/packet.c makes of a packet and what tcp/build.c
 * asks to be sent. No judgement here: a segment may be nonsense. */
#ifndef RS_WIRE_SEG_H
#define RS_WIRE_SEG_H

#include "../include/refstack/types.h"
#include "seq.h"

/* Header flags, as in the low 9 bits of bytes 12-13 (RFC 9293 3.1; AE is RFC 9768's use of the former NS bit). */
enum {
    RS_FIN = 0x001,
    RS_SYN = 0x002,
    RS_RST = 0x004,
    RS_PSH = 0x008,
    RS_ACK = 0x010,
    RS_URG = 0x020,
    RS_ECE = 0x040,
    RS_CWR = 0x080,
    RS_AE = 0x100
};

enum {
    RS_OPT_BYTES = 40,
    RS_SACK_BLOCKS = 4,
    RS_FO_COOKIE_BYTES = 16,
    RS_FO_COOKIE_LEAST = 4,
    RS_ACCECN_FIELDS = 3,
    RS_MD5_DIGEST_BYTES = 16
};

/* The options of one segment. has_* says whether the option was there (input) or is wanted (output). */
typedef struct rs_opts {
    bool has_mss, has_wscale, sack_ok, has_ts, malformed;
    uint8_t wscale;     /* raw value of the option; clamp to 14 is the protocol's business (RFC 7323 2.3) */
    uint8_t sack_count; /* 0..RS_SACK_BLOCKS */
    uint8_t wire_len;   /* bytes on the wire, padding included. Parse only: rs_opts_len for building */
    uint16_t mss;
    uint32_t ts_val, ts_ecr;
    rs_range sack[RS_SACK_BLOCKS];
    bool has_fo, fo_exp; /* Fast Open, RFC 7413; fo_exp: in the experimental form of section 8 (kind 254) */
    uint8_t fo_len;      /* bytes of the cookie, 0: a cookie is asked for */
    uint8_t fo[RS_FO_COOKIE_BYTES];
    bool has_md5; /* signature, RFC 2385; what is built gets its digest when the packet is whole */
    uint8_t md5[RS_MD5_DIGEST_BYTES];
    /* Authentication, RFC 5925; the code itself is in the header (rs_seg.head) or gets there when the packet is whole.
     * signed_twice: more than one option of this kind or of MD5's. */
    bool has_ao, signed_twice;
    uint8_t ao_key_id, ao_rnext_id, ao_mac_len;
    uint8_t ao_at; /* of its kind among the options; parse only, what is built begins with it */
    /* Accurate ECN, RFC 9768: counters of bytes in the order of the wire; second: that of kind 174 */
    bool has_accecn, accecn_second;
    uint8_t accecn_fields; /* 0..RS_ACCECN_FIELDS */
    uint32_t accecn[RS_ACCECN_FIELDS];
} rs_opts;

typedef struct rs_seg {
    rs_endpoint src, dst;
    rs_seq seq, ack; /* ack is meaningful with RS_ACK only */
    uint16_t flags;
    uint16_t wnd; /* raw header value, unscaled */
    uint16_t up;  /* urgent pointer */
    rs_opts opts;
    rs_bytes text;   /* payload; borrowed from the packet */
    rs_bytes head;   /* the TCP header with its options as it came; borrowed from the packet; empty: it did not come */
    uint16_t ip_len; /* bytes of the IP headers in front of it */
    uint8_t ttl, tos;
} rs_seg;

/* All headers as they came. */
static inline rs_bytes rs_seg_headers(const rs_seg *s)
{
    return s->head.len ? (rs_bytes){s->head.data - s->ip_len, s->ip_len + s->head.len} : (rs_bytes){0};
}

/* SEG.LEN: sequence space taken, SYN and FIN included. */
static inline uint32_t rs_seg_len(const rs_seg *s)
{
    return (uint32_t)s->text.len + ((s->flags & RS_SYN) != 0) + ((s->flags & RS_FIN) != 0);
}
/* First sequence number after the segment. */
static inline rs_seq rs_seg_end(const rs_seg *s)
{
    return rs_seq_add(s->seq, rs_seg_len(s));
}

#endif
