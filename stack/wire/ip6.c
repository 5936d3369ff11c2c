#include "ip6.h"

#include "../base/bytes.h"
#include "../base/check.h"

enum { NEXT_HOP_BY_HOP = 0, NEXT_ROUTING = 43, NEXT_FRAGMENT = 44, NEXT_DESTINATION = 60 };
enum { OPTION_PAD1 = 0, OPTION_ACTION = 0xc0 };

/* The walk along the chain of headers. */
typedef struct walk {
    rs_reader at;
    uint8_t next; /* kind of the header at `at` */
    bool quote;   /* first fragments will do */
} walk;

/* Reads the two bytes that start all extension headers but the fragment header, and cuts out their body. */
static rs_wire take_body(walk *w, rs_reader *body)
{
    w->next = rs_get8(&w->at);
    size_t len = (size_t)rs_get8(&w->at) * 8 + 6;
    const uint8_t *b = rs_get_bytes(&w->at, len);
    if (!b) return RS_WIRE_BAD_IP6_EXTENSION;
    *body = rs_reader_of(b, len);
    return RS_WIRE_OK;
}

/* Options: none is implemented, so each is skipped or refuses the packet, as its number asks (RFC 8200 4.2). */
static rs_wire walk_options(walk *w)
{
    rs_reader body;
    rs_wire bad = take_body(w, &body);
    if (bad) return bad;
    while (rs_get_left(&body) > 0) {
        uint8_t kind = rs_get8(&body);
        if (kind == OPTION_PAD1) continue;
        rs_get_bytes(&body, rs_get8(&body));
        if (body.bad) return RS_WIRE_BAD_IP6_EXTENSION;
        if (kind & OPTION_ACTION) return RS_WIRE_BAD_IP6_OPTION;
    }
    return RS_WIRE_OK;
}

static rs_wire walk_routing(walk *w)
{
    rs_reader body;
    rs_wire bad = take_body(w, &body);
    if (bad) return bad;
    rs_get8(&body); /* the type does not matter when no segments are left */
    return rs_get8(&body) ? RS_WIRE_IP6_SOURCE_ROUTED : RS_WIRE_OK;
}

static rs_wire walk_fragment(walk *w)
{
    w->next = rs_get8(&w->at);
    rs_get8(&w->at);
    uint16_t field = rs_get16(&w->at);
    rs_get32(&w->at);
    if (w->at.bad) return RS_WIRE_BAD_IP6_EXTENSION;
    bool more = field & 1, offset = field >> 3;
    return offset || (more && !w->quote) ? RS_WIRE_FRAGMENT : RS_WIRE_OK;
}

/* Steps over the n-th header; *done when it is none that is walked over. */
static rs_wire walk_header(walk *w, int n, bool *done)
{
    switch (w->next) {
    case NEXT_HOP_BY_HOP: return n == 0 ? walk_options(w) : RS_WIRE_BAD_IP6_EXTENSION;
    case NEXT_DESTINATION: return walk_options(w);
    case NEXT_ROUTING: return walk_routing(w);
    case NEXT_FRAGMENT: return walk_fragment(w);
    default: *done = true; return RS_WIRE_OK;
    }
}

static rs_wire walk_headers(walk *w)
{
    bool done = false;
    for (int n = 0; n <= RS_IP6_EXTENSIONS_MAX; n++) {
        rs_wire bad = walk_header(w, n, &done);
        if (bad || done) return bad;
    }
    return RS_WIRE_IP6_TOO_MANY_HEADERS;
}

static rs_addr load_addr(const uint8_t *b)
{
    rs_addr a = {.family = RS_IPV6};
    memcpy(a.bytes, b, 16);
    return a;
}

static rs_wire check_header(rs_bytes pkt)
{
    if (pkt.len < RS_IP6_BYTES) return RS_WIRE_TOO_SHORT;
    return pkt.data[0] >> 4 != RS_IPV6 ? RS_WIRE_BAD_VERSION : RS_WIRE_OK;
}

/* The fixed header is there; `rest` bytes follow it. */
static rs_wire take_packet(const uint8_t *b, size_t rest, bool quote, rs_ip *out)
{
    walk w = {.at = rs_reader_of(b + RS_IP6_BYTES, rest), .next = b[6], .quote = quote};
    rs_wire bad = walk_headers(&w);
    if (bad) return bad;
    uint32_t first = rs_load32(b);
    *out = (rs_ip){
        .src = load_addr(b + 8),
        .dst = load_addr(b + 24),
        .proto = w.next,
        .ttl = b[7],
        .tos = (uint8_t)(first >> 20),
        .flow = first & 0xfffff,
        .payload = {w.at.at, rs_get_left(&w.at)},
    };
    return RS_WIRE_OK;
}

rs_wire rs_ip6_parse(rs_bytes pkt, rs_ip *out)
{
    rs_wire bad = check_header(pkt);
    if (bad) return bad;
    size_t rest = rs_load16(pkt.data + 4);
    if (rest > pkt.len - RS_IP6_BYTES) return RS_WIRE_BAD_IP_LENGTH;
    return take_packet(pkt.data, rest, false, out);
}

rs_wire rs_ip6_parse_quote(rs_bytes quote, rs_ip *out)
{
    rs_wire bad = check_header(quote);
    return bad ? bad : take_packet(quote.data, quote.len - RS_IP6_BYTES, true, out);
}

void rs_ip6_build(uint8_t *out, const rs_ip *ip)
{
    rs_check(ip->payload.len <= UINT16_MAX);
    rs_store32(out, (uint32_t)RS_IPV6 << 28 | (uint32_t)ip->tos << 20 | (ip->flow & 0xfffff));
    rs_store16(out + 4, (uint16_t)ip->payload.len);
    out[6] = ip->proto;
    out[7] = ip->ttl;
    memcpy(out + 8, ip->src.bytes, 16);
    memcpy(out + 24, ip->dst.bytes, 16);
}
