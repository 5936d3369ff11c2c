#include "classes.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* A distance in units of the connection. */
static uint32_t distance_of(uint8_t class, uint8_t raw, uint32_t mss, uint32_t wnd)
{
    const uint32_t table[] = {
        0,           0,           0,           1,       (uint32_t)-1, 2,          (uint32_t)-2,    mss,
        0 - mss,     wnd,         0 - wnd,     wnd - 1, 1 - wnd,      wnd + 1,    0x10000,         0 - 0x10000u,
        0x7fffffffu, 0x80000000u, 0x80000001u, raw,     0u - raw,     raw * 257u, 0u - raw * 257u, (uint32_t)raw << 24,
        mss / 2,     2 * mss,     3 * mss,
    };
    return table[class % COUNT(table)];
}

static uint32_t mss_of(const fz_tuple *t)
{
    return t->last.snd_mss ? t->last.snd_mss : 536;
}

static void begin_behind(rs_probe *p, uint32_t syn)
{
    p->irs = syn;
    p->rcv_nxt = p->rcv_adv = p->last_ack_sent = p->rcv_up = p->snd_wl1 = syn + 1;
}

uint32_t fz_seq(const fz_tuple *t, uint8_t anchor, uint8_t distance, uint8_t raw)
{
    rs_probe here = t->last, *p = &here;
    /* A host that keeps nothing of a SYN (RFC 4987 3.6) has no numbers to look at: those of the peer itself. */
    if (!t->alive && t->peer_began && p->state == RS_CLOSED) begin_behind(p, t->peer_syn);
    const uint32_t anchors[] = {p->rcv_nxt, p->rcv_nxt,
                                p->rcv_nxt, p->irs,
                                p->irs + 1, p->rcv_nxt + p->rcv_wnd,
                                p->rcv_adv, p->last_ack_sent,
                                p->rcv_up,  p->rcv_nxt + mss_of(t),
                                p->snd_wl1, p->rcv_nxt + 2 * mss_of(t)};
    return anchors[anchor % COUNT(anchors)] + distance_of(distance, raw, mss_of(t), p->rcv_wnd);
}

uint32_t fz_ack(const fz_tuple *t, uint8_t anchor, uint8_t distance, uint8_t raw)
{
    const rs_probe *p = &t->last;
    uint32_t end = t->syn_seen ? cf_roll(t->end) : p->snd_nxt;
    const uint32_t anchors[] = {end,        end,
                                p->snd_una, p->snd_una,
                                p->snd_nxt, p->iss,
                                p->iss + 1, p->snd_una - p->max_snd_wnd,
                                p->snd_up,  p->snd_una + mss_of(t),
                                p->snd_wl2, p->snd_max};
    return anchors[anchor % COUNT(anchors)] + distance_of(distance, raw, mss_of(t), p->snd_wnd);
}

uint16_t fz_window(const fz_tuple *t, uint8_t class, uint8_t raw)
{
    uint32_t mss = mss_of(t);
    const uint32_t table[] = {20000, 20000,   20000,   65535,       0,   1,          mss - 1,
                              mss,   mss + 1, 2 * mss, 2 * mss - 1, raw, raw * 257u, 32768};
    return (uint16_t)(table[class % COUNT(table)] >> (class & 0x80 ? t->last.snd_wscale & 15 : 0));
}

uint32_t fz_length(const fz_tuple *t, uint8_t class, uint8_t raw)
{
    uint32_t mss = mss_of(t), wnd = t->last.rcv_wnd;
    const uint32_t table[] = {0, 0, 0, 0, 1, 2, mss - 1, mss, mss + 1, wnd, wnd + 1, raw, raw * 16u, 1000, 1460, 3000};
    return table[class % COUNT(table)];
}

uint32_t fz_io_length(const fz_tuple *t, uint8_t class, uint8_t raw)
{
    uint32_t mss = mss_of(t);
    const uint32_t table[] = {1, 1000, mss, mss - 1, mss + 1, 2 * mss, 10 * mss, FZ_IO_MAX, 0, raw, raw * 16u, 2};
    uint32_t len = table[class % COUNT(table)];
    return len < FZ_IO_MAX ? len : FZ_IO_MAX;
}

int64_t fz_duration(uint8_t class, uint8_t raw)
{
    static const int64_t ms = 1000, s = 1000000;
    const int64_t table[] = {0,        0,        0,        1,        ms,        10 * ms,        40 * ms,
                             200 * ms, 500 * ms, s,        3 * s,    10 * s,    60 * s,         120 * s,
                             240 * s,  900 * s,  7200 * s, 7275 * s, 86400 * s, 25 * 86400 * s, raw,
                             raw * ms, raw * s};
    return table[class % COUNT(table)];
}
