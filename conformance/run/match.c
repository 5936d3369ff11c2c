/* match.c — the order of checks, TCP fields, time. Frames are joined in seen.c, IP is in match_ip.c, options in
 * match_opt.c. */
#include "match.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "../packet/print.h"

/* ---------- rows ---------- */

cf_field_diff *cf_match_row(cf_match *m, cf_row row, const char *fmt, ...)
{
    static cf_field_diff spill; /* beyond the table nothing is kept but the verdict */
    if (!row.same && m->ok) {
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(m->reason, sizeof m->reason, fmt, ap);
        va_end(ap);
    }
    if (!row.same) m->ok = false;
    cf_field_diff *d = row.derived ? &m->derived : m->rows < CF_MATCH_ROWS ? &m->row[m->rows++] : &spill;
    *d = (cf_field_diff){.field = row.field, .same = row.same};
    return d;
}

static void number_row(cf_match *m, cf_row row, const char *wire_name, uint64_t want, uint64_t got)
{
    typedef unsigned long long ull;
    cf_field_diff *d = cf_match_row(m, row, "live packet field %s: expected: %llu (0x%llx) vs actual: %llu (0x%llx)",
                                    wire_name, (ull)want, (ull)want, (ull)got, (ull)got);
    snprintf(d->script, sizeof d->script, "%llu", (ull)want);
    snprintf(d->wire, sizeof d->wire, "%llu", (ull)got);
    if (row.same) return;
    bool over = (uint32_t)(got - want) < 0x80000000u;
    snprintf(d->remark, sizeof d->remark, over ? "%u too much" : "short by %u",
             over ? (uint32_t)(got - want) : (uint32_t)(want - got));
}

void cf_match_number(cf_match *m, const char *field, const char *wire_name, uint64_t want, uint64_t got)
{
    number_row(m, (cf_row){.field = field, .same = want == got}, wire_name, want, got);
}

void cf_match_derived(cf_match *m, const char *field, const char *wire_name, uint64_t want, uint64_t got)
{
    if (want != got) number_row(m, (cf_row){.field = field, .derived = true}, wire_name, want, got);
}

/* The name of the failure: the first row that differs. */
static void name_failure(cf_match *m)
{
    if (m->ok) return;
    for (uint32_t i = 0; i < m->rows; i++) {
        if (m->row[i].same) continue;
        snprintf(m->field, sizeof m->field, "%s", m->row[i].field);
        return;
    }
    if (m->rows < CF_MATCH_ROWS) m->row[m->rows++] = m->derived;
    snprintf(m->field, sizeof m->field, "%s", m->derived.field ? m->derived.field : "packet");
}

/* ---------- TCP ---------- */

static const struct {
    uint16_t bit;
    const char *name;
} flag_names[] = {
    {CF_FIN, "tcp_fin"}, {CF_SYN, "tcp_syn"}, {CF_RST, "tcp_rst"}, {CF_PSH, "tcp_psh"}, {CF_ACK, "tcp_ack"},
    {CF_URG, "tcp_urg"}, {CF_ECE, "tcp_ece"}, {CF_CWR, "tcp_cwr"}, {CF_AE, "tcp_ae"},
};

static int ace_of(uint16_t flags)
{
    return (flags & CF_AE ? 4 : 0) | (flags & CF_CWR ? 2 : 0) | (flags & CF_ECE ? 1 : 0);
}

/* One row for people, one reason for packetdrill's users: its first differing bit. */
static void match_flags(const cf_match_in *in, cf_match *m)
{
    const cf_pkt *want = in->want;
    uint16_t mask = want->has_ace ? (uint16_t)~(CF_ECE | CF_CWR | CF_AE) : UINT16_MAX;
    if ((in->free & CF_FREE_PSH) && want->len && !(want->flags & CF_PSH)) mask &= (uint16_t)~CF_PSH;
    uint16_t differ = (uint16_t)((want->flags ^ m->actual.flags) & mask);
    bool ace_same = !want->has_ace || ace_of(m->actual.flags) == want->ace;
    const char *name = "tcp_ace";
    unsigned w = want->ace, g = (unsigned)ace_of(m->actual.flags);
    for (size_t i = sizeof flag_names / sizeof *flag_names; i-- > 0;) {
        if (!(differ & flag_names[i].bit)) continue;
        name = flag_names[i].name;
        w = (want->flags & flag_names[i].bit) != 0;
        g = (m->actual.flags & flag_names[i].bit) != 0;
    }
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "flags", .same = !differ && ace_same},
                                    "live packet field %s: expected: %u (0x%x) vs actual: %u (0x%x)", name, w, w, g, g);
    cf_print_flags(want->flags, want->has_ace ? want->ace : -1, d->script, sizeof d->script);
    cf_print_flags(m->actual.flags, want->has_ace ? ace_of(m->actual.flags) : -1, d->wire, sizeof d->wire);
}

static void match_seq(const cf_pkt *want, cf_match *m)
{
    const cf_pkt *got = &m->actual;
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "seq", .same = want->seq == got->seq},
                                    "live packet field tcp_seq: expected: %u (0x%x) vs actual: %u (0x%x)", want->seq,
                                    want->seq, got->seq, got->seq);
    snprintf(d->script, sizeof d->script, "%u:%u", want->seq, want->seq + want->len);
    snprintf(d->wire, sizeof d->wire, "%u:%u", got->seq, got->seq + got->len);
    if (want->seq != got->seq) snprintf(d->remark, sizeof d->remark, "%+d", (int32_t)(got->seq - want->seq));
}

static void match_tcp(const cf_match_in *in, cf_match *m)
{
    const cf_pkt *want = in->want;
    const cf_tcp *t = cf_packet_tcp(&in->seen->p);
    uint32_t opt_bytes = cf_match_opt_bytes(in);
    uint32_t words = 5 + (opt_bytes + 3) / 4;
    cf_match_derived(m, "header words", "tcp_data_offset", words, t->doff);
    match_flags(in, m);
    if (t->reserved) cf_match_number(m, "reserved", "tcp_reserved_bits", 0, t->reserved);
    match_seq(want, m);
    cf_match_number(m, "ack", "tcp_ack_seq", want->ack, m->actual.ack);
    if (want->has_win) cf_match_number(m, "win", "tcp_window", want->win, m->actual.win);
    if (want->urg || m->actual.urg) cf_match_number(m, "urg", "tcp_urg_ptr", want->urg, m->actual.urg);
}

static void match_udp(const cf_match_in *in, cf_match *m)
{
    const cf_udp *u = cf_packet_udp(&in->seen->p);
    if (u) cf_match_number(m, "udp length", "udp_len", in->want->len + 8u, u->len);
}

static void match_icmp(const cf_match_in *in, cf_match *m)
{
    const cf_icmp *i = cf_packet_icmp(&in->seen->p);
    if (!i) return;
    cf_match_number(m, "icmp type", "icmp_type", in->want->icmp_type, i->type);
    cf_match_number(m, "icmp code", "icmp_code", in->want->icmp_code, i->code);
}

/* ---------- payload and time ---------- */

bool cf_match_garbage_byte(const cf_match_in *in)
{
    bool empty = in->want->proto == CF_P_TCP && in->want->len == 0;
    return (in->free & CF_FREE_GARBAGE_BYTE) && empty && in->seen->p.text_len == 1;
}

static void match_payload_len(const cf_match_in *in, cf_match *m)
{
    uint32_t want = in->want->len, got = in->seen->p.text_len;
    if (in->want->proto == CF_P_ICMP || cf_match_garbage_byte(in)) return;
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "payload", .same = want == got},
                                    "live packet payload: expected %u bytes vs actual %u bytes", want, got);
    snprintf(d->script, sizeof d->script, "%u bytes", want);
    snprintf(d->wire, sizeof d->wire, "%u bytes", got);
    if (want != got)
        snprintf(d->remark, sizeof d->remark, got > want ? "%u too much" : "short by %u",
                 got > want ? got - want : want - got);
}

static void match_payload_bytes(const cf_match_in *in, cf_match *m)
{
    if (in->want->proto == CF_P_ICMP || in->seen->text_zero || cf_match_garbage_byte(in)) return;
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "payload bytes", .same = false},
                                    "live packet payload: bytes that are not zero");
    snprintf(d->script, sizeof d->script, "zeros");
    snprintf(d->wire, sizeof d->wire, "other bytes");
}

static void match_time(const cf_match_in *in, cf_match *m)
{
    char text[240];
    int64_t at = in->seen->at_us - in->live_start_us;
    bool ok = cf_clock_holds(in->when, at);
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "time", .same = ok}, "%s",
                                    cf_clock_text(in->when, "outbound packet", at, text, sizeof text));
    double slack = (double)in->when->slack_us / 1e6;
    if (!in->when->checked) snprintf(d->script, sizeof d->script, "any");
    else if (in->when->end_us != in->when->at_us)
        snprintf(d->script, sizeof d->script, "%.6f~%.6f", (double)in->when->at_us / 1e6,
                 (double)in->when->end_us / 1e6);
    else snprintf(d->script, sizeof d->script, "%.6f +-%.6f", (double)in->when->at_us / 1e6, slack);
    snprintf(d->wire, sizeof d->wire, "%.6f", (double)at / 1e6);
    if (ok) return;
    int64_t late = at - in->when->end_us, early = in->when->at_us - at;
    snprintf(d->remark, sizeof d->remark, "%.3f ms %s", (double)(late > 0 ? late : early) / 1e3,
             late > 0 ? "late" : "early");
}

/* ---------- the order ---------- */

static void match_transport(const cf_match_in *in, cf_match *m)
{
    if (in->want->proto == CF_P_TCP && cf_packet_tcp(&in->seen->p)) match_tcp(in, m);
    if (in->want->proto == CF_P_UDP) match_udp(in, m);
    if (in->want->proto == CF_P_ICMP) match_icmp(in, m);
}

void cf_match_packet(const cf_match_in *in, cf_match *out)
{
    memset(out, 0, sizeof *out);
    out->ok = true;
    cf_map_to_script(in->sock, &in->seen->p, &out->actual, out->opts, &out->odd_opts);
    if (in->seen->frames > 1) {
        out->actual.seq -= in->seen->p.text_len - in->seen->frame_text;
        out->actual.seq_end = out->actual.seq + in->seen->p.text_len;
        out->actual.flags = (uint16_t)((out->actual.flags & ~CF_CWR) | (in->seen->first_cwr ? CF_CWR : 0));
    }
    match_payload_len(in, out);
    cf_match_layers(in, out);
    match_transport(in, out);
    cf_match_flow_label(in, out);
    if (in->want->proto == CF_P_TCP) cf_match_options(in, out);
    match_payload_bytes(in, out);
    match_time(in, out);
    name_failure(out);
}
