#include "cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/offset.h"

enum { EVENTS = 32, UNKNOWN_WINDOW = 65535 };

/* libFuzzer reads this section after each input. */
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t cells[RS_STATES][FZ_CELL_CLASSES];
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t moves[RS_STATES][EVENTS];

/* ---------- classes ---------- */

typedef enum { P_OUTSIDE, P_NEXT, P_AHEAD } place;
typedef enum { K_RST, K_SYN, K_SYN_ACK, K_NO_ACK, K_ACK_UNSENT, K_ACK, K_TEXT, K_FIN } kind;

static place place_of(const rs_probe *p, const cf_tcp *in, uint32_t text)
{
    cf_offset wnd = p->rcv_wnd || p->rcv_adv != p->rcv_nxt ? (cf_offset)p->rcv_wnd : UNKNOWN_WINDOW;
    cf_offset seq = cf_distance(p->rcv_nxt, in->seq);
    cf_offset end = seq + (cf_offset)text + !!(in->flags & CF_SYN) + !!(in->flags & CF_FIN);
    if (seq == 0 || (seq < 0 && end > 0)) return P_NEXT;
    return seq > 0 && seq < wnd ? P_AHEAD : P_OUTSIDE;
}

static kind kind_of(const rs_probe *p, const cf_tcp *in, uint32_t text)
{
    if (in->flags & CF_RST) return K_RST;
    if (in->flags & CF_SYN) return in->flags & CF_ACK ? K_SYN_ACK : K_SYN;
    if (!(in->flags & CF_ACK)) return K_NO_ACK;
    if (cf_distance(p->snd_max, in->ack) > 0) return K_ACK_UNSENT;
    if (in->flags & CF_FIN) return K_FIN;
    return text ? K_TEXT : K_ACK;
}

unsigned fz_cell_class(const rs_probe *numbers, const cf_tcp *in, uint32_t text)
{
    return (unsigned)place_of(numbers, in, text) * FZ_CELL_KINDS + (unsigned)kind_of(numbers, in, text);
}

const char *fz_cell_name(unsigned class)
{
    static const char *const names[FZ_CELL_CLASSES] = {
        "RST outside",
        "SYN outside",
        "SYN+ACK outside",
        "no ACK outside",
        "ACK of nothing sent outside",
        "ACK outside",
        "text outside",
        "FIN outside",
        "RST next",
        "SYN next",
        "SYN+ACK next",
        "no ACK next",
        "ACK of nothing sent next",
        "ACK next",
        "text next",
        "FIN next",
        "RST ahead",
        "SYN ahead",
        "SYN+ACK ahead",
        "no ACK ahead",
        "ACK of nothing sent ahead",
        "ACK ahead",
        "text ahead",
        "FIN ahead",
    };
    return class < FZ_CELL_CLASSES ? names[class] : "?";
}

/* ---------- the table for people ---------- */

static struct {
    enum { ASK, NO, YES } recording;
    bool cell[RS_STATES][FZ_CELL_CLASSES];
    unsigned to[RS_STATES][EVENTS]; /* bit: a state that the event led to */
} seen;
static const char *events[EVENTS];
static unsigned event_count;

/* What was asked for and cannot be written must not look like a success. */
static _Noreturn void give_up(void)
{
    perror(getenv("FZ_CELLS"));
    _exit(2);
}

static void write_seen(void)
{
    FILE *f = fopen(getenv("FZ_CELLS"), "w");
    if (!f) give_up();
    for (unsigned s = 0; s < RS_STATES; s++) {
        for (unsigned c = 0; c < FZ_CELL_CLASSES; c++)
            if (seen.cell[s][c]) fprintf(f, "cell\t%s\t%s\n", rs_state_name((rs_state)s), fz_cell_name(c));
        for (unsigned e = 0; e < event_count; e++)
            for (unsigned to = 0; to < RS_STATES; to++)
                if (seen.to[s][e] >> to & 1)
                    fprintf(f, "move\t%s\t%s\t%s\n", rs_state_name((rs_state)s), events[e],
                            rs_state_name((rs_state)to));
    }
    if (fclose(f) != 0) give_up();
}

static bool recording(void)
{
    if (seen.recording == ASK) {
        seen.recording = getenv("FZ_CELLS") ? YES : NO;
        if (seen.recording == YES && atexit(write_seen) != 0) seen.recording = NO;
    }
    return seen.recording == YES;
}

static void count(uint8_t *counter)
{
    if (*counter < 255) ++*counter;
}

void fz_cells_saw(rs_state state, unsigned class)
{
    if ((unsigned)state >= RS_STATES || class >= FZ_CELL_CLASSES) return;
    count(&cells[state][class]);
    if (recording()) seen.cell[state][class] = true;
}

/* Names are static strings of the stack: the same name is nearly always the same pointer. */
static unsigned event_of(const char *name)
{
    for (unsigned i = 0; i < event_count; i++)
        if (events[i] == name || strcmp(events[i], name) == 0) return i;
    if (event_count == EVENTS) return EVENTS - 1;
    events[event_count] = name;
    return event_count++;
}

void fz_cells_moved(const rs_event *ev)
{
    if (ev->kind != RS_EV_STATE || ev->a < 0 || ev->a >= RS_STATES || ev->b < 0 || ev->b >= RS_STATES) return;
    unsigned event = event_of(ev->why ? ev->why : "?");
    count(&moves[ev->a][event]);
    if (recording()) seen.to[ev->a][event] |= 1u << ev->b;
}
