#include "stray.h"

#include "../../conformance/packet/encode.h"
#include "segment.h"

#define BEYOND_EVERY_WINDOW 0x50000000u
#define LONG_AGO 0x20000000u
enum { SOME_BYTES = 100, SOME_WINDOW = 1000 };

static void send_icmp(fz_host *h, const fz_tuple *t)
{
    enum { UNREACHABLE = 3, PORT = 3, UNREACHABLE6 = 1, PORT6 = 4 };
    bool six = h->header->ipv6;
    if (t->alive)
        fz_send_icmp(h, t, six ? UNREACHABLE6 : UNREACHABLE, six ? PORT6 : PORT, t->last.snd_una - LONG_AGO, 0);
}

void fz_stray(fz_host *h, unsigned tuple, fz_stray_kind kind)
{
    fz_tuple t = h->tuple[tuple]; /* what this look shows is not for the program */
    if (!fz_look(h, &t)) t.last = (rs_probe){0};
    const rs_probe *p = &t.last;
    fz_segment s = {.flags = CF_RST, .seq = p->rcv_nxt + p->rcv_wnd + BEYOND_EVERY_WINDOW, .win = SOME_WINDOW};
    bool reset = kind == FZ_STRAY_RST_AHEAD || kind == FZ_STRAY_RST_BEHIND;
    if (kind == FZ_STRAY_RST_BEHIND) s.seq = p->rcv_nxt - LONG_AGO;
    if (!reset) {
        s.flags = kind == FZ_STRAY_BAD_FIN ? CF_ACK | CF_FIN : CF_ACK | CF_PSH;
        s.seq = p->rcv_nxt;
        s.ack = p->snd_max;
        s.len = SOME_BYTES;
        s.bad_sum = true;
    }
    h->stray = true;
    if (kind == FZ_STRAY_ICMP) send_icmp(h, &t);
    else fz_send(h, &t, &s);
    h->stray = false;
}
