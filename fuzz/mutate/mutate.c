#include "mutate.h"

#include <stdbool.h>
#include <string.h>

#include "../prog/program.h"

enum { STEP = FZ_STEP_BYTES, HEAD = FZ_HEADER_BYTES, MOTIF_STEPS = 4, HEAD_USED = HEAD };

/* ---------- choices that follow from the seed ---------- */

typedef struct dice {
    uint64_t state;
} dice;

static uint32_t roll(dice *d, uint32_t sides)
{
    d->state = d->state * 6364136223846793005ull + 1442695040888963407ull;
    return sides ? (uint32_t)((d->state >> 33) % sides) : 0;
}

/* ---------- the program as an array of steps ---------- */

typedef struct edit {
    uint8_t *data;
    size_t steps, most;
    dice d;
} edit;

static uint8_t *step_at(const edit *e, size_t i)
{
    return e->data + HEAD + i * STEP;
}

/* Makes room for n steps at place i; how many there is room for. */
static size_t open_gap(edit *e, size_t i, size_t n)
{
    if (n > e->most - e->steps) n = e->most - e->steps;
    memmove(step_at(e, i + n), step_at(e, i), (e->steps - i) * STEP);
    e->steps += n;
    return n;
}

static uint8_t kind_by_weight(dice *d)
{
    unsigned all = 0;
    for (unsigned k = 0; k < FZ_KINDS; k++) all += fz_kind_weight((fz_kind)k);
    unsigned at = roll(d, all);
    for (unsigned k = 0; k < FZ_KINDS; k++) {
        unsigned w = fz_kind_weight((fz_kind)k);
        if (at < w) return (uint8_t)k;
        at -= w;
    }
    return FZ_SEG;
}

/* Small numbers are the ordinary choices of every class. */
static void fill_step(edit *e, uint8_t *s)
{
    s[0] = kind_by_weight(&e->d);
    for (unsigned i = 1; i < STEP; i++) s[i] = roll(&e->d, 2) ? (uint8_t)roll(&e->d, 256) : (uint8_t)roll(&e->d, 4);
}

static void insert_step(edit *e)
{
    size_t i = roll(&e->d, (uint32_t)e->steps + 1);
    if (open_gap(e, i, 1)) fill_step(e, step_at(e, i));
}

static void delete_run(edit *e)
{
    if (e->steps == 0) return;
    size_t i = roll(&e->d, (uint32_t)e->steps), n = 1 + roll(&e->d, 4);
    if (n > e->steps - i) n = e->steps - i;
    memmove(step_at(e, i), step_at(e, i + n), (e->steps - i - n) * STEP);
    e->steps -= n;
}

static void repeat_step(edit *e)
{
    if (e->steps == 0) return;
    uint8_t copy[STEP];
    size_t i = roll(&e->d, (uint32_t)e->steps);
    memcpy(copy, step_at(e, i), STEP);
    size_t n = open_gap(e, i, 1 + roll(&e->d, roll(&e->d, 4) ? 3 : 20));
    for (size_t k = 0; k < n; k++) memcpy(step_at(e, i + k), copy, STEP);
}

static void swap_steps(edit *e)
{
    if (e->steps < 2) return;
    uint8_t *a = step_at(e, roll(&e->d, (uint32_t)e->steps)), *b = step_at(e, roll(&e->d, (uint32_t)e->steps));
    for (unsigned i = 0; i < STEP; i++) {
        uint8_t keep = a[i];
        a[i] = b[i];
        b[i] = keep;
    }
}

static void change_argument(edit *e)
{
    if (e->steps == 0) {
        insert_step(e);
        return;
    }
    uint8_t *s = step_at(e, roll(&e->d, (uint32_t)e->steps));
    s[1 + roll(&e->d, STEP - 1)] = roll(&e->d, 2) ? (uint8_t)roll(&e->d, 256) : (uint8_t)roll(&e->d, 32);
}

/* Short stories that meet in real traffic: kind, actor, arguments as in play.c and calls.c. */
static const struct {
    uint8_t steps, step[MOTIF_STEPS][STEP];
} motifs[] = {
    {4,
     {{FZ_CALL, 0, 0, 6},
      {FZ_SEG, 0, 0, 0, 0, 0, 2},
      {FZ_SEG, 0, 0, 0, 0, 0, 2},
      {FZ_SEG, 0, 0, 0, 0, 0, 2}}},                                                    /* dup ACKs */
    {2, {{FZ_SEG, 0, 0, 0, 9, 0, 0, 0, 0, 13}, {FZ_SEG, 0, 0, 0, 0, 0, 0, 0, 0, 13}}}, /* a hole, then filled */
    {3, {{FZ_SEG, 0, 0, 0, 0, 0, 0, 0, 4}, {FZ_CALL, 0, 0, 6}, {FZ_TIME, 0, 0}}},      /* zero window, probe */
    {3, {{FZ_CALL, 0, 8, 1}, {FZ_SEG, 0, 3, 0, 0, 0, 2}, {FZ_SEG, 0, 0}}},             /* simultaneous close */
    {2, {{FZ_SEG, 0, 3, 0, 0, 0, 0, 0, 0, 13}, {FZ_CALL, 0, 7}}},                      /* FIN with data, close */
    {2, {{FZ_SEG, 0, 6, 0, 0, 3}, {FZ_SEG, 0, 6, 0, 0, 4}}},                           /* resets beside RCV.NXT */
    {4, {{FZ_CALL, 0, 0, 6}, {FZ_TIME, 0, 0}, {FZ_TIME, 0, 0}, {FZ_SEG, 0, 0}}},       /* two time-outs, answer */
    {3, {{FZ_SEG, 5, 4}, {FZ_SEG, 5, 0}, {FZ_CALL, 2, 9}}},                            /* another connection */
    {2, {{FZ_CLONE}, {FZ_CALL, 0, 0, 6}}},
    {3, {{FZ_FAIR}, {FZ_CALL, 0, 7}, {FZ_FAIR}}},
    {2, {{FZ_CALL, 0, 11, 0, 1}, {FZ_CALL, 0, 7}}},                         /* SO_LINGER 0, close */
    {2, {{FZ_CALL, 0, 0, 6, 0, 5}, {FZ_SEG, 0, 0, 16, 0, 0, 0, 0, 0, 13}}}, /* urgent both ways */
    {3,
     {{FZ_CALL, 0, 0, 6},
      {FZ_LATER, 0, 0, 0, 0, 0, 2, 0, 0, 0, 11},
      {FZ_LATER, 0, 0, 0, 0, 0, 2, 0, 0, 0, 27}}}, /* SACK */
    {1, {{FZ_ICMP, 0, 3, 2}}},                     /* a hard error of what is out */
    {1, {{FZ_SEG, 0, 7}}},                         /* refused */
    {2, {{FZ_LATER, 5, 4, 7, 0, 0, 0, 0, 0, 0, 15}, {FZ_LATER, 5, 0, 0, 0, 0, 0, 0, 0, 0, 4}}}, /* AccECN, passive */
    {3, {{FZ_RARE, 0, 9, 1}, {FZ_LATER, 0, 5, 0, 0, 0, 0, 0, 0, 0, 40}, {FZ_RARE, 0, 9, 1}}},   /* Fast Open, active */
    {2, {{FZ_LATER, 5, 4, 0, 0, 0, 0, 0, 0, 13, 8}, {FZ_LATER, 5, 4, 0, 0, 0, 0, 0, 0, 13, 24}}}, /* and passive */
    {2, {{FZ_RARE, 0, 6}, {FZ_LATER, 0, 0, 0x60, 0, 0, 0, 0, 0, 13}}},                            /* signed */
    {4, {{FZ_RARE, 0, 0, 10, 11}, {FZ_CALL, 0, 0, 6}, {FZ_SEG}, {FZ_RARE, 0, 14}}}, /* stamps of what was sent */
    {3,
     {{FZ_CALL, 0, 4, 1},
      {FZ_SEG, 0, 0, 0, 9, 0, 0, 0, 0, 13},
      {FZ_SEG, 0, 0, 0, 0, 0, 0, 0, 0, 14}}},                       /* a reader waits, and a gap is filled */
    {3, {{FZ_CALL, 0, 0, 6}, {FZ_TIME, 0, 7}, {FZ_CALL, 0, 0, 6}}}, /* more text while some is out */
    {3, {{FZ_SEG, 0, 3}, {FZ_SEG, 0, 6}, {FZ_CALL, 0, 4, 1}}},      /* a reset behind the FIN, and who is told */
    {4, {{FZ_AUTH, 2, 0}, {FZ_AUTH, 0, 5, 3}, {FZ_SEG, 5, 4}, {FZ_SEG, 5, 0}}},           /* opened by who signs (AO) */
    {4, {{FZ_AUTH, 2, 4}, {FZ_AUTH, 0, 5, 1}, {FZ_SEG, 5, 4}, {FZ_SEG, 5, 0}}},           /* the same with MD5 */
    {3, {{FZ_AUTH, 0, 0}, {FZ_AUTH, 0, 5, 3}, {FZ_SEG, 0, 2, 0, 0, 0, 0, 0, 0, 13}}},     /* a key while it is open */
    {4, {{FZ_AUTH, 0, 0, 1}, {FZ_AUTH, 0, 2, 3, 1, 1}, {FZ_AUTH, 0, 5, 4, 1}, {FZ_SEG}}}, /* the next key */
    {3, {{FZ_AUTH, 0, 3, 0x80}, {FZ_AUTH, 0, 1, 0, 0, 3, 1}, {FZ_AUTH, 0, 3, 1}}},        /* asked, and a key less */
    {4, {{FZ_WIDE, 0, 0, 4}, {FZ_WIDE, 0, 0, 4}, {FZ_SEG, 0, 4}, {FZ_SEG, 5, 4}}},        /* a port of two listeners */
    {2, {{FZ_WIDE, 0, 2, 36, 1}, {FZ_WIDE, 0, 1, 39, 5}}},                                /* strangers with cookies */
    {3, {{FZ_WIDE, 0, 3, 4}, {FZ_WIDE, 0, 3, 8}, {FZ_SEG, 0, 5}}},                        /* one more socket connects */
    {4, {{FZ_WIDE, 0, 3, 4}, {FZ_AUTH, 0, 0}, {FZ_WIDE, 0, 3, 8}, {FZ_SEG, 0, 5}}},       /* ... with a key */
    {4,
     {{FZ_SEG, 0, 0, 0, 0, 0, 0, 0, 4},
      {FZ_CALL, 0, 0, 7},
      {FZ_CALL, 0, 0, 7},
      {FZ_SEG}}}, /* much waits for a closed window, which opens: a probe of the MTU may be first */
    {4,
     {{FZ_RARE, 2, 0, 0, 5},
      {FZ_LATER, 5, 4, 0, 0, 0, 0, 0, 0, 0, 8},
      {FZ_SEG, 5, 6},
      {FZ_LATER, 5, 4, 0, 0, 0, 0, 0, 0, 13, 24}}}, /* a cookie asked for, and used (Fast Open, passive) */
    {3, {{FZ_KNOB, 0, 84, 0x80}, {FZ_CALL, 0, 0, 6}, {FZ_TIME, 0, 0}}}, /* the device refuses what is sent */
    {4, {{FZ_CALL, 0, 11, 3}, {FZ_CALL, 0, 11, 4}, {FZ_CALL, 0, 11, 5}, {FZ_TIME, 0, 13}}}, /* keepalive gives up */
    {3, {{FZ_RARE, 0, 0, 11}, {FZ_RARE, 0, 12, 1}, {FZ_SEG}}}, /* a copyless write, and that it is over */
};

static void splice_motif(edit *e)
{
    size_t which = roll(&e->d, sizeof motifs / sizeof motifs[0]), i = roll(&e->d, (uint32_t)e->steps + 1);
    size_t n = open_gap(e, i, motifs[which].steps);
    for (size_t k = 0; k < n; k++) memcpy(step_at(e, i + k), motifs[which].step[k], STEP);
}

static void change_inside(edit *e, fz_bytes_fn *bytes)
{
    uint8_t *at = e->steps && roll(&e->d, 4) ? step_at(e, roll(&e->d, (uint32_t)e->steps)) : e->data;
    size_t width = at == e->data ? HEAD : STEP, len = bytes(at, width, width);
    if (len < width) memset(at + len, 0, width - len);
}

static void change_header(edit *e)
{
    e->data[roll(&e->d, HEAD_USED)] = roll(&e->d, 2) ? (uint8_t)roll(&e->d, 256) : 0;
    if (roll(&e->d, 3) == 0) e->data[0] = (uint8_t)roll(&e->d, FZ_STARTS);
}

static void mutate_once(edit *e, fz_bytes_fn *bytes)
{
    switch (roll(&e->d, 16)) {
    case 0:
    case 1:
    case 2: insert_step(e); break;
    case 3: delete_run(e); break;
    case 4: repeat_step(e); break;
    case 5: swap_steps(e); break;
    case 6:
    case 7:
    case 8: change_argument(e); break;
    case 9:
    case 10: splice_motif(e); break;
    case 11:
    case 12: change_inside(e, bytes); break;
    default: change_header(e); break;
    }
}

size_t fz_mutate(uint8_t *data, size_t len, size_t cap, unsigned seed, fz_bytes_fn *bytes)
{
    if (cap < HEAD + STEP) return bytes(data, len, cap);
    if (len < HEAD) memset(data + len, 0, HEAD - len);
    size_t steps = len > HEAD ? (len - HEAD) / STEP : 0, most = (cap - HEAD) / STEP;
    edit e = {.data = data, .most = most < FZ_STEPS_MAX ? most : FZ_STEPS_MAX, .d = {seed}};
    e.steps = steps < e.most ? steps : e.most;
    for (uint32_t n = 1 + roll(&e.d, 3); n-- > 0;) mutate_once(&e, bytes);
    return HEAD + e.steps * STEP;
}

static size_t steps_in(size_t len)
{
    return len > HEAD ? (len - HEAD) / STEP : 0;
}

size_t fz_cross(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len, uint8_t *out, size_t cap, unsigned seed)
{
    if (cap < HEAD || a_len < HEAD) return 0;
    dice d = {seed};
    size_t most = (cap - HEAD) / STEP, from_a = roll(&d, (uint32_t)steps_in(a_len) + 1);
    size_t b_steps = steps_in(b_len), first = roll(&d, (uint32_t)b_steps + 1),
           from_b = roll(&d, (uint32_t)(b_steps - first) + 1);
    if (from_a > most) from_a = most;
    if (from_b > most - from_a) from_b = most - from_a;
    memcpy(out, a, HEAD + from_a * STEP);
    if (from_b) memcpy(out + HEAD + from_a * STEP, b + HEAD + first * STEP, from_b * STEP);
    return HEAD + (from_a + from_b) * STEP;
}
