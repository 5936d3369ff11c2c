#include "window.h"

/* OVERDRAFT_PART: rounding may promise up to 1/8 of the space beyond it. */
enum { FIELD_MAX = 65535, SIGNED_MAX = 32767, GROWTH_LEAST_SEGMENT = 128, OVERDRAFT_PART = 8, LEAST_CLAMP = 1152 };
#define CLAMP_MAX ((uint32_t)FIELD_MAX << RS_WSCALE_MAX)

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
    if (w->first_segs && mss) space = least(space, w->first_segs * mss);
    w->wnd = least(space, w->is_signed ? SIGNED_MAX : FIELD_MAX);
    w->ssthresh = w->wnd;
}

void rs_rcvwnd_init(rs_rcvwnd *w, const rs_rcvwnd_conf *c)
{
    *w = (rs_rcvwnd){.buf = c->buf,
                     .share256 = c->share256,
                     .linux_form = c->linux_form,
                     .shrinks = c->shrinks,
                     .is_signed = c->is_signed,
                     .first_segs = c->first_segs,
                     .user_clamp = c->user_clamp};
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

/* What the buffer allows, less the part that is kept from the offer. */
static uint32_t below_space(uint32_t space, const rs_rcvwnd_open *o)
{
    if (!o->app_win || space <= 4 * o->adv_mss) return space;
    return most(space - (space >> o->app_win), 4 * o->adv_mss);
}

void rs_rcvwnd_established(rs_rcvwnd *w, const rs_rcvwnd_open *o)
{
    if (!w->linux_form) return;
    uint32_t space = rs_rcvwnd_space(w), mss = o->adv_mss;
    if (w->clamp >= space) w->clamp = below_space(space, o);
    if (o->app_win && w->clamp > 2 * mss && w->clamp + mss > space) w->clamp = most(2 * mss, space - mss);
    w->ssthresh = least(w->ssthresh, w->clamp);
}

/* linux_form: TCP_WINDOW_CLAMP and the like. A lower limit holds at once, a higher one lets the offer up to it return.
 */
static void set_clamp(rs_rcvwnd *w, uint32_t clamp)
{
    if (clamp < LEAST_CLAMP) clamp = LEAST_CLAMP;
    if (clamp < w->clamp) w->ssthresh = least(w->ssthresh, clamp);
    else if (clamp > w->clamp) w->ssthresh = most(w->ssthresh, least(w->wnd, clamp));
    w->clamp = clamp;
}

void rs_rcvwnd_resize(rs_rcvwnd *w, const rs_rcvwnd_size *s)
{
    if (s->buf == w->buf && s->user_clamp == w->user_clamp) return;
    bool same_clamp = s->user_clamp == w->user_clamp;
    w->buf = s->buf;
    w->user_clamp = s->user_clamp;
    uint8_t shift = w->agreed ? w->wscale : w->wscale_offer;
    uint32_t clamp = least(s->user_clamp ? s->user_clamp : UINT32_MAX, (uint32_t)FIELD_MAX << shift);
    if (!w->linux_form) w->clamp = clamp;
    else if (!same_clamp) set_clamp(w, clamp);
}

void rs_rcvwnd_autosize(rs_rcvwnd *w, uint32_t buf)
{
    w->buf = buf;
    w->clamp = least(rs_rcvwnd_space(w), CLAMP_MAX);
}

uint64_t rs_rcvwnd_buf_for(const rs_rcvwnd *w, uint64_t window)
{
    return (window << 8) / w->share256;
}

static uint32_t free_space(const rs_rcvwnd *w, uint32_t held)
{
    if (w->linux_form) return w->buf > held ? (uint32_t)((uint64_t)(w->buf - held) * w->share256 >> 8) : 0;
    uint32_t space = rs_rcvwnd_space(w);
    return space > held ? space - held : 0;
}

bool rs_rcvwnd_learn_share(rs_rcvwnd *w, uint32_t len, uint32_t cost)
{
    uint32_t share = (uint32_t)(((uint64_t)len << 8) / cost);
    if (share == 0) share = 1;
    if (!w->linux_form || share == w->share256) return false;
    w->share256 = share;
    set_clamp(w, least(rs_rcvwnd_space(w), CLAMP_MAX));
    return true;
}

/* What a segment lets the offer grow by. One that wastes memory may do so as long as little is offered: the waste would
 * have to fill a buffer that is that many times smaller. */
static uint32_t growth(const rs_rcvwnd *w, const rs_rcvwnd_seg *s)
{
    uint32_t cost = (uint32_t)((uint64_t)s->cost * w->share256 >> 8);
    uint32_t window = (uint32_t)((uint64_t)s->largest_buf * w->share256 >> 8) / 2;
    if (cost <= s->len) return 2 * s->adv_mss;
    for (cost /= 2; w->ssthresh <= window; cost /= 2, window /= 2)
        if (cost <= s->len) return 2 * s->mss;
    return 0;
}

bool rs_rcvwnd_grow(rs_rcvwnd *w, const rs_rcvwnd_seg *s)
{
    if (!w->linux_form || s->len < GROWTH_LEAST_SEGMENT) return false;
    uint32_t limit = least(w->clamp, free_space(w, s->held));
    if (limit <= w->ssthresh) return false;
    uint32_t step = growth(w, s);
    if (!step) return false;
    w->ssthresh += least(limit - w->ssthresh, most(step, 2 * s->len));
    return true;
}

void rs_rcvwnd_shut(rs_rcvwnd *w, rs_seq nxt)
{
    w->wnd = 0;
    w->nxt = nxt;
}

void rs_rcvwnd_slow_down(rs_rcvwnd *w, uint32_t limit)
{
    w->ssthresh = least(w->clamp, limit);
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

bool rs_rcvwnd_is_tight(const rs_rcvwnd *w, uint32_t held)
{
    return w->linux_form && free_space(w, held) < least(w->clamp, rs_rcvwnd_space(w)) / 2;
}

/* Below half the space nothing is offered unless it is a segment and 1/16 of the space. */
static uint32_t linux_free(const rs_rcvwnd *w, const rs_rcvwnd_now *n, uint32_t mss)
{
    uint32_t allowed = rs_rcvwnd_space(w), room = free_space(w, n->held);
    if (!rs_rcvwnd_is_tight(w, n->held)) return least(room, w->ssthresh);
    room = align_down(room, 1u << w->wscale);
    if (room < allowed / 16 || room < mss) return 0;
    return least(room, w->ssthresh);
}

/* tcp_shrink_window: whatever is free, in whole units of the field; the edge may move left. */
static uint32_t look_shrinking(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    uint32_t unit = 1u << w->wscale, allowed = rs_rcvwnd_space(w), full = least(w->clamp, allowed);
    uint32_t mss = least(n->mss, full), room = align_down(free_space(w, n->held), unit);
    if (!mss) return 0;
    if (room < full / 2 && (room < allowed / 16 || room < mss || room < unit)) return 0;
    return room > w->ssthresh ? align_up(w->ssthresh, unit) : room;
}

/* What the free space asks for, whatever was offered before. */
static uint32_t wanted_linux(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    if (w->shrinks && w->wscale) return look_shrinking(w, n);
    uint32_t unit = 1u << w->wscale;
    uint32_t full = least(w->clamp, rs_rcvwnd_space(w));
    uint32_t mss = least(n->mss, full), room = mss ? linux_free(w, n, mss) : 0, wnd = w->wnd;
    if (room == 0) wnd = 0;
    else if (w->wscale) wnd = align_up(room, unit);
    else if (wnd + mss <= room || wnd > room) wnd = room - room % mss;
    else if (mss == full && room > wnd + full / 2) wnd = room;
    return wnd;
}

static uint32_t look_linux(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    uint32_t left = rs_rcvwnd_left(w, n->nxt), wnd = wanted_linux(w, n);
    if (wnd >= left || (w->shrinks && w->wscale)) return wnd;
    return align_up(left, 1u << w->wscale);
}

bool rs_rcvwnd_moves(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    return !w->linux_form || wanted_linux(w, n) >= w->wnd;
}

uint32_t rs_rcvwnd_look(const rs_rcvwnd *w, const rs_rcvwnd_now *n)
{
    uint32_t wnd = w->linux_form ? look_linux(w, n) : look_rfc(w, n);
    return least(wnd, w->is_signed && !w->wscale ? SIGNED_MAX : (uint32_t)FIELD_MAX << w->wscale);
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
