#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../prog/fail.h"
#include "../prog/trace.h"
#include "cut.h"
#include "pair.h"

enum { MILLION = 1000000, LATE_IS_LOST_US = 150000, OLD_BYTES = FZ_WORLD_MTU, ACTIONS = 8, WHOLE_EVERY = 8 };
enum { PACKETS_BEFORE_A_DAY = 100000 };

/* No packet lives longer (RFC 9293 3.4.1): after 24 days an old timestamp would be taken for a new one (RFC 7323 5.5).
 */
static const int64_t msl_us = 120000000;

typedef struct fate {
    uint8_t action, hold;
} fate;

static struct {
    fz_world *w;
    fz_pair_program *p;
    fate coming[2][FZ_FATES];
    unsigned at[2]; /* the next packet of this side has coming[side][at % FZ_FATES] */
    uint32_t narrow[2], narrow_left[2];
    unsigned losses[2], early;
    rs_time troubled; /* since when something is out that was lost once; 0: nothing is */
    uint32_t una[2];
    struct {
        uint16_t len;
        rs_time at;
        uint8_t side, bytes[OLD_BYTES];
    } old[FZ_OLD];
    unsigned seen;
    int64_t passed_us; /* by steps of time */
} game;

static const int64_t holds_us[] = {1000, 1, 10000, 30000, 100000, 300000, 1000000, 3000000};
static const int64_t times_us[] = {10000,
                                   1,
                                   100,
                                   1000,
                                   40000,
                                   200000,
                                   250000,
                                   500000,
                                   1000000,
                                   3000000,
                                   10000000,
                                   60000000,
                                   INT64_C(3600000000),
                                   INT64_C(86400000000),
                                   INT64_C(2160000000000),
                                   INT64_C(4400000000000)};

static bool look(unsigned side, rs_probe *out)
{
    return fz_world_look(game.w, &game.w->talk[0], side, out);
}

/* ---------- what becomes of a packet ---------- */

/* Losing one more packet gives nobody a reason to give up: each sender that waits has been heard not long ago, and its
 * trouble has not lasted (Linux counts it from the first loss on, whatever was acknowledged meanwhile). */
static bool may_lose(void)
{
    const fz_end *e = game.w->talk[0].end;
    if (e[0].phase < FZ_OPEN || e[1].phase < FZ_OPEN) {
        if (game.early == FZ_EARLY_LOSSES) return false;
        game.early++;
        return true;
    }
    bool waits = false;
    for (unsigned side = 0; side < 2; side++) {
        rs_probe p;
        bool there = look(side, &p), idle = there && p.snd_una == p.snd_max && p.snd_wnd;
        waits |= there && p.snd_una != p.snd_max;
        if (there && (p.snd_una != game.una[side] || idle)) game.losses[side] = 0;
        if (there) game.una[side] = p.snd_una;
    }
    if (!waits || game.troubled.us == 0) game.troubled = game.w->now;
    if (game.losses[0] >= FZ_LOSSES || game.losses[1] >= FZ_LOSSES) return false;
    if (game.w->now.us - game.troubled.us > FZ_TROUBLE_US) return false;
    game.losses[0]++;
    game.losses[1]++;
    return true;
}

static void remember(unsigned side, const cf_packet *p)
{
    if (p->len > OLD_BYTES) return;
    unsigned i = game.seen++ % FZ_OLD;
    game.old[i].side = (uint8_t)side;
    game.old[i].at = game.w->now;
    game.old[i].len = (uint16_t)p->len;
    memcpy(game.old[i].bytes, p->bytes, p->len);
}

static bool decide(void *ctx, unsigned from, const cf_packet *p, rs_link_faults *f)
{
    (void)ctx;
    remember(from, p);
    fate *c = &game.coming[from][game.at[from]++ % FZ_FATES];
    int64_t hold = holds_us[c->hold % (sizeof holds_us / sizeof holds_us[0])];
    unsigned action = c->action % ACTIONS;
    *c = (fate){0};
    /* Each packet travels for itself. */
    f->overtake = MILLION;
    if (game.narrow_left[from]) {
        game.narrow_left[from]--;
        if (p->len > game.narrow[from] && may_lose()) f->lose = MILLION;
    }
    bool late = (action == 2 || action == 4 || action == 6) && hold >= LATE_IS_LOST_US;
    bool lost = action == 1 || action == 5 || late;
    if (lost && !may_lose()) return false;
    if (action == 1) f->lose = MILLION;
    if (action == 5) f->corrupt = MILLION;
    if (action == 2 || action == 4 || action == 6) f->delay.us += hold;
    if (action == 3 || action == 4) f->repeat = MILLION;
    return action == 7;
}

/* The cut wanders through the text. */
static bool deliver(void *ctx, unsigned to, rs_bytes pkt)
{
    (void)ctx;
    static fz_halves halves;
    if (game.p->twin == FZ_TWICE) fz_world_inject(game.w, to, pkt);
    if (game.p->twin != FZ_IN_PIECES || !fz_cut(pkt, 1 + game.seen * 7 % 1400, &halves)) return false;
    fz_world_inject(game.w, to, (rs_bytes){halves.first, halves.first_len});
    fz_world_inject(game.w, to, (rs_bytes){halves.second, halves.second_len});
    return true;
}

static void plan_fates(unsigned side, const uint8_t *arg, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        fate *c = &game.coming[side][(game.at[side] + arg[1] + i) % FZ_FATES];
        *c = (fate){.action = arg[0], .hold = arg[2]};
    }
    fz_trace(game.w->now.us, "fate of %u packets of host %u from the next but %u: %u, %u", count, side,
             arg[1] % FZ_FATES, arg[0] % ACTIONS, arg[2] % 8);
}

/* ---------- users ---------- */

/* A Linux host with something to read refuses the byte that its closed window is probed with (RFC 9293 3.8.6.1) and
 * the acknowledgment in it (quirk beyond_window_refused), and gives up although everybody is there. So its window
 * closes only towards another, who probes without text. */
static void read_again(fz_plan *p)
{
    if (p->host[0].linux_preset == p->host[1].linux_preset) return;
    for (unsigned i = 0; i < 2; i++)
        if (p->host[i].linux_preset) p->talk[0].user[i].late_reader = false;
}

static void user(unsigned side, const uint8_t *arg)
{
    static const uint32_t amounts[] = {1, 100, 536, 1447, 1448, 1449, 1460, 3000, 10000, 65535};
    fz_script *s = &game.p->plan.talk[0].user[side];
    fz_end *e = &game.w->talk[0].end[side];
    uint32_t n = amounts[arg[1] % (sizeof amounts / sizeof amounts[0])];
    switch (arg[0] % 8) {
    case 0:
    case 1:
    case 2: s->first = s->first > UINT32_MAX / 2 ? s->first : s->first + n; break;
    case 3: s->read_piece = n < FZ_LEAST_PIECE ? FZ_LEAST_PIECE : n; break;
    case 4:
        s->late_reader = !s->late_reader;
        read_again(&game.p->plan);
        break;
    case FZ_USER_STOPS: s->bytes = e->wrote; break;
    case 6: s->piece = n < FZ_LEAST_PIECE ? FZ_LEAST_PIECE : n; break;
    default:
        if (arg[2] % 8 == FZ_LEAVES_WITH_HOST) fz_world_reboot(game.w, side);
        if (arg[2] % 8 == FZ_LEAVES_ALONE && game.w->now.us > game.w->origin.us) {
            s->leaves.us = game.w->now.us - game.w->origin.us;
            s->leaves_hard = arg[1] & 1;
        }
        break;
    }
    fz_trace(game.w->now.us, "user of host %u: %u, %u", side, arg[0] % 8, n);
    fz_world_stir(game.w);
    fz_world_run(game.w, game.w->now);
}

/* ---------- attackers and ghosts ---------- */

static void again(const uint8_t *arg)
{
    unsigned count = game.seen < FZ_OLD ? game.seen : FZ_OLD;
    if (count == 0) return;
    uint8_t bytes[OLD_BYTES];
    unsigned i = arg[0] % count, len = game.old[i].len;
    if (game.w->now.us - game.old[i].at.us > msl_us) return;
    memcpy(bytes, game.old[i].bytes, len);
    if (arg[1] % 4 == 3) bytes[(arg[2] | (unsigned)arg[3] << 8) % len] ^= (uint8_t)(1u << arg[4] % 8);
    fz_trace(game.w->now.us, "again:");
    fz_world_inject(game.w, !game.old[i].side, (rs_bytes){bytes, len});
    fz_world_run(game.w, game.w->now);
}

static cf_addr judge_addr(rs_addr a)
{
    cf_addr out = {.family = a.family};
    memcpy(out.b, a.bytes, sizeof out.b);
    return out;
}

/* Where no window is: more than the largest buffer ahead, or well behind. */
static uint32_t blind_seq(const rs_probe *p, const uint8_t *arg)
{
    static const uint32_t ahead[] = {0x01000000, 0x10000000, 0x40000000, 0x7fff0000};
    static const uint32_t behind[] = {100000, 0x01000000, 0x10000000, 0x7fff0000};
    uint32_t raw = arg[4] | (uint32_t)arg[5] << 8;
    return arg[3] & 1 ? p->rcv_nxt - behind[arg[3] >> 1 & 3] - raw
                      : p->rcv_nxt + p->rcv_wnd + ahead[arg[3] >> 1 & 3] - raw;
}

/* Without timestamps nothing of a segment would be looked at where they were agreed on (RFC 7323 3.2): sometimes the
 * attacker has guessed well, and only the numbers are wrong. */
static void guess_stamps(cf_opt_row *row, const rs_probe *p, const uint8_t *arg)
{
    static const uint32_t ahead[] = {0, 1, 1000, 0x7fffffff, UINT32_MAX, 100000, 0x80000001, 10};
    if (!(arg[3] & 0x80)) return;
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_TS, .ts_val = p->ts_recent + ahead[arg[3] >> 4 & 7], .ts_ecr = arg[5]});
}

static void blind(unsigned side, const uint8_t *arg)
{
    static const uint16_t flags[] = {CF_RST, CF_RST | CF_ACK, CF_SYN,          CF_SYN | CF_ACK,
                                     CF_ACK, CF_ACK | CF_PSH, CF_ACK | CF_FIN, CF_FIN};
    rs_probe p;
    if (!look(side, &p) || p.state < RS_ESTABLISHED || p.state == RS_TIME_WAIT) return;
    static const uint8_t text[1400];
    uint8_t bytes[1500];
    const char *why = NULL;
    cf_build b = {.text = text, .text_len = arg[1] & 1 ? arg[2] * 5u : 0};
    cf_layer *ip = cf_build_add(&b, game.p->plan.ipv6 ? CF_L_IPV6 : CF_L_IPV4);
    ip->u.ip.src = judge_addr(game.w->addr[!side]);
    ip->u.ip.dst = judge_addr(game.w->addr[side]);
    cf_layer *l = cf_build_add(&b, CF_L_TCP);
    uint16_t f = flags[arg[0] % 8];
    uint32_t ack = p.snd_una + (arg[6] & 1 ? (uint32_t)arg[7] << 8 << (arg[8] % 16) : arg[7]);
    l->u.tcp =
        (cf_tcp){.sport = p.remote.port, .dport = p.local.port, .seq = blind_seq(&p, arg), .flags = f, .win = arg[9]};
    if (f & CF_ACK) l->u.tcp.ack = ack;
    cf_opt_row row = {0};
    guess_stamps(&row, &p, arg);
    l->u.tcp.opt_bytes = row.bytes;
    l->u.tcp.opt_len = row.len;
    if (f & (CF_SYN | CF_RST)) b.text_len = 0;
    size_t n = cf_encode(&b, bytes, sizeof bytes, &why);
    if (n == 0) fz_fail("setup", "cf_encode: %s", why ? why : "?");
    fz_trace(game.w->now.us, "blind:");
    fz_world_inject(game.w, side, (rs_bytes){bytes, n});
    fz_world_run(game.w, game.w->now);
}

static void knob(unsigned side, const uint8_t *arg)
{
    static const char *const list[][2] = {
        {"net.ipv4.tcp_early_retrans", "0"}, {"net.ipv4.tcp_early_retrans", "3"},
        {"net.ipv4.tcp_frto", "0"},          {"net.ipv4.tcp_frto", "2"},
        {"net.ipv4.tcp_recovery", "0"},      {"net.ipv4.tcp_recovery", "1"},
        {"net.ipv4.tcp_reordering", "10"},   {"net.ipv4.tcp_slow_start_after_idle", "0"},
    };
    const char *const *k = list[arg[0] % (sizeof list / sizeof list[0])];
    game.w->unchecked_whole |= game.w->on_host[side];
    if (rs_stack_set(game.w->st[side], k[0], k[1]).code) fz_fail("setup", "%s = %s is refused", k[0], k[1]);
    fz_trace(game.w->now.us, "host %u: %s = %s", side, k[0], k[1]);
}

/* ---------- the course of a program ---------- */

/* The circle of a clock of 1 ms passes once. A reader who sleeps that long may be asked for room all the time: no day
 * begins after so many packets. */
static void pass(const uint8_t *arg)
{
    const int64_t day = INT64_C(86400) * MILLION, most = 52 * day, left = most - game.passed_us;
    int64_t t = times_us[arg[0] % (sizeof times_us / sizeof times_us[0])] + (arg[1] & 1 ? arg[2] : 0);
    if (t > left) t = left;
    while (t > day && game.w->packets < PACKETS_BEFORE_A_DAY) {
        fz_world_run(game.w, (rs_time){game.w->now.us + day});
        game.passed_us += day;
        t -= day;
    }
    if (t > day) return;
    game.passed_us += t;
    fz_world_run(game.w, (rs_time){game.w->now.us + t});
}

static void play_step(unsigned i)
{
    unsigned side = game.p->step[i].side;
    const uint8_t *arg = game.p->step[i].arg;
    switch (game.p->step[i].kind) {
    case FZ_PAIR_FATE: plan_fates(side, arg, 1); break;
    case FZ_PAIR_BURST: plan_fates(side, arg, 1 + arg[3] % FZ_FATES); break;
    case FZ_PAIR_USER: user(side, arg); break;
    case FZ_PAIR_TIME: pass(arg); break;
    case FZ_PAIR_BLIND:
        if (game.p->twin != FZ_WITHOUT_ATTACKER) blind(side, arg);
        break;
    case FZ_PAIR_AGAIN: again(arg); break;
    case FZ_PAIR_KNOB: knob(side, arg); break;
    case FZ_PAIR_NARROW:
        game.narrow[side] = 600 + 4u * arg[0];
        game.narrow_left[side] = arg[1];
        break;
    case FZ_PAIR_KINDS: break;
    }
}

/* From FAIR on nobody holds anything back. */
static void set_free(fz_plan *p)
{
    for (unsigned i = 0; i < 2; i++) p->talk[0].user[i].each = 0;
}

void fz_pair_play(fz_world *w, fz_pair_program *p, fz_pair_after *after, void *ctx)
{
    static const fz_fate by_program = {.decide = decide}, in_twin = {.decide = decide, .deliver = deliver};
    bool arrives_otherwise = p->twin == FZ_TWICE || p->twin == FZ_IN_PIECES;
    memset(&game, 0, sizeof game);
    game.w = w;
    game.p = p;
    read_again(&p->plan);
    fz_world_open(w, &p->plan, arrives_otherwise ? &in_twin : &by_program);
    fz_world_run(w, w->now);
    if (after) after(ctx, w, -1);
    for (unsigned i = 0; i < p->count; i++) {
        play_step(i);
        w->happened.steps++;
        fz_world_check(w, i % WHOLE_EVERY == WHOLE_EVERY - 1);
        if (after) after(ctx, w, (int)i);
    }
    set_free(&p->plan);
    fz_world_fair(w);
    fz_world_close(w);
}
