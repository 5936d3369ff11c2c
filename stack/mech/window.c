#include "window.h"

/* OVERDRAFT_PART: rounding may promise up to 1/8 of the space beyond it. */
enum { FIELD_MAX = 65535, GROWTH_LEAST_SEGMENT = 128, OVERDRAFT_PART = 8 };

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t most(uint32_t a, uint32_t b)
{
    return a < b ? b : a;
}

/* Up to a multiple of a power of two; down. */
static uint32_t align_up(uint32_t n, uint32_t unit)
{
    return (n + unit - 1) & ~(unit - 1);
}

static uint32_t align_down(uint32_t n, uint32_t unit)
{
    return n & ~(unit - 1);
}

uint32_t rs_rcvwnd_space(const rs_rcvwnd *w)
{
    return (uint32_t)((uint64_t)w->buf * w->share256 >> 8);
}

/* --- choosing at the start */

/* The smallest shift that can express `space` (RFC), or the one that leaves its highest bit in bit 15 (Linux). */
static uint8_t scale_for(uint64_t space, bool linux_form)
{
    uint8_t scale = 0;
    uint64_t reach = linux_form ? (1u << 16) - 1 : FIELD_MAX;
    while (scale < RS_WSCALE_MAX && (space >> scale) > reach) scale++;
    if (linux_form) return scale;
    while (scale < RS_WSCALE_MAX && ((uint64_t)FIELD_MAX << scale) < space) scale++;
    return scale;
}

void rs_rcvwnd_set_first(rs_rcvwnd *w, uint32_t mss)
{
    uint32_t space = least(rs_rcvwnd_space(w), w->clamp);
    if (w->linux_form && mss > 0 && space > mss) space -= space % mss;
    w->wnd = least(space, FIELD_MAX);
    w->ssthresh = w->wnd;
}

void rs_rcvwnd_init(rs_rcvwnd *w, const rs_rcvwnd_conf *c)
{
    *w = (rs_rcvwnd){.buf = c->buf, .share256 = c->share256, .linux_form = c->linux_form, .user_clamp = c->user_clamp};
    w->clamp = c->user_clamp ? c->user_clamp : (uint32_t)FIELD_MAX << RS_WSCALE_MAX;
    rs_rcvwnd_set_first(w, c->mss);
    uint64_t largest = rs_rcvwnd_space(w) > c->largest_buf ? rs_rcvwnd_space(w) : c->largest_buf;
    if (largest > w->clamp) largest = w->clamp;
    if (c->want_scale) w->wscale_offer = scale_for(largest, c->linux_form);
    w->clamp = least(w->clamp, (uint32_t)FIELD_MAX << w->wscale_offer);
}

void rs_rcvwnd_scale(rs_rcvwnd *w, bool agreed)
{
    w->wscale = agreed ? w->wscale_offer : 0;
    w->agreed = true;
    w->clamp = least(w->clamp, (uint32_t)FIELD_MAX << w->wscale);
}

void rs_rcvwnd_established(rs_rcvwnd *w, uint32_t adv_mss)
{
    if (!w->linux_form) return;
    uint32_t space = rs_rcvwnd_space(w);
    w->clamp = least(w->clamp, space);
    if (w->clamp > 2 * adv_mss && w->clamp + adv_mss > space) w->clamp = most(2 * adv_mss, space - adv_mss);
    w->ssthresh = least(w->ssthresh, w->clamp);
}

void rs_rcvwnd_resize(rs_rcvwnd *w, const rs_rcvwnd_size *s)
{
    if (s->buf == w->buf && s->user_clamp == w->user_clamp) return;
    w->buf = s->buf;
    w->user_clamp = s->user_clamp;
    uint8_t shift = w->agreed ? w->wscale : w->wscale_offer;
    w->clamp = least(s->user_clamp ? s->user_clamp : UINT32_MAX, (uint32_t)FIELD_MAX << shift);
    if (!w->linux_form) return;
    w->clamp = least(w->clamp, rs_rcvwnd_space(w));
    w->ssthresh = least(w->ssthresh, w->clamp);
}

static uint32_t free_space(const rs_rcvwnd *w, uint32_t held)
{
    uint32_t space = rs_rcvwnd_space(w);
    return space > held ? space - held : 0;
}

bool rs_rcvwnd_grow(rs_rcvwnd *w, const rs_rcvwnd_seg *s)
{
    if (!w->linux_form || s->len < GROWTH_LEAST_SEGMENT) return false;
    uint32_t limit = least(w->clamp, free_space(w, s->held));
    if (limit <= w->ssthresh) return false;
    w->ssthresh += least(limit - w->ssthresh, 2 * most(s->adv_mss, s->len));
    return true;
}

/* --- offering */

/* The step that makes a larger window worth telling (MUST-39: Fr = 1/2). */
static uint32_t worth_telling(const rs_rcvwnd *w, uint32_t mss)
{
    return least(least(rs_rcvwnd_space(w), w->clamp) / 2, mss);
}

static uint32_t look_rfc(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    uint32_t unit = 1u << w->wscale, left = rs_rcvwnd_left(w, n->nxt);
    uint32_t space = least(rs_rcvwnd_space(w), w->clamp), room = space > n->held ? space - n->held : 0;
    room = align_down(room, unit);
    if (room > left && room - left >= worth_telling(w, n->mss)) return room;
    /* The old edge, rounded up to what the field can say. Each rounding up pushes the edge on a little, and small
     * segments could so promise far more than there is. Beyond the overdraft it is rounded down instead, by the shift
     * in rs_rcvwnd_offer: the peer then sees less than one unit taken back, as RFC 7323 2.4 describes. */
    uint32_t up = align_up(left, unit);
    return (uint64_t)n->held + up <= (uint64_t)space + space / OVERDRAFT_PART ? up : left;
}

/* Below half the space nothing is offered unless it is a segment and 1/16 of the space. */
static uint32_t linux_free(const rs_rcvwnd *w, const rs_rcvwnd_now *n, uint32_t mss)
{
    uint32_t allowed = rs_rcvwnd_space(w), full = least(w->clamp, allowed);
    uint32_t room = free_space(w, n->held);
    if (room >= full / 2) return least(room, w->ssthresh);
    room = align_down(room, 1u << w->wscale);
    if (room < allowed / 16 || room < mss) return 0;
    return least(room, w->ssthresh);
}

static uint32_t look_linux(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    uint32_t unit = 1u << w->wscale, left = rs_rcvwnd_left(w, n->nxt);
    uint32_t full = least(w->clamp, rs_rcvwnd_space(w));
    uint32_t mss = least(n->mss, full), room = mss ? linux_free(w, n, mss) : 0, wnd = w->wnd;
    if (room == 0) wnd = 0;
    else if (w->wscale) wnd = align_up(room, unit);
    else if (wnd + mss <= room || wnd > room) wnd = room - room % mss;
    else if (mss == full && room > wnd + full / 2) wnd = room;
    return wnd < left ? align_up(left, unit) : wnd;
}

uint32_t rs_rcvwnd_look(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    uint32_t wnd = w->linux_form ? look_linux(w, n) : look_rfc(w, n);
    return least(wnd, (uint32_t)FIELD_MAX << w->wscale);
}

uint16_t rs_rcvwnd_offer(rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    w->wnd = rs_rcvwnd_look(w, n);
    w->nxt = n->nxt;
    return (uint16_t)(w->wnd >> w->wscale);
}

uint16_t rs_rcvwnd_offer_syn(rs_rcvwnd *w, rs_seq nxt)
{
    rs_rcvwnd_anchor(w, nxt);
    return (uint16_t)least(w->wnd, FIELD_MAX);
}

void rs_rcvwnd_anchor(rs_rcvwnd *w, rs_seq nxt)
{
    w->nxt = nxt;
}

bool rs_rcvwnd_update_due(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    uint32_t left = rs_rcvwnd_left(w, n->nxt);
    if (!w->linux_form) {
        uint32_t step = worth_telling(w, n->mss), wnd = rs_rcvwnd_look(w, n);
        return wnd > left && wnd - left >= step;
    }
    if (left > w->clamp / 2) return false;
    uint32_t wnd = rs_rcvwnd_look(w, n);
    return wnd > 0 && wnd >= 2 * left;
}

const char *rs_rcvwnd_broken(const rs_rcvwnd *w)
{
    if (w->wscale > RS_WSCALE_MAX || w->wscale_offer > RS_WSCALE_MAX) return "W1: a shift above 14";
    if (w->wnd > (uint32_t)FIELD_MAX << w->wscale) return "W2: a window that the field cannot express";
    if (w->clamp > (uint32_t)FIELD_MAX << RS_WSCALE_MAX) return "W2: the clamp exceeds every window";
    return NULL;
}

/* --- sender */

rs_sws rs_sws_judge(const rs_sws_in *in)
{
    uint32_t could = least(in->usable, in->queued);
    if (could == 0) return RS_SWS_WAIT;
    if (could >= in->mss) return RS_SWS_FULL;
    if (in->pushed && in->nagle_ok && in->queued <= in->usable) return RS_SWS_ALL;
    if (in->nagle_ok && could >= in->max_snd_wnd - in->max_snd_wnd / 2) return RS_SWS_HALF_WND;
    return in->override ? RS_SWS_OVERRIDE : RS_SWS_WAIT;
}
