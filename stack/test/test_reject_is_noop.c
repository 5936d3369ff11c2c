/* A segment that is refused leaves the connection as it was, byte for byte, apart from counters and rate limits;
 * whatever is sent in answer. And no segment at all, in any state, breaks an invariant. */
#define CHECK_MAIN
#include "fix.h"

#include "../tcp/reason.h"

/* The connection without what a rejected segment may change. */
static rs_tcb essence(const rs_tcb *t)
{
    rs_tcb e;
    memcpy(&e, t, sizeof e);
    memset(&e.lim, 0, sizeof e.lim);
    memset(&e.stat, 0, sizeof e.stat);
    return e;
}

/* Reasons for which a segment is refused as a whole. */
static bool refuses(int why)
{
    static const rs_reason all[] = {
        RS_WHY_SEQ_OUTSIDE_WINDOW, RS_WHY_PAWS,           RS_WHY_TS_MISSING,          RS_WHY_RST_OUTSIDE_WINDOW,
        RS_WHY_RST_CHALLENGED,     RS_WHY_SYN_CHALLENGED, RS_WHY_SYN_DUPLICATE,       RS_WHY_NO_ACK,
        RS_WHY_ACK_UNSENT,         RS_WHY_ACK_TOO_OLD,    RS_WHY_ACK_IN_SYN_RECEIVED, RS_WHY_SYNSENT_BAD_ACK,
        RS_WHY_SYNSENT_RST_NO_ACK, RS_WHY_SYNSENT_NO_SYN, RS_WHY_RST_IN_TIME_WAIT,    RS_WHY_SEQ_BEYOND_WINDOW};
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        if ((int)all[i] == why) return true;
    return false;
}

static bool was_refused(const rs_counters *before, const rs_counters *after)
{
    for (int why = 0; why < RS_REASONS; why++)
        if (refuses(why) && after->drops[why] > before->drops[why]) return true;
    return false;
}

/* Three exceptions: an ACK of something else brings our SYN forward; the peer's FIN again restarts TIME-WAIT although
 * it lies left of the window; a SYN-ACK that goes again, for a SYN that has come again, gives no round-trip time any
 * more (Karn), and its record says so. */
static bool is_exception(const fix *f, rs_state state, const peer_seg *s)
{
    if (state == RS_SYN_SENT && f->cfg.quirks.synsent_bad_ack_hurries && (s->flags & RS_ACK)) return true;
    if (state == RS_TIME_WAIT && (s->flags & RS_FIN)) return true;
    return state == RS_SYN_RECEIVED && f->cfg.quirks.syn_dup_resends_synack && (s->flags & RS_SYN) && s->seq == -1;
}

static void try_one(rs_config cfg, rs_state state, const peer_seg *s, int *refused)
{
    fix *f = conn_in(state, cfg);
    rs_tcb before = essence(f->t);
    rs_counters count = f->count;
    pass(f, RS_US(1));
    peer(f, *s);
    if (!was_refused(&count, &f->count) || is_exception(f, state, s)) return;
    rs_tcb after = essence(f->t);
    (*refused)++;
    /* Linux: old text says that ACKs were lost, and how it waits with ACKs is no state of the protocol. */
    if (f->cfg.quirks.quickack && s->len && s->seq < 0) before.delack = after.delack;
    if (memcmp(&before, &after, sizeof before))
        CHECK_FAIL("%s: a refused segment changed the connection: flags 0x%x seq %+d ack %+d len %u",
                   rs_state_name(state), s->flags, s->seq, s->ack, s->len);
}

static int sweep(rs_config cfg)
{
    static const int seqs[] = {-40000, -1, 0, 1, 900, 65534, 65535, 70000}, acks[] = {-70000, -1, 0, 1};
    int refused = 0;
    for (int state = RS_SYN_SENT; state < RS_STATES; state++)
        for (int flags = 0; flags < 64; flags++)
            for (unsigned i = 0; i < 8 * 4 * 2; i++) {
                peer_seg s = {.flags = (uint16_t)flags,
                              .seq = seqs[i % 8],
                              .ack = acks[i / 8 % 4],
                              .len = i / 32 ? 700 : 0,
                              .up = 3};
                try_one(cfg, (rs_state)state, &s, &refused);
            }
    return refused;
}

TEST(a_refused_segment_changes_nothing_by_the_documents)
{
    CHECK(sweep(rs_config_rfc()) > 10000);
}

TEST(a_refused_segment_changes_nothing_in_the_linux_way)
{
    CHECK(sweep(rs_config_linux()) > 10000);
}
