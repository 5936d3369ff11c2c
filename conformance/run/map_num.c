/* map_num.c — sequence numbers, acknowledgments, SACK edges and timestamps between script space and live space. */
#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../text/mem.h"
#include "map.h"

/* ---------- sequence spaces ---------- */

static uint32_t local_offset(const cf_sock *s, bool syn)
{
    return syn ? s->live_isn - s->script_isn : s->live_isn;
}

static uint32_t remote_offset(const cf_sock *s, bool syn)
{
    return syn ? 0 : s->remote_isn;
}

uint32_t cf_map_seq_to_live(const cf_sock *s, uint32_t script_seq)
{
    return script_seq + local_offset(s, false);
}

/* ---------- timestamps ---------- */

void cf_map_ts_record(cf_sock *s, uint32_t script, uint32_t live)
{
    s->ts = cf_mem_grow(s->ts, s->ts_count, &s->ts_cap, sizeof *s->ts);
    s->ts[s->ts_count++] = (cf_ts_pair){script, live};
}

uint32_t cf_map_ts_to_script(const cf_sock *s, uint32_t live)
{
    return s->ts_count ? s->ts[0].script + (live - s->ts[0].live) : live;
}

/* The most recent recording of a script value wins. */
static bool ts_to_live(const cf_sock *s, const cf_settings *set, uint32_t script, uint32_t *live)
{
    for (uint32_t i = s->ts_count; i-- > 0;) {
        if (s->ts[i].script != script) continue;
        *live = s->ts[i].live;
        return true;
    }
    if (!set->ts_ecr_scaled || !s->ts_count) return false;
    *live = s->ts[0].live + (script - s->ts[0].script);
    return true;
}

/* ---------- script -> live ---------- */

static bool opt_to_live(const cf_sock *s, const cf_settings *set, const cf_pkt *p, cf_opt_spec *o, char *why,
                        size_t cap)
{
    bool syn = p->flags & CF_SYN;
    if (o->kind == CF_O_SACK)
        for (uint32_t i = 0; i < 2u * o->n; i++) o->sack[i] += local_offset(s, syn);
    if (o->kind != CF_O_TS || !(p->flags & CF_ACK)) return true;
    uint32_t script = o->b;
    if (ts_to_live(s, set, script, &o->b)) return true;
    snprintf(why, cap, "unable to infer a live TCP timestamp ecr: no outbound packet of the script carried TS val %u",
             script);
    return false;
}

bool cf_map_to_live(const cf_sock *s, const cf_settings *set, const cf_pkt *script, cf_pkt *live, cf_opt_spec *opts,
                    char *why, size_t why_cap)
{
    bool syn = script->flags & CF_SYN;
    *live = *script;
    live->seq += remote_offset(s, syn);
    if (script->flags & CF_ACK) live->ack += local_offset(s, syn);
    live->opt = opts;
    for (uint32_t i = 0; i < script->opts; i++) {
        opts[i] = script->opt[i];
        if (!opt_to_live(s, set, script, &opts[i], why, why_cap)) return false;
    }
    return true;
}

/* ---------- live -> script ---------- */

static const struct {
    cf_opt_id id;
    cf_opt_kind kind;
} kinds[] = {
    {CF_OPT_EOL, CF_O_EOL},         {CF_OPT_NOP, CF_O_NOP},        {CF_OPT_MSS, CF_O_MSS},
    {CF_OPT_WSCALE, CF_O_WSCALE},   {CF_OPT_SACK_OK, CF_O_SACKOK}, {CF_OPT_SACK, CF_O_SACK},
    {CF_OPT_TS, CF_O_TS},           {CF_OPT_MD5, CF_O_MD5},        {CF_OPT_FO, CF_O_FO},
    {CF_OPT_AO, CF_O_AO},           {CF_OPT_FOEXP, CF_O_FOEXP},    {CF_OPT_ACCECN0, CF_O_ACCECN0},
    {CF_OPT_ACCECN1, CF_O_ACCECN1},
};

static bool kind_of(cf_opt_id id, cf_opt_kind *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].id != id) continue;
        *kind = kinds[i].kind;
        return true;
    }
    return false;
}

static void fill_values(const cf_sock *s, bool syn, const cf_opt_val *v, cf_opt_spec *o)
{
    o->n = v->n;
    if (o->kind == CF_O_AO) {
        o->a = v->key_id;
        o->b = v->rnext_id;
    }
    if (o->kind == CF_O_MSS) o->a = v->mss;
    if (o->kind == CF_O_WSCALE) o->a = v->wscale;
    if (o->kind == CF_O_TS) {
        o->a = cf_map_ts_to_script(s, v->ts_val);
        o->b = v->ts_ecr;
    }
    if (o->kind == CF_O_ACCECN0 || o->kind == CF_O_ACCECN1) {
        o->a = v->ecn[0];
        o->b = v->ecn[1];
        o->c = v->ecn[2];
    }
    for (uint32_t i = 0; o->kind == CF_O_SACK && i < 2u * v->n && i < 8; i++)
        o->sack[i] = v->sack[i] - remote_offset(s, syn);
    if (v->blob && v->n <= sizeof o->blob) memcpy(o->blob, v->blob, v->n);
}

static bool opt_to_script(const cf_sock *s, bool syn, const cf_tcp_opt *raw, cf_opt_spec *o)
{
    cf_opt_val v;
    cf_tcp_opt_read(raw, &v);
    *o = (cf_opt_spec){0};
    if (!v.well_formed || !kind_of(v.id, &o->kind)) return false;
    if (v.id == CF_OPT_SACK && v.n > 4) return false;
    fill_values(s, syn, &v, o);
    return true;
}

void cf_map_to_script(const cf_sock *s, const cf_packet *frame, cf_pkt *out, cf_opt_spec *opts, uint32_t *odd)
{
    const cf_tcp *t = cf_packet_tcp(frame);
    *out = (cf_pkt){.dir = CF_OUT, .proto = CF_P_TCP, .opt = opts};
    *odd = 0;
    if (!t) return;
    bool syn = t->flags & CF_SYN;
    uint32_t back = syn && !s->isn_known ? t->seq : local_offset(s, syn);
    out->flags = t->flags;
    out->seq = t->seq - back;
    out->len = frame->text_len;
    out->seq_end = out->seq + out->len;
    out->has_ack = t->flags & CF_ACK;
    out->ack = out->has_ack ? t->ack - remote_offset(s, syn) : t->ack;
    out->has_win = true;
    out->win = t->win;
    out->has_urg = t->flags & CF_URG || t->urp;
    out->urg = t->urp;
    for (uint32_t i = 0; i < t->opt_count; i++) {
        if (opt_to_script(s, syn, &t->opts[i], &opts[out->opts])) out->opts++;
        else ++*odd;
    }
}
