/* link.c — the table of link types, and the walk through what stands between a link header and IP. */
#include "link.h"

#include <pcap/dlt.h>

#include "../packet/bytes.h"

enum {
    ETHER_IPV4 = 0x0800,
    ETHER_IPV6 = 0x86DD,
    ETHER_VLAN = 0x8100,
    ETHER_QINQ = 0x88A8,
    ETHER_QINQ_OLD = 0x9100,
    ETHER_MPLS = 0x8847,
    ETHER_MPLS_MULTI = 0x8848,
    ETHER_PPPOE = 0x8864,
    ETHER_MIN = 0x600
};
enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057, TAGS_MAX = 16 };
enum { NFLOG_PAYLOAD = 9 };

/* What the bytes at a place are. */
typedef enum {
    N_ETHER,
    N_IP,
    N_FAMILY,
    N_LLC,
    N_HDLC_PPP,
    N_FRAME_RELAY,
    N_WIFI,
    N_RADIOTAP,
    N_PFLOG,
    N_NFLOG,
    N_PPPOE
} next_kind;

typedef struct {
    const char *name;
    int dlt;
    uint8_t header, type_at;
    next_kind next;
} row;

/* header: bytes before what follows; type_at: where the 16- or 32-bit number is that says what follows. */
static const row rows[] = {
    {"EN10MB", DLT_EN10MB, 14, 12, N_ETHER},
    {"RAW", DLT_RAW, 0, 0, N_IP},
    {"LINUX_SLL", DLT_LINUX_SLL, 16, 14, N_ETHER},
    {"LINUX_SLL2", DLT_LINUX_SLL2, 20, 0, N_ETHER},
    {"NULL", DLT_NULL, 4, 0, N_FAMILY},
    {"LOOP", DLT_LOOP, 4, 0, N_FAMILY},
    {"IPV4", DLT_IPV4, 0, 0, N_IP},
    {"IPV6", DLT_IPV6, 0, 0, N_IP},
    {"PPP", DLT_PPP, 0, 0, N_HDLC_PPP},
    {"PPP_SERIAL", DLT_PPP_SERIAL, 0, 0, N_HDLC_PPP},
    {"PPP_ETHER", DLT_PPP_ETHER, 0, 0, N_PPPOE},
    {"C_HDLC", DLT_C_HDLC, 4, 2, N_ETHER},
    {"FRELAY", DLT_FRELAY, 0, 0, N_FRAME_RELAY},
    {"SLIP", DLT_SLIP, 16, 0, N_IP},
    {"FDDI", DLT_FDDI, 13, 0, N_LLC},
    {"IEEE802", DLT_IEEE802, 14, 0, N_LLC},
    {"ATM_RFC1483", DLT_ATM_RFC1483, 0, 0, N_LLC},
    {"IEEE802_11", DLT_IEEE802_11, 0, 0, N_WIFI},
    {"IEEE802_11_RADIO", DLT_IEEE802_11_RADIO, 0, 0, N_RADIOTAP},
    {"APPLE_IP_OVER_IEEE1394", DLT_APPLE_IP_OVER_IEEE1394, 18, 16, N_ETHER},
    {"ENC", DLT_ENC, 12, 0, N_FAMILY},
    {"PFLOG", DLT_PFLOG, 0, 0, N_PFLOG},
    {"NFLOG", DLT_NFLOG, 4, 0, N_NFLOG},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

typedef struct {
    const uint8_t *p;
    size_t len, at;
} walk;

static bool has(const walk *w, size_t n)
{
    return w->len - w->at >= n;
}

static cf_link_what found(const walk *w)
{
    if (!has(w, 1)) return CF_LINK_SHORT;
    int version = w->p[w->at] >> 4;
    return version == 4 || version == 6 ? CF_LINK_IP : CF_LINK_OTHER;
}

static cf_link_what ppp(walk *w)
{
    if (!has(w, 1)) return CF_LINK_SHORT;
    uint32_t proto = w->p[w->at];
    size_t n = proto & 1 ? 1 : 2; /* a compressed protocol field is one odd byte */
    if (!has(w, n)) return CF_LINK_SHORT;
    if (n == 2) proto = cf_get16(w->p + w->at);
    w->at += n;
    return proto == PPP_IPV4 || proto == PPP_IPV6 ? found(w) : CF_LINK_OTHER;
}

static cf_link_what pppoe(walk *w)
{
    if (!has(w, 6)) return CF_LINK_SHORT;
    w->at += 6;
    return ppp(w);
}

static cf_link_what mpls(walk *w)
{
    for (int i = 0; i < TAGS_MAX; i++) {
        if (!has(w, 4)) return CF_LINK_SHORT;
        bool bottom = w->p[w->at + 2] & 1;
        w->at += 4;
        if (bottom) return found(w);
    }
    return CF_LINK_OTHER;
}

/* IEEE 802.2 with SNAP; the only form in which IP travels over LLC. */
static cf_link_what llc(walk *w, uint32_t *type)
{
    if (!has(w, 8)) return CF_LINK_SHORT;
    const uint8_t *p = w->p + w->at;
    if (p[0] != 0xAA || p[1] != 0xAA || p[2] != 3) return CF_LINK_OTHER;
    *type = cf_get16(p + 6);
    w->at += 8;
    return CF_LINK_IP;
}

static cf_link_what ether(walk *w, uint32_t type)
{
    for (int i = 0; i < TAGS_MAX; i++) {
        switch (type) {
        case ETHER_IPV4:
        case ETHER_IPV6: return found(w);
        case ETHER_MPLS:
        case ETHER_MPLS_MULTI: return mpls(w);
        case ETHER_PPPOE: return pppoe(w);
        case ETHER_VLAN:
        case ETHER_QINQ:
        case ETHER_QINQ_OLD:
            if (!has(w, 4)) return CF_LINK_SHORT;
            type = cf_get16(w->p + w->at + 2);
            w->at += 4;
            break;
        default:
            if (type >= ETHER_MIN) return CF_LINK_OTHER;
            cf_link_what what = llc(w, &type);
            if (what != CF_LINK_IP) return what;
        }
    }
    return CF_LINK_OTHER;
}

static cf_link_what llc_then_ether(walk *w)
{
    uint32_t type;
    cf_link_what what = llc(w, &type);
    return what == CF_LINK_IP ? ether(w, type) : what;
}

/* Address families differ between systems: 2 is IPv4 everywhere, IPv6 has a number for each. NULL is in the byte order
 * of the machine that wrote it, LOOP in that of the network: the smaller reading is meant. */
static cf_link_what family(walk *w, const uint8_t *p)
{
    uint32_t big = cf_get32(p), little = (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
    uint32_t f = big < little ? big : little;
    return f == 2 || f == 10 || f == 24 || f == 28 || f == 30 ? found(w) : CF_LINK_OTHER;
}

static cf_link_what frame_relay(walk *w)
{
    while (has(w, 1) && !(w->p[w->at] & 1) && w->at < 4) w->at++;
    w->at++;
    if (w->at + 2 > w->len) return CF_LINK_SHORT;
    if (w->p[w->at] == 3) w->at++; /* unnumbered information */
    if (!has(w, 2)) return CF_LINK_SHORT;
    uint8_t nlpid = w->p[w->at++];
    return nlpid == 0xCC || nlpid == 0x8E ? found(w) : CF_LINK_OTHER;
}

static cf_link_what wifi(walk *w)
{
    if (!has(w, 24)) return CF_LINK_SHORT;
    const uint8_t *p = w->p + w->at;
    bool data = (p[0] & 0x0C) == 0x08, null = p[0] & 0x40, qos = p[0] & 0x80, hidden = p[1] & 0x40;
    bool four = (p[1] & 3) == 3, order = p[1] & 0x80;
    if (!data || null || hidden) return CF_LINK_OTHER;
    size_t n = 24u + (four ? 6 : 0) + (qos ? 2 : 0) + (qos && order ? 4 : 0);
    if (!has(w, n)) return CF_LINK_SHORT;
    w->at += n;
    return llc_then_ether(w);
}

static cf_link_what radiotap(walk *w)
{
    if (!has(w, 4)) return CF_LINK_SHORT;
    size_t n = (size_t)w->p[w->at + 2] | (size_t)w->p[w->at + 3] << 8;
    if (!has(w, n)) return CF_LINK_SHORT;
    w->at += n;
    return wifi(w);
}

static cf_link_what pflog(walk *w)
{
    if (!has(w, 1)) return CF_LINK_SHORT;
    size_t n = ((size_t)w->p[w->at] + 3) / 4 * 4;
    if (!has(w, n)) return CF_LINK_SHORT;
    w->at += n;
    return found(w);
}

/* Attributes of type, length (with its 4 bytes, little-endian), value, padded to 4. */
static cf_link_what nflog(walk *w)
{
    while (has(w, 4)) {
        const uint8_t *p = w->p + w->at;
        size_t len = (size_t)p[0] | (size_t)p[1] << 8, type = (size_t)p[2] | (size_t)p[3] << 8;
        if (len < 4) return CF_LINK_OTHER;
        if (type == NFLOG_PAYLOAD) {
            w->at += 4;
            return found(w);
        }
        len = (len + 3) / 4 * 4;
        if (!has(w, len)) return CF_LINK_SHORT;
        w->at += len;
    }
    return CF_LINK_OTHER;
}

static cf_link_what follow(walk *w, const row *r)
{
    const uint8_t *type = w->p + r->type_at;
    switch (r->next) {
    case N_ETHER: return ether(w, cf_get16(type));
    case N_IP: return found(w);
    case N_FAMILY: return family(w, type);
    case N_LLC: return llc_then_ether(w);
    case N_HDLC_PPP:
        if (has(w, 2) && w->p[0] == 0xFF && w->p[1] == 3) w->at += 2; /* address and control */
        return ppp(w);
    case N_FRAME_RELAY: return frame_relay(w);
    case N_WIFI: return wifi(w);
    case N_RADIOTAP: return radiotap(w);
    case N_PFLOG: return pflog(w);
    case N_NFLOG: return nflog(w);
    case N_PPPOE: return pppoe(w);
    }
    return CF_LINK_OTHER;
}

static const row *find(int dlt)
{
    for (int i = 0; i < ROWS; i++)
        if (rows[i].dlt == dlt) return &rows[i];
    return NULL;
}

bool cf_link_known(int dlt)
{
    return find(dlt) != NULL;
}

const char *cf_link_names(void)
{
    static char text[400];
    size_t n = 0;
    for (int i = 0; i < ROWS; i++) {
        for (const char *c = i ? ", " : ""; *c && n < sizeof text - 1; c++) text[n++] = *c;
        for (const char *c = rows[i].name; *c && n < sizeof text - 1; c++) text[n++] = *c;
    }
    text[n] = '\0';
    return text;
}

cf_link_what cf_link_strip(int dlt, const uint8_t *bytes, size_t len, size_t *at)
{
    const row *r = find(dlt);
    if (!r) return CF_LINK_OTHER;
    if (len < r->header) return CF_LINK_SHORT;
    walk w = {bytes, len, r->header};
    cf_link_what what = follow(&w, r);
    *at = w.at;
    return what;
}
