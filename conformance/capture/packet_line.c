#include "packet_line.h"

#include <string.h>

#include "../packet/encode.h"
#include "../packet/opts.h"

typedef struct {
    cf_packet_line *l;
    const cf_recording *r;
    const cf_seg *s;
    cf_line_memory *m;
    bool in;
} work;

static void remember(cf_line_memory *m, uint32_t val)
{
    m->ts[m->count++ % (sizeof m->ts / sizeof *m->ts)] = val;
}

/* The nearest timestamp that the script's outbound packets carried, at or before the echo. */
static uint32_t known_echo(cf_line_memory *m, uint32_t ecr)
{
    if (m->raw_echoes) return ecr;
    uint32_t most = sizeof m->ts / sizeof *m->ts, n = m->count < most ? m->count : most, best = 0, least = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t age = ecr - m->ts[i];
        if (age < least) {
            least = age;
            best = m->ts[i];
        }
    }
    if (n == 0) return 0;
    if (least) m->odd_echoes++;
    return least > UINT32_MAX / 2 ? 0 : best;
}

static bool take_ts(work *w, cf_opt_spec *o, const cf_opt_val *v)
{
    if (w->in && w->m->no_stamps) return false;
    o->a = v->ts_val;
    o->b = v->ts_ecr;
    if (!w->in) remember(w->m, v->ts_val);
    else if (w->s->flags & CF_ACK) o->b = known_echo(w->m, v->ts_ecr);
    return true;
}

/* SACK edges count in the space of the side that is told. */
static bool take_sack(work *w, cf_opt_spec *o, const cf_opt_val *v)
{
    uint32_t isn = w->r->conn->half[!w->s->dir].isn;
    if (v->n > 4) return false;
    o->n = v->n;
    for (int i = 0; i < 2 * v->n; i++) o->sack[i] = v->sack[i] - isn;
    return true;
}

static bool take_blob(cf_opt_spec *o, const cf_opt_val *v)
{
    o->n = v->n;
    if (v->n > sizeof o->blob) return false;
    if (v->n) memcpy(o->blob, v->blob, v->n);
    return true;
}

static bool take_counters(cf_opt_spec *o, const cf_opt_val *v)
{
    o->n = v->n;
    o->a = v->ecn[0];
    o->b = v->ecn[1];
    o->c = v->ecn[2];
    return true;
}

static bool take_option(work *w, cf_opt_spec *o, const cf_opt_val *v)
{
    static const cf_opt_kind kinds[] = {
        [CF_OPT_EOL] = CF_O_EOL,        [CF_OPT_NOP] = CF_O_NOP,        [CF_OPT_MSS] = CF_O_MSS,
        [CF_OPT_WSCALE] = CF_O_WSCALE,  [CF_OPT_SACK_OK] = CF_O_SACKOK, [CF_OPT_SACK] = CF_O_SACK,
        [CF_OPT_TS] = CF_O_TS,          [CF_OPT_MD5] = CF_O_MD5,        [CF_OPT_FO] = CF_O_FO,
        [CF_OPT_AO] = CF_O_AO,          [CF_OPT_FOEXP] = CF_O_FOEXP,    [CF_OPT_ACCECN0] = CF_O_ACCECN0,
        [CF_OPT_ACCECN1] = CF_O_ACCECN1};
    memset(o, 0, sizeof *o);
    if (v->id == CF_OPT_OTHER || !v->well_formed) return false;
    o->kind = kinds[v->id];
    switch (v->id) {
    case CF_OPT_MSS: o->a = v->mss; return true;
    case CF_OPT_WSCALE: o->a = v->wscale; return true;
    case CF_OPT_TS: return take_ts(w, o, v);
    case CF_OPT_SACK: return take_sack(w, o, v);
    case CF_OPT_AO:
        o->a = v->key_id;
        o->b = v->rnext_id;
        return take_blob(o, v);
    case CF_OPT_MD5:
    case CF_OPT_FO:
    case CF_OPT_FOEXP: return take_blob(o, v);
    case CF_OPT_ACCECN0:
    case CF_OPT_ACCECN1: return take_counters(o, v);
    case CF_OPT_OTHER:
    case CF_OPT_EOL:
    case CF_OPT_NOP:
    case CF_OPT_SACK_OK: return true;
    }
    return false;
}

/* An option that scripts cannot say is replaced by as many NOPs: the packet keeps its length. */
static void fill_nops(work *w, uint32_t len)
{
    w->m->odd_options++;
    for (uint32_t i = 0; i < len && w->l->p.opts < CF_LINE_OPTS; i++) {
        cf_opt_spec *o = &w->l->opt[w->l->p.opts++];
        memset(o, 0, sizeof *o);
        o->kind = CF_O_NOP;
    }
}

static void take_options(work *w)
{
    const cf_seg *s = w->s;
    for (uint32_t i = 0; i < s->opt_len && w->l->p.opts < CF_LINE_OPTS;) {
        const uint8_t *at = s->opts + i;
        bool single = at[0] <= CF_KIND_NOP;
        if (!single && (i + 2 > s->opt_len || at[1] < 2 || i + at[1] > s->opt_len)) {
            fill_nops(w, s->opt_len - i);
            return;
        }
        cf_tcp_opt raw = {.kind = at[0], .len = single ? 1 : at[1], .data = at + 2};
        cf_opt_val v;
        cf_tcp_opt_read(&raw, &v);
        if (take_option(w, &w->l->opt[w->l->p.opts], &v)) w->l->p.opts++;
        else fill_nops(w, raw.len);
        i += raw.len;
    }
}

static void icmp_line(cf_pkt *p, const cf_seg *s, bool six)
{
    p->proto = CF_P_ICMP;
    p->icmp_type = (uint8_t)(s->urg >> 8);
    p->icmp_code = (uint8_t)(s->urg & 255);
    p->has_mtu = six ? p->icmp_type == 2 : p->icmp_type == 3 && p->icmp_code == 4;
    p->mtu = s->win;
    p->quote = CF_Q_TCP;
    p->q_seq = cf_roll(s->ack_pos);
}

static void tcp_line(cf_pkt *p, const cf_seg *s, bool in)
{
    p->proto = CF_P_TCP;
    p->flags = s->flags;
    p->seq = cf_roll(s->pos);
    p->len = s->len;
    p->seq_end = p->seq + p->len;
    p->has_ack = s->flags & CF_ACK;
    p->ack = cf_roll(s->ack_pos);
    p->has_win = in || (s->win == 0 && !(s->flags & CF_RST));
    p->win = s->win;
    p->has_urg = s->flags & CF_URG;
    p->urg = s->urg;
    if (in && s->tos & 3) {
        p->ip.given = true;
        p->ip.tos_check = CF_TOS_ECN;
        p->ip.tos = s->tos & 3;
    }
}

void cf_packet_line_of(cf_packet_line *l, const cf_recording *r, const cf_seg *s, bool any_options, cf_line_memory *m)
{
    memset(&l->p, 0, sizeof l->p);
    work w = {l, r, s, m, s->dir != r->side};
    l->p.dir = w.in ? CF_IN : CF_OUT;
    l->p.opt = l->opt;
    if (s->kind == CF_SEG_ICMP) {
        icmp_line(&l->p, s, r->conn->family == 6);
        return;
    }
    tcp_line(&l->p, s, w.in);
    take_options(&w);
    if (!w.in && any_options && l->p.opts) {
        l->p.opts = 0;
        l->p.opts_any = true;
    }
}
