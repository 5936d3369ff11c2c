/* Every row of conformance/spec/state-machine.tsv whose event is a segment, against the stack with the preset rfc: each
 * row is played with every combination of flags, sequence positions, acknowledgments and lengths that its guard allows,
 * and both the reply and the next state have to be those of the row. A row that no rule below covers fails the test. */
#define CHECK_MAIN
#include "fix.h"

#include <stdlib.h>

#ifndef TCPROVE_SPEC_DIR
#define TCPROVE_SPEC_DIR "conformance/spec"
#endif

enum { EDGE = 1 << 24, END = 1 << 25, LIST_MAX = 8, ROWS_MAX = 400, LINE_MAX_BYTES = 1024 };

typedef struct row {
    char from[16], event[128], guard[256], action[400], to[16];
} row;
typedef enum reply { AS_ROW, NOTHING, AN_ACK, LATER_ACK, A_RESET, A_SYN_ACK } reply;
typedef enum before { PLAIN, DATA_OUT, CROSSED, CLOSE_LATER } before;

/* What a row's guard allows. Offsets as in fix.h; EDGE + n counts from RCV.NXT + RCV.WND. */
typedef struct rule {
    const char *event, *guard; /* the row's event is this; its guard contains this */
    const char *skip;          /* why the row is not for this stack; NULL if it is */
    before setup;
    reply reply;
    int flags[LIST_MAX], seq[LIST_MAX], ack[LIST_MAX], len[LIST_MAX]; /* END ends; an empty list is {0} */
    const char *only;                                                 /* in this state only; NULL: any */
} rule;

#define F(...) {__VA_ARGS__, END}
#define ONE {END}
static const char *const LEGACY = "the stack follows RFC 5961", *const NO_MLS = "no multilevel security",
                         *const HALF = "the half-duplex close is off in this preset",
                         *const NET = "judged below TCP, in net/",
                         *const OTHER = "another allowed behaviour was chosen";

static const rule rules[] = {
    /* CLOSED, LISTEN */
    {"segment RST", "-", NULL, PLAIN, AS_ROW, F(RS_RST, RS_RST | RS_ACK, RS_RST | RS_SYN), F(0, 5), ONE, F(0, 9), NULL},
    {"segment ACK set, no RST", "", NULL, PLAIN, AS_ROW, F(RS_ACK, RS_SYN | RS_ACK, RS_FIN | RS_ACK), F(0, 7), F(0, 3),
     F(0, 9), NULL},
    {"segment no ACK, no RST", "", NULL, PLAIN, AS_ROW, F(0, RS_SYN, RS_FIN, RS_SYN | RS_FIN, RS_URG), F(0, 7), ONE,
     F(0, 9), NULL},
    {"segment bad checksum / broadcast or multicast destination", "", NET, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment ACK (no RST)", "", NULL, PLAIN, AS_ROW, F(RS_ACK, RS_SYN | RS_ACK, RS_FIN | RS_ACK), F(0, 7), F(0, 3),
     F(0, 9), NULL},
    {"segment SYN (no RST, no ACK)", "", NULL, PLAIN, AS_ROW, F(RS_SYN, RS_SYN | RS_PSH, RS_SYN | RS_FIN), F(0, -5),
     ONE, F(0, 9), NULL},
    {"segment SYN", "broadcast", NET, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment SYN", "security mismatch", NO_MLS, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment security mismatch", "", NO_MLS, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment other (no RST, ACK, SYN)", "", NULL, PLAIN, AS_ROW, F(0, RS_FIN, RS_URG, RS_PSH), F(0, 4), ONE, F(0, 9),
     NULL},
    /* SYN-SENT */
    {"segment ACK", "=< ISS or SEG.ACK > SND.NXT", NULL, PLAIN, AS_ROW, F(RS_ACK, RS_SYN | RS_ACK, RS_FIN | RS_ACK),
     F(0), F(-1, 1, 1000), F(0, 9), "SYN-SENT"},
    {"segment ACK+RST", "", NULL, PLAIN, AS_ROW, F(RS_ACK | RS_RST, RS_ACK | RS_RST | RS_SYN), F(0, 9), F(-1, 1, 1000),
     F(0, 9), NULL},
    {"segment RST+ACK", "SND.UNA < SEG.ACK", NULL, PLAIN, NOTHING, F(RS_ACK | RS_RST, RS_ACK | RS_RST | RS_SYN),
     F(0, 9, -9), F(0), F(0, 9), NULL},
    {"segment RST+ACK", "8167", OTHER, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment RST without ACK", "", NULL, PLAIN, AS_ROW, F(RS_RST, RS_RST | RS_SYN), F(0, 9), ONE, F(0, 9), NULL},
    {"segment SYN+ACK", "SND.UNA <", NULL, PLAIN, AS_ROW, F(RS_SYN | RS_ACK, RS_SYN | RS_ACK | RS_PSH), F(0), F(0),
     F(0, 9), "SYN-SENT"},
    {"segment SYN+FIN+ACK", "", NULL, PLAIN, AN_ACK, F(RS_SYN | RS_FIN | RS_ACK), F(0), F(0), F(0, 9), NULL},
    {"segment SYN without ACK", "", NULL, PLAIN, AS_ROW, F(RS_SYN, RS_SYN | RS_PSH), F(0), ONE, F(0), NULL},
    {"segment without SYN and RST", "", NULL, PLAIN, AS_ROW, F(0, RS_ACK, RS_FIN, RS_FIN | RS_ACK), F(0, 3), F(0),
     F(0, 9), NULL},
    /* step 1 */
    {"segment unacceptable SEQ, no RST", "", NULL, PLAIN, AS_ROW, F(RS_ACK, 0, RS_FIN | RS_ACK, RS_PSH | RS_ACK),
     F(-2000, -20, EDGE + 1, EDGE + 3000), F(0, -1), F(0, 9), NULL},
    {"segment unacceptable SEQ with RST", "", NULL, PLAIN, AS_ROW, F(RS_RST, RS_RST | RS_ACK),
     F(-2000, -20, EDGE, EDGE + 3000), F(0), F(0, 9), NULL},
    {"segment duplicate original SYN (SEQ=IRS)", "", NULL, PLAIN, AN_ACK, F(RS_SYN), F(-1), ONE, F(0), NULL},
    {"segment SYN+ACK with SEQ=IRS", "strict", NULL, CROSSED, AS_ROW, F(RS_SYN | RS_ACK), F(-1), F(0), F(0), NULL},
    {"segment SYN+ACK with SEQ=IRS", "practice", OTHER, CROSSED, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    /* step 2 */
    {"segment RST", "SEQ=RCV.NXT, any variant", NULL, PLAIN, NOTHING, F(RS_RST, RS_RST | RS_ACK, RS_RST | RS_SYN), F(0),
     F(0, 5000), F(0, 9), NULL},
    {"segment RST", "RFC 1337", OTHER, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment RST in window", "passive origin; [RFC5961]", NULL, PLAIN, NOTHING, F(RS_RST, RS_RST | RS_ACK), F(0), F(0),
     F(0, 9), NULL},
    {"segment RST in window", "active origin; [RFC5961]", NULL, CROSSED, NOTHING, F(RS_RST, RS_RST | RS_ACK), F(0),
     F(0), F(0, 9), NULL},
    {"segment RST in window", "SEQ != RCV.NXT", NULL, PLAIN, AS_ROW, F(RS_RST, RS_RST | RS_ACK), F(1, 1000, EDGE - 1),
     F(0), F(0, 9), NULL},
    {"segment RST in window", "TIME-WAIT reuse", "an old connection that made room is not brought back", PLAIN, AS_ROW,
     ONE, ONE, ONE, ONE, NULL},
    {"segment RST in window, SEQ != RCV.NXT", "[RFC5961]", NULL, PLAIN, AS_ROW,
     F(RS_RST, RS_RST | RS_ACK, RS_RST | RS_SYN), F(1, 1000, EDGE - 1), F(0), F(0, 9), NULL},
    {"segment RST in window, SEQ != RCV.NXT", "[legacy", LEGACY, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    /* step 4 */
    {"segment SYN in window", "passive origin", NULL, PLAIN, NOTHING, F(RS_SYN, RS_SYN | RS_ACK), F(0, 1, EDGE - 1),
     F(0), F(0, 9), NULL},
    {"segment SYN in window", "active origin, [RFC5961]", NULL, CROSSED, AS_ROW, F(RS_SYN, RS_SYN | RS_ACK),
     F(0, 1, EDGE - 1), F(0), F(0), NULL},
    {"segment SYN in window", "legacy", LEGACY, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment SYN, any SEQ", "[RFC5961]", NULL, PLAIN, AS_ROW, F(RS_SYN, RS_SYN | RS_ACK, RS_SYN | RS_FIN | RS_ACK),
     F(0, 1, -1, -5000, EDGE - 1, EDGE, EDGE + 9), F(0), F(0, 9), NULL},
    /* step 5 */
    {"segment no ACK bit (no RST, no SYN)", "", NULL, PLAIN, AS_ROW, F(0, RS_FIN, RS_PSH, RS_URG), F(0, 1, EDGE - 1),
     ONE, F(0, 9), NULL},
    {"segment no ACK bit", "", NULL, PLAIN, AS_ROW, F(0, RS_FIN, RS_PSH, RS_URG), F(0, 1, EDGE - 1), ONE, F(0, 9),
     NULL},
    {"segment ACK", "SEG.ACK > SND.NXT", NULL, PLAIN, AS_ROW, F(RS_ACK, RS_FIN | RS_ACK, RS_PSH | RS_ACK),
     F(0, 1, EDGE - 1), F(1, 1000, 1 << 20), F(0, 9), NULL},
    {"segment ACK", "SEG.ACK < SND.UNA-MAX.SND.WND", NULL, PLAIN, AS_ROW, F(RS_ACK, RS_FIN | RS_ACK, RS_PSH | RS_ACK),
     F(0, 1, EDGE - 1), F(-FIX_WND - 2, -(1 << 20)), F(0, 9), NULL},
    {"segment ACK", "SEG.ACK =< SND.UNA (duplicate/old)", NULL, DATA_OUT, NOTHING, F(RS_ACK, RS_PSH | RS_ACK), F(0),
     F(-501, -600, -FIX_WND), F(0), NULL},
    {"segment ACK", "SEG.ACK =< SND.UNA or > SND.NXT", NULL, PLAIN, AS_ROW, F(RS_ACK, RS_FIN | RS_ACK), F(0, 5),
     F(-1, -2, 1, 1000), F(0, 9), NULL},
    {"segment ACK", "outside [SND.UNA-MAX", OTHER, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment ACK", "SND.UNA < SEG.ACK =< SND.NXT", NULL, DATA_OUT, NOTHING, F(RS_ACK), F(0), F(0), F(0), NULL},
    {"segment ACK", "new", NULL, DATA_OUT, NOTHING, F(RS_ACK), F(0), F(0, -1, -499), F(0), NULL},
    {"segment ACK", "SEG.ACK covers our FIN", NULL, DATA_OUT, NOTHING, F(RS_ACK), F(0), F(0), F(0), NULL},
    {"segment ACK", "data acknowledged, FIN not", NULL, DATA_OUT, NOTHING, F(RS_ACK), F(0), F(-1), F(0), NULL},
    {"segment ACK", "retransmission queue empty", NULL, PLAIN, NOTHING, F(RS_ACK), F(0), F(0), F(0), NULL},
    {"segment ACK", "does not cover our FIN", NULL, PLAIN, NOTHING, F(RS_ACK), F(0), F(-1), F(0), NULL},
    {"segment ACK", "covers our FIN", NULL, PLAIN, NOTHING, F(RS_ACK), F(0), F(0), F(0), NULL},
    {"segment ACK+FIN (text optional)", "", NULL, PLAIN, AN_ACK, F(RS_FIN | RS_ACK), F(0), F(0), F(0, 9), NULL},
    {"segment ACK with deferred CLOSE", "", NULL, CLOSE_LATER, AN_ACK, F(RS_ACK), F(0), F(0), F(0), NULL},
    /* steps 6 to 8 */
    {"segment URG", "", NULL, PLAIN, LATER_ACK, F(RS_URG | RS_ACK), F(0), F(0), F(9), NULL},
    {"segment in-order text", "", NULL, PLAIN, LATER_ACK, F(RS_ACK, RS_PSH | RS_ACK), F(0), F(0), F(1, 9, 500), NULL},
    {"segment out-of-order text", "", NULL, PLAIN, AN_ACK, F(RS_ACK, RS_PSH | RS_ACK), F(1, 1000, EDGE - 9), F(0),
     F(1, 9), NULL},
    {"segment text", "simplex", NULL, PLAIN, LATER_ACK, F(RS_ACK, RS_PSH | RS_ACK), F(0), F(-1, 0), F(1, 9),
     "FIN-WAIT-2"},
    {"segment text", "simplex", NULL, PLAIN, LATER_ACK, F(RS_ACK, RS_PSH | RS_ACK), F(0), F(-1), F(1, 9), "FIN-WAIT-1"},
    {"segment text", "half-duplex", HALF, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment text / URG", "", NULL, PLAIN, NOTHING, F(RS_ACK, RS_URG | RS_ACK), F(0, 4), F(0), F(9), NULL},
    {"segment FIN / URG / text", "", NULL, PLAIN, NOTHING, F(RS_ACK, RS_FIN | RS_ACK, RS_URG | RS_ACK), F(0, 4), F(-1),
     F(9), NULL},
    {"segment FIN", "beyond a gap", NULL, PLAIN, AN_ACK, F(RS_FIN | RS_ACK), F(1, 1000, EDGE - 10), F(0), F(0, 9),
     NULL},
    {"segment FIN", "simultaneous close", NULL, PLAIN, AN_ACK, F(RS_FIN | RS_ACK), F(0), F(-1), F(0, 9), NULL},
    {"segment FIN", "in order", NULL, PLAIN, AN_ACK, F(RS_FIN | RS_ACK, RS_FIN | RS_PSH | RS_ACK), F(0), F(0), F(0, 9),
     NULL},
    {"segment FIN+ACK", "", NULL, PLAIN, AN_ACK, F(RS_FIN | RS_ACK), F(0), F(0), F(0, 9), NULL},
    {"segment FIN+text, FIN beyond a gap", "", NULL, PLAIN, AN_ACK, F(RS_FIN | RS_ACK), F(1, 100), F(-1), F(9), NULL},
    {"segment retransmitted FIN", "", NULL, PLAIN, AS_ROW, F(RS_FIN | RS_ACK), F(-1), F(0), F(0), NULL},
    /* TIME-WAIT and SYN: the fixture has no timestamps, so sequence numbers decide */
    {"segment SYN", "MAY-2", NULL, PLAIN, NOTHING, F(RS_SYN), F(1, 1000, EDGE + 5), ONE, F(0), NULL},
    {"segment SYN", "TSval > last seen", NULL, PLAIN, NOTHING, F(RS_SYN), F(1, 1000, EDGE + 5), ONE, F(0), NULL},
    {"segment SYN", "none of the above", OTHER, PLAIN, AS_ROW, ONE, ONE, ONE, ONE, NULL},
    {"segment SYN", "[RFC5961] not accepted", NULL, PLAIN, AN_ACK, F(RS_SYN, RS_SYN | RS_ACK), F(0, -1, -1000), F(0),
     F(0), NULL},
    {"segment SYN out of window", "", NULL, PLAIN, AN_ACK, F(RS_SYN), F(-1, -1000), ONE, F(0), NULL},
};

/* --- the table -----------------------------------------------------------------------------------------------------
 */

static row rows[ROWS_MAX];

static void column(char *to, size_t cap, char **line)
{
    char *tab = strpbrk(*line, "\t\n");
    size_t n = tab ? (size_t)(tab - *line) : strlen(*line);
    if (n >= cap) n = cap - 1;
    memcpy(to, *line, n);
    to[n] = 0;
    *line = tab ? tab + 1 : *line + strlen(*line);
}

static int read_rows(void)
{
    char line[LINE_MAX_BYTES];
    int n = 0;
    FILE *f = fopen(TCPROVE_SPEC_DIR "/state-machine.tsv", "r");
    if (!f) CHECK_FAIL("cannot read %s", TCPROVE_SPEC_DIR "/state-machine.tsv");
    while (n < ROWS_MAX && fgets(line, sizeof line, f)) {
        char *at = line;
        row *r = &rows[n];
        column(r->from, sizeof r->from, &at);
        column(r->event, sizeof r->event, &at);
        column(r->guard, sizeof r->guard, &at);
        column(r->action, sizeof r->action, &at);
        column(r->to, sizeof r->to, &at);
        n += strncmp(r->event, "segment", 7) == 0;
    }
    fclose(f);
    return n;
}

static reply reply_of(const row *r)
{
    if (strstr(r->action, "CTL=SYN,ACK")) return A_SYN_ACK;
    if (strstr(r->action, "CTL=RST")) return A_RESET;
    if (strstr(r->action, "CTL=ACK") || strstr(r->action, "send ACK") || strstr(r->action, "challenge")) return AN_ACK;
    return NOTHING;
}

static rs_state state_of(const char *name)
{
    for (int s = 0; s < RS_STATES; s++)
        if (strcmp(rs_state_name((rs_state)s), name) == 0) return (rs_state)s;
    CHECK_FAIL("the table names a state \"%s\"", name);
    return RS_STATES;
}

/* --- playing a row -------------------------------------------------------------------------------------------------
 */

static fix *set_up(const row *r, const rule *u)
{
    rs_config cfg = rs_config_rfc();
    rs_state from = state_of(r->from);
    if (u->setup == CROSSED) return crossed(cfg);
    if (u->setup == CLOSE_LATER) {
        fix *f = crossed(cfg);
        call_send(f, 9);
        call_close(f);
        return f;
    }
    if (u->setup != DATA_OUT) return conn_in(from, cfg);
    fix *f = conn_in(from == RS_CLOSE_WAIT ? RS_CLOSE_WAIT : RS_ESTABLISHED, cfg);
    call_send(f, 500);
    if (rs_row(from)->fin_queued) call_shutdown(f);
    if (from == RS_FIN_WAIT_2) peer_sends(f, RS_ACK);
    ignore_sent(f);
    return f;
}

static const char *who(const row *r, const peer_seg *s)
{
    static char text[700];
    snprintf(text, sizeof text, "%s | %s | %s | flags 0x%x seq %+d ack %+d len %u", r->from, r->event, r->guard,
             s->flags, s->seq, s->ack, s->len);
    return text;
}

static void check_reply(fix *f, const row *r, const rule *u, const peer_seg *s)
{
    reply want = u->reply == AS_ROW ? reply_of(r) : u->reply;
    if (want == LATER_ACK) {
        pass(f, RS_MS(499));
        want = AN_ACK;
    }
    if (want == NOTHING || f->looked == f->sent_count) {
        if (want != NOTHING) CHECK_FAIL("%s: no reply", who(r, s));
        if (f->looked != f->sent_count)
            CHECK_FAIL("%s: unexpected reply 0x%x", who(r, s), f->sent[f->looked].seg.flags);
        return;
    }
    uint16_t got = f->sent[f->looked].seg.flags;
    bool right = want == A_SYN_ACK ? got == (RS_SYN | RS_ACK)
                 : want == A_RESET ? (got & RS_RST) != 0
                                   : (got & (RS_ACK | RS_RST | RS_SYN)) == RS_ACK;
    if (!right) CHECK_FAIL("%s: replied 0x%x", who(r, s), got);
}

static void check_reset_numbers(fix *f, const row *r, const peer_seg *s, rs_seq ack, rs_seq seg_end)
{
    if (f->looked == f->sent_count || !(f->sent[f->looked].seg.flags & RS_RST)) return;
    const rs_seg *rst = &f->sent[f->looked].seg;
    bool right = s->flags & RS_ACK
                     ? rst->seq.raw == ack.raw && rst->flags == RS_RST
                     : rst->seq.raw == 0 && rst->ack.raw == seg_end.raw && rst->flags == (RS_RST | RS_ACK);
    if (!right) CHECK_FAIL("%s: the reset carries the wrong numbers", who(r, s));
}

static void check_state(fix *f, const row *r, const peer_seg *s)
{
    const char *to = strcmp(r->to, "LISTEN") == 0 && strcmp(r->from, "LISTEN") != 0 ? "CLOSED" : r->to;
    const char *now = f->t ? rs_state_name(f->t->state) : f->l ? "LISTEN" : "CLOSED";
    if (strstr(r->guard, "MAY-2") || strstr(r->guard, "TSval >")) to = "CLOSED"; /* and the listener takes the SYN */
    if (strcmp(now, to)) CHECK_FAIL("%s: went to %s, not %s", who(r, s), now, to);
}

static void play(const row *r, const rule *u, peer_seg s)
{
    fix *f = set_up(r, u);
    ignore_sent(f);
    rs_seq nxt = !f->t || f->t->state == RS_SYN_SENT ? rs_seq_of(FIX_IRS) : f->t->rcvq.nxt;
    rs_seq ack = rs_seq_add(f->t ? f->t->sndq.nxt : rs_seq_of(FIX_ISS), (uint32_t)s.ack);
    if (s.seq >= EDGE / 2) s.seq += (f->t ? (int)rs_rcv_wnd(f->t) : 0) - EDGE;
    s.up = s.flags & RS_URG ? 5 : 0;
    rs_seq end = rs_seq_add(nxt, (uint32_t)s.seq + s.len + ((s.flags & RS_SYN) != 0) + ((s.flags & RS_FIN) != 0));
    peer(f, s);
    check_reply(f, r, u, &s);
    check_reset_numbers(f, r, &s, ack, end);
    check_state(f, r, &s);
}

/* The n-th element, 0 in an empty list; false after the end. */
static bool pick(const int *list, int n, int *out)
{
    *out = list[0] == END ? 0 : list[n];
    return list[0] == END ? n == 0 : list[n] != END;
}

static int play_all(const row *r, const rule *u)
{
    int played = 0, flags, seq, ack, len;
    for (int a = 0; pick(u->flags, a, &flags); a++)
        for (int b = 0; pick(u->seq, b, &seq); b++)
            for (int c = 0; pick(u->ack, c, &ack); c++)
                for (int d = 0; pick(u->len, d, &len); d++, played++)
                    play(r, u, (peer_seg){.flags = (uint16_t)flags, .seq = seq, .ack = ack, .len = (uint32_t)len});
    return played;
}

static const rule *rule_for(const row *r)
{
    for (unsigned i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const rule *u = &rules[i];
        if (strcmp(u->event, r->event) || !strstr(r->guard, u->guard)) continue;
        if (u->only && strcmp(u->only, r->from)) continue;
        return u;
    }
    CHECK_FAIL("no rule covers the row: %s | %s | %s", r->from, r->event, r->guard);
    return NULL;
}

TEST(every_segment_row_of_the_state_machine_holds)
{
    int n = read_rows(), played = 0, other = 0;
    CHECK(n > 100);
    for (int i = 0; i < n; i++) {
        const rule *u = rule_for(&rows[i]);
        if (u->skip) other++;
        else played += play_all(&rows[i], u);
    }
    printf("%d rows, %d of them for other stacks, %d segments played\n", n, other, played);
    CHECK(other < n / 3);
    CHECK(played > 1000);
}

TEST(a_row_that_nothing_covers_is_found)
{
    row odd = {.from = "ESTABLISHED", .event = "segment from Mars"};
    jmp_buf outer;
    int volatile found = 0;
    memcpy(&outer, &check_jump, sizeof outer);
    if (setjmp(check_jump) == 0) rule_for(&odd);
    else found = 1;
    memcpy(&check_jump, &outer, sizeof outer);
    CHECK(found);
}
