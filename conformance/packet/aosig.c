#include "aosig.h"

#include <string.h>

#include "bytes.h"
#include "opts.h"

enum { TCP_HEADER = 20, HEADER_MOST = 60, CHECKSUM_AT = 16, PROTO_TCP = 6, HEAD = 4 };

static const cf_layer *innermost(const cf_packet *p, bool tcp)
{
    for (unsigned i = p->layers; i > 0; i--) {
        cf_layer_kind kind = p->layer[i - 1].kind;
        if (tcp ? kind == CF_L_TCP : kind == CF_L_IPV4 || kind == CF_L_IPV6) return &p->layer[i - 1];
    }
    return NULL;
}

static void add32(rs_mac *m, uint32_t v)
{
    uint8_t b[4];
    cf_set32(b, v);
    rs_mac_add(m, b, sizeof b);
}

static void add16(rs_mac *m, unsigned v)
{
    uint8_t b[2];
    cf_set16(b, (uint16_t)v);
    rs_mac_add(m, b, sizeof b);
}

static size_t address_bytes(const cf_ip *ip)
{
    return ip->src.family == 4 ? 4 : 16;
}

/* RFC 5926 3.1.1: a key for one connection and direction, of as many bits as the code has. */
static size_t connection_key(const cf_layer *ip, const cf_tcp *t, const cf_ao_key *key, const cf_ao_isns *isns,
                             uint8_t out[RS_MAC_BYTES_MAX])
{
    static const char head[] = "\001TCP-AO";
    size_t n = address_bytes(&ip->u.ip), bytes = rs_mac_len(key->mac);
    rs_mac m;
    rs_mac_init(&m, key->mac, (const uint8_t *)key->secret, key->secret_len);
    rs_mac_add(&m, head, sizeof head - 1);
    rs_mac_add(&m, ip->u.ip.src.b, n);
    rs_mac_add(&m, ip->u.ip.dst.b, n);
    add16(&m, t->sport);
    add16(&m, t->dport);
    add32(&m, isns->sender);
    add32(&m, isns->receiver);
    add16(&m, (unsigned)bytes * 8);
    rs_mac_finish(&m, out);
    return bytes;
}

static void add_pseudo_header(rs_mac *m, const cf_ip *ip, uint32_t len)
{
    size_t n = address_bytes(ip);
    rs_mac_add(m, ip->src.b, n);
    rs_mac_add(m, ip->dst.b, n);
    if (n == 4) {
        add16(m, PROTO_TCP);
        add16(m, len);
        return;
    }
    add32(m, len);
    add32(m, PROTO_TCP);
}

/* The option in the bytes of the header; 0: there is none. */
static uint32_t find_option(const uint8_t *tcp, uint32_t len)
{
    for (uint32_t at = TCP_HEADER; at + 1 < len && tcp[at] != CF_KIND_EOL;) {
        if (tcp[at] == CF_KIND_AO && tcp[at + 1] >= HEAD && at + tcp[at + 1] <= len) return at;
        at += tcp[at] == CF_KIND_NOP ? 1 : tcp[at + 1] < 2 ? len : tcp[at + 1];
    }
    return 0;
}

/* How often the numbers have turned since the first one (RFC 5925 6.2); scripts are shorter than two turns. */
static uint32_t turns(const cf_tcp *t, const cf_ao_isns *isns)
{
    uint64_t whole = (uint64_t)isns->sender + (uint32_t)(t->seq - isns->sender);
    return (uint32_t)(whole >> 32);
}

bool cf_ao_begin(const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns, rs_mac *out)
{
    const cf_layer *ip = innermost(p, false), *tcp = innermost(p, true);
    if (!ip || !tcp) return false;
    uint8_t traffic[RS_MAC_BYTES_MAX];
    size_t len = connection_key(ip, &tcp->u.tcp, key, isns, traffic);
    rs_mac_init(out, key->mac, traffic, len);
    return true;
}

bool cf_ao_go_on(const rs_mac *begun, const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns,
                 uint8_t out[RS_MAC_BYTES_MAX])
{
    const cf_layer *ip = innermost(p, false), *tcp = innermost(p, true);
    if (!ip || !tcp || tcp->at + tcp->len > p->len || tcp->len > HEADER_MOST) return false;
    uint8_t header[HEADER_MOST];
    uint32_t at = find_option(p->bytes + tcp->at, tcp->len);
    if (!at) return false;
    memcpy(header, p->bytes + tcp->at, tcp->len);
    cf_set16(header + CHECKSUM_AT, 0);
    uint32_t option = header[at + 1];
    memset(header + at + HEAD, 0, option - HEAD);
    rs_mac m = *begun;
    add32(&m, turns(&tcp->u.tcp, isns));
    add_pseudo_header(&m, &ip->u.ip, tcp->len + p->text_len);
    rs_mac_add(&m, header, key->skips_options ? TCP_HEADER : tcp->len);
    if (key->skips_options) rs_mac_add(&m, header + at, option);
    rs_mac_add(&m, p->text, p->text_len);
    rs_mac_finish(&m, out);
    return true;
}

bool cf_ao_code(const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns, uint8_t out[RS_MAC_BYTES_MAX])
{
    rs_mac begun;
    return cf_ao_begin(p, key, isns, &begun) && cf_ao_go_on(&begun, p, key, isns, out);
}
