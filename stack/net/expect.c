/* A train of packets has come: all memory that it needs is asked for at once, in steps that run along the whole train.
 * Each connection lies somewhere else, so that one segment alone waits for memory four times in a row: for the bucket
 * of its hash, for the place of the connection, for its TCB, for its deadline. Here the waits overlap. Nothing changes
 * that can be seen. */
#include "../base/bytes.h"
#include "../wire/packet.h"
#include "net.h"

/* With so few connections they are in the caches anyway. */
enum { FEW = 512 };

static bool ends_of(rs_bytes pkt, rs_endpoint *local, rs_endpoint *remote)
{
    enum { PORTS = 4 };
    rs_ip ip;
    if (rs_ip_parse(pkt, &ip) != RS_WIRE_OK || ip.proto != RS_PROTO_TCP || ip.payload.len < PORTS) return false;
    *remote = (rs_endpoint){ip.src, rs_load16(ip.payload.data)};
    *local = (rs_endpoint){ip.dst, rs_load16(ip.payload.data + 2)};
    return true;
}

void rs_net_expect(const rs_net *n, const rs_bytes *pkts, uint32_t count)
{
    uint32_t hash[RS_NET_TRAIN], conn[RS_NET_TRAIN], conns = 0, hashes = 0;
    rs_check(count <= RS_NET_TRAIN);
    if (count < 2 || n->conns.tcbs.numbers.live < FEW) return;
    for (uint32_t i = 0; i < count; i++) {
        rs_endpoint local, remote;
        if (ends_of(pkts[i], &local, &remote)) hash[hashes++] = rs_conns_expect(&n->conns, &local, &remote);
    }
    for (uint32_t i = 0; i < hashes; i++) {
        uint32_t id = rs_conns_guess(&n->conns, hash[i]);
        if (id == RS_NIL) continue;
        rs_heap_expect(&n->deadlines, id);
        conn[conns++] = id;
    }
    for (uint32_t i = 0; i < conns; i++) {
        rs_tcbs_expect(&n->conns.tcbs, conn[i]);
        rs_heap_expect_item(&n->deadlines, conn[i]);
    }
}
