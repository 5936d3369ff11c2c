/* exec_packet.c — expected packets: waiting for frames, joining them, judging, reporting. */
#include <stdio.h>
#include <string.h>

#include "../packet/print.h"
#include "../script/fmt.h"
#include "../text/mem.h"
#include "exec.h"

/* How far ahead a virtual clock looks for the next packet, to tell in the report. */
#define LOOK_AHEAD_US INT64_C(120000000)
enum { LOOK_AHEAD_FRAMES = 8, FRAG_OFFSET_OR_MORE = 0x3fff };

/* ---------- frames ---------- */

/* A frame that no stack may send, whoever it is for. */
static const char *malformed(const cf_exec *x, const cf_packet *p)
{
    const cf_ip *ip = cf_packet_ip(p);
    bool v4 = ip && ip->src.family == 4;
    if (p->broken) return p->broken;
    if (v4 && ip->frag & FRAG_OFFSET_OR_MORE) return "an IP fragment";
    if (v4 && !ip->sum_ok) return "a bad IPv4 header checksum";
    if (!(x->ops->caps & CF_CAP(CHECKSUMS))) return NULL;
    const cf_tcp *t = cf_packet_tcp(p);
    if (t && !t->sum_ok) return "a bad TCP checksum";
    const cf_udp *u = cf_packet_udp(p);
    if (u && !u->sum_ok) return "a bad UDP checksum";
    const cf_icmp *i = cf_packet_icmp(p);
    return i && !i->sum_ok ? "a bad ICMP checksum" : NULL;
}

static cf_frame_verdict refuse(cf_exec *x, const cf_packet *p, const char *why)
{
    char hex[600];
    cf_print_hex(p->bytes, p->len, 96, hex, sizeof hex);
    cf_exec_fail(x, cf_exec_here(x), "malformed packet", "error handling packet: live packet is malformed: %s", why);
    cf_exec_hint(x, "%s", hex);
    return CF_FRAME_OVER;
}

/* One frame, whoever it is for. */
static cf_frame_verdict any_frame(cf_exec *x, int64_t deadline_us, cf_frame *out)
{
    cf_sniffed got;
    if (deadline_us > x->limit_us) deadline_us = x->limit_us;
    if (!x->ops->sniff(x->t, deadline_us, &got)) return CF_FRAME_NONE;
    out->number = cf_dialogue_packet(&x->dialogue, CF_OUT, got.at_us, got.bytes, got.len);
    out->at_us = got.at_us;
    cf_packet_decode(&out->p, got.bytes, got.len);
    if (++x->frames > CF_FRAMES_MAX) {
        cf_exec_error(x, cf_exec_here(x), "more than %d packets in one run", CF_FRAMES_MAX);
        return CF_FRAME_OVER;
    }
    const char *why = malformed(x, &out->p);
    return why ? refuse(x, &out->p, why) : CF_FRAME_OK;
}

/* --by_ports: what the other connections send has its place in the script. */
static cf_frame_verdict not_its_turn(cf_exec *x, const cf_sock *other, const cf_frame *f)
{
    char *text = cf_dialogue_frame_text(other, &f->p);
    cf_dialogue_frame(&x->dialogue, f->at_us, other, &f->p, 0, "not its turn");
    cf_exec_fail(x, cf_exec_here(x), "another connection",
                 "error handling packet: the connection of ports %u > %u sends before its turn: %s", other->local_port,
                 other->remote_port, text);
    free(text);
    return CF_FRAME_OVER;
}

cf_frame_verdict cf_exec_next_frame(cf_exec *x, const cf_sock *s, int64_t patience_us, cf_frame *out)
{
    for (;;) {
        int64_t now = x->ops->now(x->t);
        int64_t deadline = patience_us > INT64_MAX - now ? INT64_MAX : now + patience_us;
        cf_frame_verdict v = any_frame(x, deadline, out);
        if (!x->over && !cf_exec_poll_blocked(x)) return CF_FRAME_OVER;
        if (v != CF_FRAME_OK || !s || cf_map_takes(&x->map, s, &out->p)) return v;
        const cf_sock *other = cf_map_of_ports(&x->map, &out->p);
        if (other) return not_its_turn(x, other, out);
        cf_dialogue_frame(&x->dialogue, out->at_us, NULL, &out->p, 0, "not of the connection under test");
        cf_pcap_comment(x->pcap, out->number, "not of the connection under test");
    }
}

void cf_exec_drain(cf_exec *x)
{
    cf_sniffed got;
    while (x->frames < CF_FRAMES_MAX && x->ops->sniff(x->t, x->ops->now(x->t), &got)) {
        cf_packet p;
        const cf_sock *s = x->map.under_test;
        cf_packet_decode(&p, got.bytes, got.len);
        uint32_t n = cf_dialogue_packet(&x->dialogue, CF_OUT, got.at_us, got.bytes, got.len);
        cf_dialogue_frame(&x->dialogue, got.at_us, s && cf_map_ours(s, &p) ? s : NULL, &p, 0, "not looked at");
        cf_pcap_comment(x->pcap, n, "after the failure");
        x->frames++;
    }
}

void cf_exec_keep_rest(cf_exec *x)
{
    cf_sniffed got;
    cf_pcap *p = x->dialogue.pcap;
    while (p && x->frames++ < CF_FRAMES_MAX && x->ops->sniff(x->t, x->ops->now(x->t), &got)) {
        uint32_t n = cf_pcap_add(p, got.at_us - x->live_start_us, false, got.bytes, got.len);
        cf_pcap_comment(p, n, "after the last line");
    }
}

/* ---------- reports ---------- */

static void keep_diffs(cf_exec *x, const cf_match *m)
{
    x->res->diff = cf_mem_or_die(malloc((m->rows ? m->rows : 1) * sizeof *m->row));
    memcpy(x->res->diff, m->row, m->rows * sizeof *m->row);
    x->res->diffs = m->rows;
}

static char *script_packet_text(const cf_pkt *p)
{
    cf_buf b = {0};
    cf_fmt_packet(&b, p);
    return cf_buf_take(&b);
}

static char *actual_text(const cf_seen *seen, const cf_match *m)
{
    char text[600];
    if (cf_packet_tcp(&seen->p) && seen->p.layers == 2) return script_packet_text(&m->actual);
    cf_print_packet(&seen->p, false, text, sizeof text);
    return cf_mem_str(text);
}

static void keep_packets(cf_exec *x, const cf_seen *seen, const cf_match *m)
{
    keep_diffs(x, m);
    x->res->script_packet = script_packet_text(&x->ev->pkt);
    x->res->wire_packet = actual_text(seen, m);
}

static cf_match_in match_input(cf_exec *x, cf_sock *s, const cf_seen *seen, bool record)
{
    return (cf_match_in){.want = &x->ev->pkt,
                         .sock = s,
                         .record = record,
                         .seen = seen,
                         .set = &x->set,
                         .free = x->script->free,
                         .when = &x->when,
                         .live_start_us = x->live_start_us};
}

/* After a mismatch: did what was expected come right behind? Then the packet in hand is one too many. */
static void look_behind(cf_exec *x, cf_sock *s)
{
    cf_seen later = {0};
    cf_frame f;
    for (int i = 0; i < LOOK_AHEAD_FRAMES; i++) {
        const char *why;
        cf_match m;
        bool free_time = x->ops->caps & CF_CAP(VIRTUAL_CLOCK); /* a real clock is not waited for */
        int64_t until = free_time ? x->when.end_us + x->when.slack_us - cf_exec_now(x) : 0;
        if (cf_exec_next_frame(x, s, until > 0 ? until : 0, &f) != CF_FRAME_OK) break;
        cf_seen_clear(&later);
        if (!cf_seen_add(&later, &f.p, f.at_us, &why)) break;
        cf_match_in in = match_input(x, s, &later, false);
        cf_match_packet(&in, &m);
        cf_dialogue_frame(&x->dialogue, f.at_us, s, &f.p, 0, m.ok ? "this one was expected" : "not looked at");
        if (!m.ok) continue;
        cf_exec_hint(x, "the expected packet came behind this one, at %.6f: a packet too many was sent before it",
                     (double)(f.at_us - x->live_start_us) / 1e6);
        break;
    }
    cf_seen_clear(&later);
}

static bool mismatch(cf_exec *x, cf_sock *s, const cf_seen *seen, const cf_match *m)
{
    char signature[64];
    if (x->set.non_fatal_packet) {
        cf_exec_note(x, "%s:%u: warning handling packet: %s", x->res->path, x->ev->line, m->reason);
        return true;
    }
    bool late = strcmp(m->field, "time") == 0 && seen->at_us - x->live_start_us > x->when.at_us;
    if (strcmp(m->field, "time") == 0) snprintf(signature, sizeof signature, "time %s", late ? "late" : "early");
    else snprintf(signature, sizeof signature, "field %s", m->field);
    keep_packets(x, seen, m);
    cf_exec_fail(x, (cf_where){x->ev->line, x->ev->pkt.span}, signature, "error handling packet: %s", m->reason);
    look_behind(x, s);
    return false;
}

/* Nothing came: on a virtual clock it costs nothing to see what comes next. */
static bool no_packet(cf_exec *x, cf_sock *s, cf_seen *seen)
{
    cf_frame f;
    cf_where at = {x->ev->line, x->ev->pkt.span};
    double gave_up = (double)cf_exec_now(x) / 1e6;
    x->res->script_packet = script_packet_text(&x->ev->pkt);
    if (seen->frames) {
        cf_match m;
        cf_match_in in = match_input(x, s, seen, false);
        cf_match_packet(&in, &m);
        keep_diffs(x, &m);
        x->res->wire_packet = actual_text(seen, &m);
    }
    cf_exec_fail(x, at, seen->frames ? "field payload" : "no-packet",
                 "error handling packet: Timed out waiting for packet");
    if (!(x->ops->caps & CF_CAP(VIRTUAL_CLOCK))) return false;
    if (cf_exec_next_frame(x, s, LOOK_AHEAD_US, &f) != CF_FRAME_OK) {
        cf_exec_hint(x, "none sent until %.6f, and none in the two minutes after", gave_up);
        return false;
    }
    char *text = cf_dialogue_frame_text(s, &f.p);
    cf_exec_hint(x, "none sent until %.6f; first packet after: %.6f %s", gave_up,
                 (double)(f.at_us - x->live_start_us) / 1e6, text);
    cf_dialogue_frame(&x->dialogue, f.at_us, s, &f.p, 0, "too late");
    free(text);
    return false;
}

static bool misjoined(cf_exec *x, cf_sock *s, const cf_seen *seen, const char *field)
{
    cf_match m;
    cf_match_in in = match_input(x, s, seen, false);
    cf_match_packet(&in, &m);
    keep_packets(x, seen, &m);
    cf_exec_fail(x, (cf_where){x->ev->line, x->ev->pkt.span}, "field payload",
                 "error handling packet: live packets do not join to the expected one: %s differs after %u bytes",
                 field, seen->p.text_len);
    return false;
}

/* ---------- one expected packet ---------- */

/* Frames without text are joined too: packetdrill takes pure ACKs that agree with the text behind them. */
static bool complete(const cf_exec *x, const cf_seen *seen)
{
    bool one = x->set.strict_segments || x->opts->strict_segments || x->ev->pkt.proto != CF_P_TCP;
    return one || seen->p.text_len >= x->ev->pkt.len;
}

static void note_sent(cf_sock *s, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t) return;
    s->got_any = true;
    s->got_seq = t->seq;
    if (!(t->flags & 16)) return;
    s->got_ack = true;
    s->got_ack_no = t->ack;
}

/* False: the run is over. */
static bool collect(cf_exec *x, cf_sock *s, cf_seen *seen)
{
    do {
        cf_frame f;
        const char *field;
        cf_frame_verdict v = cf_exec_next_frame(x, s, cf_clock_patience(&x->when), &f);
        if (v == CF_FRAME_OVER) return false;
        if (v == CF_FRAME_NONE) return no_packet(x, s, seen);
        cf_map_learn(s, &x->ev->pkt, &f.p);
        note_sent(s, &f.p);
        cf_dialogue_frame(&x->dialogue, f.at_us, s, &f.p, x->ev->line, "");
        cf_pcap_comment(x->pcap, f.number, "line %u", x->ev->line);
        if (!cf_seen_add(seen, &f.p, f.at_us, &field)) return misjoined(x, s, seen, field);
    } while (!complete(x, seen));
    return true;
}

bool cf_exec_outbound(cf_exec *x)
{
    const cf_pkt *want = &x->ev->pkt;
    cf_where at = {x->ev->line, want->span};
    if (!cf_exec_can_packet(x, want)) return false;
    cf_sock *s = cf_map_outbound(&x->map, &x->set, want);
    if (!s) return cf_exec_error(x, at, "error handling packet: no matching socket for outbound packet");
    cf_seen seen = {0};
    bool ok = collect(x, s, &seen);
    if (ok) {
        cf_match m;
        cf_match_in in = match_input(x, s, &seen, true);
        cf_match_packet(&in, &m);
        bool of_time = !m.ok && strcmp(m.field, "time") == 0;
        if (m.ok || of_time) cf_exec_note_margin(x, &x->when, seen.at_us - x->live_start_us);
        if (m.ok) cf_map_matched(s, want);
        else ok = mismatch(x, s, &seen, &m);
    }
    cf_seen_clear(&seen);
    return ok;
}
