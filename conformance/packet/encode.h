/* encode.h — from values to bytes, wrong values included.
 *
 * A cf_build lists headers outermost first, in the same cf_layer values that decoding gives. Lengths, next-protocol
 * fields, data offsets and checksums are computed unless the layer says to keep what is written in it.
 *
 *     cf_build b = {0};
 *     cf_layer *ip = cf_build_add(&b, CF_L_IPV4);   ip->u.ip.src = ...;
 *     cf_layer *t = cf_build_add(&b, CF_L_TCP);     t->u.tcp.flags = CF_SYN;
 *     b.text_len = 100;                             text NULL: zeros
 *     size_t n = cf_encode(&b, out, sizeof out, &why);
 */
#ifndef CF_PACKET_ENCODE_H
#define CF_PACKET_ENCODE_H

#include "packet.h"

/* TCP flags as in cf_tcp.flags. */
enum {
    CF_FIN = 1,
    CF_SYN = 2,
    CF_RST = 4,
    CF_PSH = 8,
    CF_ACK = 16,
    CF_URG = 32,
    CF_ECE = 64,
    CF_CWR = 128,
    CF_AE = 256
};

/* keep[i]: fields of layer i that are written as they stand, right or wrong. */
enum {
    CF_KEEP_SUM = 1,    /* checksum */
    CF_KEEP_LEN = 2,    /* IP total_len (IPv6: minus 40), UDP len, PSP ext_len */
    CF_KEEP_PROTO = 4,  /* IP proto, GRE proto, PSP next */
    CF_KEEP_DOFF = 8,   /* TCP data offset */
    CF_KEEP_HLEN = 16,  /* IPv4 header length nibble from header_len */
    CF_KEEP_BOTTOM = 32 /* MPLS bottom-of-stack bits */
};

typedef struct cf_build {
    uint8_t layers;
    cf_layer layer[CF_LAYERS_MAX];
    uint8_t keep[CF_LAYERS_MAX];
    const uint8_t *text; /* payload of the innermost layer; NULL: text_len zero bytes */
    uint32_t text_len;
} cf_build;

/* The same as {0}, without clearing what cf_build_add clears anyway: for those who build very many packets. */
void cf_build_begin(cf_build *b);
/* Appends a zeroed layer with the usual values (IP: TTL 255); NULL when full. TCP: options from opt_bytes/opt_len (opts
 * has no value), padded with EOL to a multiple of 4. ICMP: the quote is written after the header, before text. PSP: 16
 * bytes (IV zero), followed by the rest; no ICV. UDP over IPv6 and IPv4 always has a checksum; CF_L_UDP_ENCAP has 0
 * unless kept.
 * */
cf_layer *cf_build_add(cf_build *b, cf_layer_kind kind);
/* Bytes written, or 0 with a static reason in *why. */
size_t cf_encode(const cf_build *b, uint8_t *out, size_t cap, const char **why);

#endif
