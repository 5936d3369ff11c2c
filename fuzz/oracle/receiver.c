#include "receiver.h"

#include "../../conformance/packet/encode.h"
#include "../prog/fail.h"

enum { LEAST_HEADERS = 40 };

void fz_receiver_begins(fz_receiver *r)
{
    *r = (fz_receiver){
        .linux_preset = r->linux_preset, .clamped = r->clamped, .unheard = r->unheard, .syn_text = r->syn_text};
}

void fz_receiver_arrives(fz_receiver *r, const rs_probe *before)
{
    r->have_before = before != NULL;
    if (before) r->before = *before;
}

static bool takes_text(const fz_receiver *r, const rs_probe *now)
{
    bool open = now->state == RS_ESTABLISHED || now->state == RS_FIN_WAIT_1 || now->state == RS_FIN_WAIT_2;
    return open && !now->orphan && !r->clamped && !r->unheard && !r->linux_preset;
}

/* RFC 9293 3.8.6.2.2: a closed window is opened when a segment, or half of the buffer, is free. */
static void closed(const fz_receiver *r, const rs_probe *now)
{
    uint32_t buf = now->rcvbuf < r->full_wnd ? now->rcvbuf : r->full_wnd;
    bool roomy = now->adv_mss && buf >= 4u * now->adv_mss, most_free = now->rcvq_bytes <= buf / 4;
    if (takes_text(r, now) && now->rcv_wnd == 0 && roomy && most_free && now->ooo_bytes == 0)
        fz_fail("O37 silly window", "%u bytes of %u wait to be read, and the window stays closed", now->rcvq_bytes,
                buf);
}

void fz_receiver_sent(fz_receiver *r, const cf_tcp *t)
{
    if ((t->flags & CF_ACK) && !(t->flags & (CF_SYN | CF_RST))) r->told = true;
}

/* A window that is told while nothing waits lags by what is too little to be told (RFC 9293 3.8.6.2.2), here by two
 * segments at most. */
static void room(fz_receiver *r, const rs_probe *now)
{
    bool empty = takes_text(r, now) && !now->rcvq_bytes && !now->ooo_bytes;
    bool sure = empty && r->empty && r->told && now->rcv_nxt == r->nxt;
    r->empty = empty;
    r->told = false;
    r->nxt = now->rcv_nxt;
    if (!empty) return;
    uint32_t mss = now->rcv_mss > now->adv_mss ? now->rcv_mss : now->adv_mss;
    uint64_t lag = 2ull * mss + (1ull << now->rcv_wscale);
    if (r->buf != now->rcvbuf) r->full_wnd = 0;
    r->buf = now->rcvbuf;
    if (sure && now->rcv_wnd + lag < r->full_wnd)
        fz_fail("O10 window", "nothing waits to be read, and the window is %u; it was %u", now->rcv_wnd, r->full_wnd);
    if (now->rcv_wnd > r->full_wnd) r->full_wnd = now->rcv_wnd;
}

/* What is offered fits into the buffer beside what waits to be read (RFC 9293 3.8.6.2.2). The edge is rounded up to
 * what the field can say and is not taken back: small segments push it on, but not without an end. What came with the
 * SYN, before there was a window, may be kept (3.10.7.2) and need not count. */
static void offer(const fz_receiver *r, const rs_probe *now)
{
    uint32_t offered = now->rcv_adv - now->rcv_nxt;
    uint64_t most = now->rcvbuf + now->rcvbuf / 8 + (1ull << now->rcv_wscale) + r->syn_text;
    if (takes_text(r, now) && (uint64_t)offered + now->rcvq_bytes > most)
        fz_fail("O29 offer", "%u bytes are offered beside %u that wait, in a buffer of %u", offered, now->rcvq_bytes,
                now->rcvbuf);
}

/* Memory is counted where the preset says so; a buffer that is nearly full may be packed anew. */
static void charge(const fz_receiver *r, const rs_probe *was, const rs_probe *now)
{
    bool kept = now->ooo_bytes > was->ooo_bytes && now->rcvq_bytes == was->rcvq_bytes;
    if (!r->linux_preset || !kept || was->rcv_mem > now->rcvbuf / 2) return;
    uint32_t gained = now->ooo_bytes - was->ooo_bytes;
    if (now->rcv_mem < was->rcv_mem + gained + LEAST_HEADERS)
        fz_fail("O55 memory", "a segment with %u bytes beyond a gap is charged %lld", gained,
                (long long)now->rcv_mem - (long long)was->rcv_mem);
}

void fz_receiver_look(fz_receiver *r, const rs_probe *now, bool answered)
{
    bool same = answered && now && r->have_before && now->conn == r->before.conn;
    if (same) charge(r, &r->before, now);
    if (now) closed(r, now);
    if (now) room(r, now);
    if (now) offer(r, now);
    if (answered) r->have_before = false;
}
