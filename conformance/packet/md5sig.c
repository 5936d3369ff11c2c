#include "md5sig.h"

#include <string.h>

#include "../../stack/base/md5.h"

enum { TCP_HEADER = 20, CHECKSUM_AT = 16, PROTO_TCP = 6 };

static const cf_layer *innermost(const cf_packet *p, bool tcp)
{
    for (unsigned i = p->layers; i > 0; i--) {
        cf_layer_kind kind = p->layer[i - 1].kind;
        if (tcp ? kind == CF_L_TCP : kind == CF_L_IPV4 || kind == CF_L_IPV6) return &p->layer[i - 1];
    }
    return NULL;
}

static void put_number(uint8_t *out, uint32_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) out[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
}

/* IPv4: addresses, zero, protocol, length of 16 bits; IPv6: addresses, length of 32 bits, zeros, protocol. */
static size_t pseudo_header(const cf_ip *ip, uint32_t len, uint8_t out[40])
{
    size_t n = ip->src.family == 4 ? 4 : 16;
    memcpy(out, ip->src.b, n);
    memcpy(out + n, ip->dst.b, n);
    put_number(out + 2 * n, n == 4 ? PROTO_TCP : len, n == 4 ? 2 : 4);
    put_number(out + 2 * n + (n == 4 ? 2 : 4), n == 4 ? len : PROTO_TCP, n == 4 ? 2 : 4);
    return n == 4 ? 12 : 40;
}

bool cf_md5_digest(const cf_packet *p, const char *secret, uint8_t out[CF_MD5_BYTES])
{
    const cf_layer *ip = innermost(p, false), *tcp = innermost(p, true);
    if (!ip || !tcp || tcp->at + TCP_HEADER > p->len) return false;
    uint8_t pseudo[40], header[TCP_HEADER];
    rs_md5 m;
    memcpy(header, p->bytes + tcp->at, sizeof header);
    header[CHECKSUM_AT] = header[CHECKSUM_AT + 1] = 0;
    rs_md5_init(&m);
    rs_md5_add(&m, pseudo, pseudo_header(&ip->u.ip, tcp->len + p->text_len, pseudo));
    rs_md5_add(&m, header, sizeof header);
    rs_md5_add(&m, p->text, p->text_len);
    rs_md5_add(&m, secret, strlen(secret));
    rs_md5_finish(&m, out);
    return true;
}
