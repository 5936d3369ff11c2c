/* Options that are kept and mean nothing here (opt_kept.def), and those of the socket level that hold a number. */
#include "sock_opt.h"

enum kept_bit {
#define B(level, number, NAME, initial) BIT_##NAME,
#define Z(level, number, NAME, initial) BIT_##NAME,
#define R(level, number, NAME, value)
#define W(level, number, NAME)
#define X(level, number, NAME, get, set)
#include "opt_kept.def"
#undef B
#undef Z
#undef R
#undef W
#undef X
    BITS
};
_Static_assert(BITS <= 64, "rs_sock.kept has a bit for every switch");

enum kind { SWITCH, STRICT_SWITCH, READ_ONLY, WRITE_ONLY, REFUSED };
typedef struct kept {
    int level, name;
    enum kind kind;
    int bit, value;       /* switches: their bit and what they are at first; READ_ONLY: the value */
    int get_err, set_err; /* REFUSED */
} kept;

static const kept rows[] = {
#define B(level, number, NAME, initial) {RS_LEVEL_##level, number, SWITCH, BIT_##NAME, initial, 0, 0},
#define Z(level, number, NAME, initial) {RS_LEVEL_##level, number, STRICT_SWITCH, BIT_##NAME, initial, 0, 0},
#define R(level, number, NAME, value) {RS_LEVEL_##level, number, READ_ONLY, 0, value, 0, RS_ENOPROTOOPT},
#define W(level, number, NAME) {RS_LEVEL_##level, number, WRITE_ONLY, 0, 0, RS_ENOPROTOOPT, 0},
#define X(level, number, NAME, get, set) {RS_LEVEL_##level, number, REFUSED, 0, 0, RS_##get, RS_##set},
#include "opt_kept.def"
#undef B
#undef Z
#undef R
#undef W
#undef X
};

static const kept *find(const rs_call *c, int level, int name)
{
    if (level == RS_LEVEL_IPV6 && !c->s->v6) return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].level == level && rows[i].name == name) return &rows[i];
    return NULL;
}

int rs_opt_kept_get(rs_call *c, int level, int name, int *out)
{
    const kept *k = find(c, level, name);
    if (!k) return RS_ENOPROTOOPT;
    bool changed = k->kind <= STRICT_SWITCH && (c->s->kept >> k->bit & 1);
    *out = k->value ^ changed;
    return k->get_err;
}

int rs_opt_kept_set(rs_call *c, int level, int name, rs_opt_value in)
{
    const kept *k = find(c, level, name);
    int value;
    if (!k) return RS_ENOPROTOOPT;
    if (k->kind > STRICT_SWITCH) return k->set_err;
    int err = rs_opt_take_int(level, in, &value);
    if (err) return err;
    if (k->kind == STRICT_SWITCH && value != 0 && value != 1) return RS_EINVAL;
    uint64_t bit = UINT64_C(1) << k->bit;
    c->s->kept = (value != 0) == k->value ? c->s->kept & ~bit : c->s->kept | bit;
    return 0;
}

/* --- numbers */

int rs_opt_get_PEEK_OFF(rs_call *c, int *out)
{
    *out = c->s->peek_off - 1;
    return 0;
}

/* Where MSG_PEEK begins, and goes on from; less than 0: always at the next byte. */
int rs_opt_set_PEEK_OFF(rs_call *c, int value)
{
    c->s->peek_off = value < 0 ? 0 : value == INT_MAX ? INT_MAX : value + 1;
    return 0;
}

int rs_opt_get_BUSY_POLL(rs_call *c, int *out)
{
    *out = c->s->busy_poll;
    return 0;
}

int rs_opt_set_BUSY_POLL(rs_call *c, int value)
{
    c->s->busy_poll = value;
    return 0;
}

int rs_opt_get_INCOMING_CPU(rs_call *c, int *out)
{
    *out = c->s->incoming_cpu - 1;
    return 0;
}

int rs_opt_set_INCOMING_CPU(rs_call *c, int value)
{
    c->s->incoming_cpu = value < 0 ? 0 : value == INT_MAX ? INT_MAX : value + 1;
    return 0;
}

int rs_opt_get_TXREHASH(rs_call *c, int *out)
{
    *out = !c->s->rehash_off;
    return 0;
}

/* -1 is "as the host has it": on. Packets of this stack have no hash: nothing follows. */
int rs_opt_set_TXREHASH(rs_call *c, int value)
{
    c->s->rehash_off = value == 0;
    return 0;
}
