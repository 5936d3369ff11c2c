/* fix.h — one connection of stack/tcp in a test, spoken to in the protocol's words.
 *
 *     fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
 *     peer_sends(f, RS_RST, .seq = 1);                     // one beyond RCV.NXT
 *     we_send(f, RS_ACK);                                  // the challenge
 *     silence(f, RS_SEC(3));
 *
 * Sequence numbers of the peer are offsets from RCV.NXT, its ACKs offsets from SND.NXT, as they are when it sends. What
 * we send is looked at in order; every test ends by saying what it expects or by silence(). There is one fixture per
 * process: conn_in and listening start afresh. After each step the invariants are checked. */
#ifndef FIX_H
#define FIX_H

#include "../base/time.h"
#include "../mech/blocks.h"
#include "../tcp/state.h"
#include "../tcp/tcbs.h"
#include "../tcp/tcp.h"
#include "check.h"

enum { FIX_CONNS = 8, FIX_SENT = 512, FIX_ISS = 1000000, FIX_IRS = 2000000, FIX_MSS = 1000, FIX_WND = 30000 };

typedef struct fix {
    rs_config cfg;
    rs_env env;
    rs_host host;
    rs_counters count;
    rs_rng rng;
    rs_outbox out;
    rs_tcb *t;
    rs_listener *l;
    rs_outseg sent[FIX_SENT]; /* everything sent and not yet looked at: [looked, sent_count) */
    unsigned looked, sent_count;
} fix;

/* A segment of the peer. Zero fields are natural: seq = RCV.NXT, ack = SND.NXT, a window of FIX_WND. */
typedef struct peer_seg {
    uint16_t flags;
    int32_t seq, ack; /* offsets */
    uint32_t len;     /* text bytes; byte i of the stream is its offset from IRS + 1, modulo 251 */
    uint16_t wnd, up;
    bool wnd_zero;
    uint8_t tos;
    rs_opts opts;
} peer_seg;

/* A fresh host; a connection in that state (passive unless SYN-SENT), nothing left to look at. */
fix *fresh(rs_config cfg);
fix *conn_in(rs_state state, rs_config cfg);
/* A connection in SYN-RECEIVED that was opened actively (simultaneous open). */
fix *crossed(rs_config cfg);
/* A listener only. */
fix *listening(rs_config cfg, uint32_t backlog);

void peer(fix *f, peer_seg s);
#define peer_sends(f, ...) peer((f), (peer_seg){.flags = __VA_ARGS__})

void call_close(fix *f);
void call_abort(fix *f);
void call_send(fix *f, uint32_t len);
void call_shutdown(fix *f);
uint32_t call_receive(fix *f, uint32_t len);

/* Time passes; timers run at their deadlines. */
void pass(fix *f, rs_dur d);
/* Runs up to the next deadline and fires it; how long that took. */
rs_dur next_timer(fix *f);

/* The oldest segment not looked at, which must be there and have exactly these flags. */
const rs_seg *we_send(fix *f, uint16_t flags);
/* Nothing unlooked at, now and for that long. */
void silence(fix *f, rs_dur d);
/* What the stack has appended to the outbox outside of the calls above is to be looked at as well. */
void collect(fix *f);
/* Forgets what was sent. */
void ignore_sent(fix *f);
#define state_is(f, s) CHECK_STR(rs_state_name((f)->t->state), rs_state_name(s))

#endif
