/* match_fix.h — a seen frame made from values, and its comparison with a script's packet. */
#ifndef MATCH_FIX_H
#define MATCH_FIX_H

#include "../../stack/test/check.h"
#include "../packet/addr.h"
#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../run/match.h"

typedef struct fix_frame {
    uint16_t flags, win, urp;
    uint32_t seq, ack, text_len;
    uint8_t tos, ttl;
    uint32_t flow;
    const cf_opt_val *opt;
    unsigned opts;
    const uint8_t *text;
} fix_frame;

static inline cf_packet fix_packet(const fix_frame *f, bool v6, uint8_t *bytes, size_t cap)
{
    const char *why;
    cf_packet p;
    cf_build b = {.text = f->text, .text_len = f->text_len};
    cf_opt_row row = {0};
    cf_layer *ip = cf_build_add(&b, v6 ? CF_L_IPV6 : CF_L_IPV4), *t = cf_build_add(&b, CF_L_TCP);
    ip->u.ip.src.family = ip->u.ip.dst.family = v6 ? 6 : 4;
    ip->u.ip.tos = f->tos;
    ip->u.ip.ttl = f->ttl ? f->ttl : 64;
    ip->u.ip.flow_label = f->flow;
    t->u.tcp.flags = f->flags;
    t->u.tcp.seq = f->seq;
    t->u.tcp.ack = f->ack;
    t->u.tcp.win = f->win;
    t->u.tcp.urp = f->urp;
    for (unsigned i = 0; i < f->opts; i++) cf_opt_put(&row, &f->opt[i]);
    t->u.tcp.opt_bytes = row.bytes;
    t->u.tcp.opt_len = row.len;
    cf_packet_decode(&p, bytes, cf_encode(&b, bytes, cap, &why));
    return p;
}

static cf_settings fix_set;
static unsigned fix_free;
static cf_sock fix_sock;
static cf_when fix_when;
static cf_match fix_result;

static inline void fix_begin(cf_ip_mode mode)
{
    cf_settings_defaults(&fix_set, mode);
    fix_free = 0;
    fix_sock = (cf_sock){.proto = CF_P_TCP, .isn_known = true};
    fix_when = (cf_when){.kind = CF_T_RELATIVE, .slack_us = 4000, .checked = true};
}

static inline const cf_match *fix_match(const cf_pkt *want, const fix_frame *f, int64_t at_us)
{
    static uint8_t bytes[70000];
    const char *why;
    cf_seen seen = {0};
    cf_packet p = fix_packet(f, fix_set.mode == CF_MODE_IPV6, bytes, sizeof bytes);
    cf_seen_add(&seen, &p, at_us, &why);
    cf_match_in in = {.want = want,
                      .sock = &fix_sock,
                      .record = true,
                      .seen = &seen,
                      .set = &fix_set,
                      .free = fix_free,
                      .when = &fix_when};
    cf_match_packet(&in, &fix_result);
    cf_seen_clear(&seen);
    return &fix_result;
}

static inline void fix_ok(const cf_match *m)
{
    if (!m->ok) CHECK_FAIL("%s (%s)", m->reason, m->field);
}

static inline void fix_differs(const cf_match *m, const char *field, const char *reason)
{
    CHECK(!m->ok);
    CHECK_STR(m->field, field);
    if (reason) CHECK_STR(m->reason, reason);
}

static inline unsigned fix_rows_that_differ(const cf_match *m)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < m->rows; i++) n += !m->row[i].same;
    return n;
}

#endif
