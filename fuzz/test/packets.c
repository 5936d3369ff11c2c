#include "packets.h"

enum { ROOM = 2000, KEPT = 4 };

uint8_t letter(uint64_t offset)
{
    return (uint8_t)('a' + offset % 26);
}

uint8_t peer_letter(uint32_t seq)
{
    return (uint8_t)('A' + seq % 26);
}

void letters(uint64_t offset, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) out[i] = letter(offset + i);
}

void peer_letters(uint64_t seq, uint8_t *out, size_t len)
{
    for (size_t i = 0; i < len; i++) out[i] = peer_letter((uint32_t)(seq + i));
}

const cf_packet *made(bool from_peer, const made_of *m)
{
    static uint8_t bytes[KEPT][ROOM];
    static cf_packet packets[KEPT];
    static unsigned turn;
    unsigned k = turn++ % KEPT;
    cf_build b = {.text = m->text, .text_len = m->text_len};
    cf_layer *ip = cf_build_add(&b, CF_L_IPV4);
    cf_addr host = {.b = {192, 168, 0, 1}, .family = 4}, peer = {.b = {192, 168, 0, 2}, .family = 4};
    ip->u.ip.src = from_peer ? peer : host;
    ip->u.ip.dst = from_peer ? host : peer;
    if (m->ttl) ip->u.ip.ttl = m->ttl;
    cf_layer *t = cf_build_add(&b, CF_L_TCP);
    t->u.tcp = (cf_tcp){.sport = from_peer ? PEER_PORT : HOST_PORT,
                        .dport = from_peer ? HOST_PORT : PEER_PORT,
                        .seq = m->seq,
                        .ack = m->ack,
                        .flags = m->flags,
                        .win = m->win,
                        .urp = m->urp,
                        .reserved = m->reserved,
                        .opt_bytes = m->opts,
                        .opt_len = m->opt_len,
                        .sum = 1};
    if (m->bad_sum) b.keep[1] = CF_KEEP_SUM;
    const char *why;
    size_t n = cf_encode(&b, bytes[k], ROOM, &why);
    cf_packet_decode(&packets[k], bytes[k], n);
    return &packets[k];
}
