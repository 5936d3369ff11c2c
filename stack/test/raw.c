/* see raw.h */
#include "raw.h"

static raw r;
static uint8_t last[2000];
static size_t last_len;

raw *raw_host(rs_config cfg, rs_family family)
{
    world *w = world_of(cfg, family);
    r = (raw){.w = w, .st = w->client.st, .family = family};
    last_len = 0;
    return &r;
}

rs_endpoint raw_peer(uint16_t p)
{
    return at(r.w, &r.w->server, p);
}

rs_endpoint raw_here(uint16_t h)
{
    return at(r.w, &r.w->client, h);
}

rs_seg raw_seg(uint16_t from, uint16_t to, uint16_t flags, uint32_t seq, uint32_t ack)
{
    return (rs_seg){.src = raw_peer(from),
                    .dst = raw_here(to),
                    .flags = flags,
                    .seq = {seq},
                    .ack = {ack},
                    .wnd = 30000,
                    .ttl = 64};
}

void raw_in(const rs_seg *seg)
{
    size_t len = rs_packet_build(r.pkt, sizeof r.pkt, seg, &(rs_packet_how){.ip_id = 7});
    CHECK(len > 0);
    raw_bytes(r.pkt, len);
}

void raw_bytes(const void *pkt, size_t len)
{
    rs_stack_input(r.st, r.now, (rs_bytes){pkt, len});
    CHECK_SOUND(rs_stack_broken(r.st));
}

bool raw_out_bytes(rs_bytes *out)
{
    if (!rs_stack_output(r.st, r.now, out)) return false;
    memcpy(last, out->data, last_len = out->len);
    *out = (rs_bytes){last, last_len};
    return true;
}

bool raw_out(rs_seg *out)
{
    rs_bytes pkt;
    rs_seg seg;
    if (!raw_out_bytes(&pkt)) return false;
    CHECK_EQ(rs_packet_parse(pkt, &seg), RS_WIRE_OK);
    if (out) *out = seg;
    return true;
}

void raw_silent(void)
{
    rs_bytes pkt;
    CHECK(!rs_stack_output(r.st, r.now, &pkt));
}

void raw_icmp(rs_icmp_kind kind, uint8_t code, uint32_t mtu)
{
    bool v4 = r.family == RS_IPV4;
    rs_icmp_msg m = {
        .family = r.family, .kind = kind, .code = code, .mtu = mtu, .data = {last, last_len < 100 ? last_len : 100}};
    rs_ip ip = {
        .src = raw_peer(0).addr, .dst = raw_here(0).addr, .ttl = 64, .proto = v4 ? RS_PROTO_ICMP : RS_PROTO_ICMP6};
    size_t head = rs_ip_len((uint8_t)r.family),
           len = rs_icmp_build(r.pkt + head, sizeof r.pkt - head, &m, &ip.src, &ip.dst);
    CHECK(len > 0);
    ip.payload.len = len;
    rs_ip_build(r.pkt, &ip);
    raw_bytes(r.pkt, head + len);
}

uint64_t raw_drops(const char *reason)
{
    rs_counters c;
    rs_stack_counters(r.st, &c);
    for (unsigned i = 0; i < rs_drop_reasons(); i++)
        if (strcmp(rs_drop_name(i), reason) == 0) return c.drops[i];
    CHECK_FAIL("no drop reason %s", reason);
}
