/* packet.h — the judge's own picture of a packet: headers outermost first, every field as found.
 *
 * Written without the stack's wire code on purpose: a bug in the accused must not be shared by the judge. Decoding is
 * tolerant: it keeps what it can and says what is wrong. What lies behind a count (layers, options, labels) has no
 * value, for decoding would spend most of its time on clearing it. Encoding writes what it is told, wrong values
 * included. */
#ifndef CF_PACKET_PACKET_H
#define CF_PACKET_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CF_LAYERS_MAX = 8, CF_TCP_OPTS_MAX = 40, CF_MPLS_MAX = 64, CF_PACKET_MAX = 65575 };

typedef enum {
    CF_L_IPV4,
    CF_L_IPV6,
    CF_L_GRE,
    CF_L_MPLS,
    CF_L_PSP,
    CF_L_UDP_ENCAP,
    CF_L_TCP,
    CF_L_UDP,
    CF_L_ICMPV4,
    CF_L_ICMPV6,
    CF_L_OTHER
} cf_layer_kind;

typedef struct cf_addr {
    uint8_t b[16];
    uint8_t family; /* 4 or 6 */
} cf_addr;

typedef struct cf_ip {
    cf_addr src, dst;
    uint8_t tos, ttl, proto; /* IPv6: class, hop limit, next header after extension headers */
    uint32_t flow_label;
    uint16_t total_len, id, frag; /* frag: flags and offset as in the header; total_len: IPv6 payload + 40 */
    uint16_t header_len;
    uint16_t sum;
    bool sum_ok;
} cf_ip;

/* One TCP option as on the wire. Known kinds are also decoded by cf_tcp_opt_* helpers (opts.h). */
typedef struct cf_tcp_opt {
    uint8_t kind, len;
    const uint8_t *data; /* after kind and length; lends from the packet */
} cf_tcp_opt;

typedef struct cf_tcp {
    uint16_t sport, dport, win, urp, sum;
    uint32_t seq, ack;
    uint16_t flags;         /* bit 0 FIN 1 SYN 2 RST 3 PSH 4 ACK 5 URG 6 ECE 7 CWR 8 AE */
    uint8_t doff, reserved; /* reserved: the 3 bits left of AE */
    uint8_t opt_count;
    bool sum_ok, opts_broken;
    const uint8_t *opt_bytes;
    uint16_t opt_len;
    cf_tcp_opt opts[CF_TCP_OPTS_MAX]; /* the first opt_count of them */
} cf_tcp;

typedef struct cf_udp {
    uint16_t sport, dport, len, sum;
    bool sum_ok;
} cf_udp;
typedef struct cf_icmp {
    uint8_t type, code;
    uint16_t sum, id, seq;
    uint32_t mtu;
    bool sum_ok;
    const uint8_t *quote;
    uint16_t quote_len;
} cf_icmp;
typedef struct cf_gre {
    uint16_t flags, proto, sum, off;
    uint32_t key, seq;
    uint16_t len;
} cf_gre;
typedef struct cf_mpls {
    uint32_t label;
    uint8_t tc, bottom, ttl;
} cf_mpls;
/* One stack is one layer: depth and entries are compared together. */
typedef struct cf_mpls_stack {
    uint8_t count;
    bool deeper; /* more entries than fit */
    cf_mpls e[CF_MPLS_MAX];
} cf_mpls_stack;
typedef struct cf_psp {
    uint8_t next, ext_len, crypt_off, flags;
    uint32_t spi;
} cf_psp;

typedef struct cf_layer {
    cf_layer_kind kind;
    uint32_t at, len; /* offset and length of the header in the packet */
    union {
        cf_ip ip;
        cf_tcp tcp;
        cf_udp udp;
        cf_icmp icmp;
        cf_gre gre;
        cf_mpls_stack mpls;
        cf_psp psp;
    } u;
} cf_layer;

typedef struct cf_packet {
    const uint8_t *bytes;
    size_t len; /* borrowed */
    const uint8_t *text;
    uint32_t text_len;  /* payload of the innermost transport */
    uint32_t trailing;  /* bytes after the end of the outermost IP datagram */
    bool fragment;      /* some IP header says it is a fragment (broken is set too) */
    const char *broken; /* NULL, or what is malformed (static text): the rest is as far as it went */
    uint8_t layers;
    cf_layer layer[CF_LAYERS_MAX]; /* the first `layers` of them */
} cf_packet;

/* Decodes a raw IP packet. Always fills p; p->broken says whether it is whole. Borrows bytes as long as p is used.
 * Checksums are no part of `broken`: look at sum_ok. An unknown transport gives a CF_L_OTHER layer and is not broken.
 * */
void cf_packet_decode(cf_packet *p, const uint8_t *bytes, size_t len);
/* The same, where UDP to or from psp_port carries PSP (0: none does). The 16 bytes of ICV at the end are not part of
 * text. */
void cf_packet_decode_psp(cf_packet *p, const uint8_t *bytes, size_t len, uint16_t psp_port);
/* The same for bytes that were decoded before and have not changed since: their checksums are right, and not summed
 * again. */
void cf_packet_decode_sound(cf_packet *p, const uint8_t *bytes, size_t len);
/* The innermost IP, TCP, UDP, ICMP layer; NULL if there is none. */
const cf_ip *cf_packet_ip(const cf_packet *p);
const cf_tcp *cf_packet_tcp(const cf_packet *p);
const cf_udp *cf_packet_udp(const cf_packet *p);
const cf_icmp *cf_packet_icmp(const cf_packet *p);

#endif
