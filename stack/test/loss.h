/* loss.h — a sender in a test, told in whole segments what has arrived. Segment 1 is the first of the text, its bytes
 * [1, 1001) behind the SYN; RTT is 100 ms. */
#ifndef LOSS_H
#define LOSS_H

#include "../tcp/recovery.h"
#include "fix.h"

/* A connection whose peer offered so much, with so many segments of text queued. */
static inline fix *sender(rs_config cfg, bool sack, bool ts, uint32_t segs)
{
    fix *f = listening(cfg, 5);
    peer_sends(f, RS_SYN, .opts = {.has_mss = true, .mss = FIX_MSS, .sack_ok = sack, .has_ts = ts, .ts_val = 1});
    pass(f, RS_MS(100));
    uint32_t echo = rs_tstamp_val(&f->t->ts, (rs_time){f->env.now.us - 100000});
    peer_sends(f, RS_ACK, .opts = {.has_ts = ts, .ts_val = 100, .ts_ecr = echo});
    call_send(f, segs * f->t->snd.mss);
    ignore_sent(f);
    return f;
}

static inline rs_seq seg_start(const fix *f, uint32_t seg)
{
    return rs_seq_add(f->t->snd.iss, 1 + (seg - 1) * f->t->snd.mss);
}

/* An ACK of everything before `ack`, SACK blocks [from, to) in segments while from is not 0. */
typedef struct told {
    uint32_t ack;
    struct {
        uint32_t from, to;
    } sack[3];
    int64_t echo_ms; /* the echo is of a segment sent so long ago; -1: no timestamp */
} told;

static inline void tell(fix *f, told a)
{
    rs_opts o = {0};
    for (; o.sack_count < 3 && a.sack[o.sack_count].from; o.sack_count++)
        o.sack[o.sack_count] =
            (rs_range){seg_start(f, a.sack[o.sack_count].from), seg_start(f, a.sack[o.sack_count].to)};
    if (f->t->ts.on) {
        o.has_ts = true;
        o.ts_val = f->t->ts.recent;
        o.ts_ecr = rs_tstamp_val(&f->t->ts, (rs_time){f->env.now.us - a.echo_ms * 1000});
    }
    uint32_t ahead = rs_seq_dist(seg_start(f, a.ack), f->t->sndq.nxt);
    peer_sends(f, RS_ACK, .ack = -(int32_t)ahead, .opts = o);
}
#define they_tell(f, ...) tell((f), (told){__VA_ARGS__})

/* The number of the segment that goes out next, which must be there. */
static inline uint32_t goes_out(fix *f)
{
    const rs_seg *s;
    CHECK(f->looked < f->sent_count);
    s = &f->sent[f->looked++].seg;
    return rs_seq_dist(seg_start(f, 1), s->seq) / f->t->snd.mss + 1;
}

#endif
