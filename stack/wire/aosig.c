#include "aosig.h"

#include <string.h>

#include "../base/bytes.h"
#include "../base/wipe.h"
#include "checksum.h"
#include "tcp_hdr.h"
#include "wire.h"

enum { HEADER_MAX = 60, AO_HEAD_BYTES = 4 };

static void add_address(rs_mac *m, const rs_addr *a)
{
    rs_mac_add(m, a->bytes, a->family == RS_IPV4 ? 4 : 16);
}

size_t rs_ao_traffic_key(const rs_ao_key *k, const rs_endpoint *src, const rs_endpoint *dst, const rs_ao_place *at,
                         uint8_t out[RS_MAC_BYTES_MAX])
{
    static const uint8_t label[] = {1, 'T', 'C', 'P', '-', 'A', 'O'}; /* the counter, which is one, in front */
    uint8_t tail[14];
    size_t len = rs_mac_len(k->mac);
    rs_mac m;
    rs_mac_init(&m, k->mac, k->secret.data, k->secret.len);
    rs_mac_add(&m, label, sizeof label);
    add_address(&m, &src->addr);
    add_address(&m, &dst->addr);
    rs_store16(tail, src->port);
    rs_store16(tail + 2, dst->port);
    rs_store32(tail + 4, at->src_isn);
    rs_store32(tail + 8, at->dst_isn);
    rs_store16(tail + 12, (uint16_t)(8 * len));
    rs_mac_add(&m, tail, sizeof tail);
    rs_mac_finish(&m, out);
    return len;
}

/* The header as the code sees it: without the code, and without other options if the key says so. */
static size_t covered(const rs_ao_key *k, const rs_ao_bytes *b, uint8_t out[HEADER_MAX])
{
    size_t ao = RS_TCP_BYTES + (size_t)b->ao_at, mac = k->mac_len;
    memcpy(out, b->tcp, b->hlen);
    rs_store16(out + RS_TCP_CHECKSUM_AT, 0);
    memset(out + ao + AO_HEAD_BYTES, 0, mac);
    if (!k->skips_options) return b->hlen;
    memmove(out + RS_TCP_BYTES, out + ao, AO_HEAD_BYTES + mac);
    return RS_TCP_BYTES + AO_HEAD_BYTES + mac;
}

void rs_ao_mac(const rs_ao_key *k, const rs_ao_place *at, const rs_ao_bytes *b, uint8_t out[RS_MAC_BYTES_MAX])
{
    uint8_t traffic[RS_MAC_BYTES_MAX], pseudo[RS_PSEUDO_BYTES], header[HEADER_MAX], sne[4];
    size_t key_len = rs_ao_traffic_key(k, b->src, b->dst, at, traffic);
    rs_mac m;
    rs_store32(sne, at->sne);
    rs_mac_init(&m, k->mac, traffic, key_len);
    rs_wipe(traffic, sizeof traffic);
    rs_mac_add(&m, sne, sizeof sne);
    rs_mac_add(&m, pseudo, rs_pseudo_header(pseudo, &b->src->addr, &b->dst->addr, b->hlen + b->text_len));
    rs_mac_add(&m, header, covered(k, b, header));
    rs_mac_add(&m, b->text, b->text_len);
    rs_mac_finish(&m, out);
}

bool rs_ao_verify(const rs_seg *seg, const rs_ao_key *k, const rs_ao_place *at)
{
    uint8_t mac[RS_MAC_BYTES_MAX], wrong = 0;
    rs_ao_bytes b = {.src = &seg->src,
                     .dst = &seg->dst,
                     .tcp = seg->head.data,
                     .text = seg->text.data,
                     .hlen = seg->head.len,
                     .text_len = seg->text.len,
                     .ao_at = seg->opts.ao_at};
    if (!seg->opts.has_ao || !seg->head.len || seg->opts.ao_mac_len != k->mac_len) return false;
    rs_ao_mac(k, at, &b, mac);
    const uint8_t *carried = seg->head.data + RS_TCP_BYTES + seg->opts.ao_at + AO_HEAD_BYTES;
    for (unsigned i = 0; i < k->mac_len; i++) wrong |= mac[i] ^ carried[i];
    return !wrong;
}
