/* exec_end.c — what comes after the last event: silence, commands, code, resets. */
#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "../packet/print.h"
#include "../text/mem.h"
#include "exec.h"

/* ---------- commands ---------- */

static void keep_notes(cf_exec *x)
{
    if (!x->shell.notes.len) return;
    cf_exec_note(x, "%s", cf_buf_str(&x->shell.notes));
    cf_buf_clear(&x->shell.notes);
}

/* On one line; not after the verdict. */
static void tell(cf_exec *x, uint32_t line, const char *text)
{
    cf_buf b = {0};
    if (!x->dialogue.on || x->over) return;
    for (const char *p = text; *p; p++) {
        bool blank = strchr(" \t\r\n", *p) != NULL;
        if (!blank) cf_buf_putc(&b, *p);
        else if (b.len && p[1] && !strchr(" \t\r\n", p[1])) cf_buf_putc(&b, ' ');
    }
    cf_dialogue_say(&x->dialogue, x->begun ? cf_exec_now(x) : 0, "command", line, "`%s`", cf_buf_str(&b));
    cf_buf_free(&b);
}

/* what: "init command", "cleanup command", or NULL for a timed one. */
bool cf_exec_command(cf_exec *x, const char *text, cf_where at, const char *what)
{
    cf_shell_verdict v = cf_shell_run(&x->shell, text);
    int64_t slept = x->shell.slept_us;
    keep_notes(x);
    x->shell.slept_us = 0;
    if (slept) x->ops->sleep_until(x->t, x->ops->now(x->t) + slept);
    tell(x, at.line, text);
    switch (v) {
    case CF_SHELL_OK: return true;
    case CF_SHELL_NA: return cf_exec_na(x, at, "%s", x->shell.why);
    case CF_SHELL_UNKNOWN: return cf_exec_invalid(x, at, "%s", x->shell.why);
    case CF_SHELL_STATUS: break;
    }
    if (what) {
        bool first = !x->over; /* packetdrill names no line here; the record does */
        cf_exec_error(x, (cf_where){.span = at.span}, "error executing %s: %s", what, x->shell.why);
        if (first) x->res->line = at.line;
        return false;
    }
    return cf_exec_error(x, at, "error executing `%s` command: %s", text, x->shell.why);
}

/* ---------- the record ---------- */

void cf_exec_take_info(cf_exec *x, int closing_fd)
{
    const cf_sock *s = x->map.under_test;
    if (!s || s->proto != CF_P_TCP || s->live_fd < 0 || (closing_fd >= 0 && closing_fd != s->live_fd)) return;
    for (uint32_t i = 0; i < x->fd_count; i++) {
        if (x->fds[i].live != s->live_fd) continue;
        cf_ledger_take_info(&x->ledger, x->t, s->live_fd);
        return;
    }
}

/* ---------- silence ---------- */

/* What a real host says to everybody on its link (router solicitations, group reports) breaks no silence. */
static bool to_a_group(const cf_packet *p)
{
    const cf_ip *ip = cf_packet_ip(p);
    if (!ip) return false;
    return ip->dst.family == 6 ? ip->dst.b[0] == 0xff : ip->dst.b[0] >> 4 == 0xe;
}

bool cf_exec_quiet(cf_exec *x)
{
    cf_frame f;
    cf_frame_verdict v;
    if (x->script->quiet_us < 0) return true;
    int64_t end = x->ops->now(x->t) + x->script->quiet_us;
    const cf_sock *s = x->map.under_test;
    do v = cf_exec_next_frame(x, NULL, end - x->ops->now(x->t), &f);
    while (v == CF_FRAME_OK && to_a_group(&f.p));
    if (v == CF_FRAME_NONE) return true;
    if (v == CF_FRAME_OVER) return false;
    s = s && cf_map_ours(s, &f.p) ? s : NULL;
    char *text = cf_dialogue_frame_text(s, &f.p);
    double at = (double)(f.at_us - x->live_start_us) / 1e6;
    cf_dialogue_frame(&x->dialogue, f.at_us, s, &f.p, 0, "silence was asked for");
    x->res->wire_packet = cf_mem_str(text);
    cf_exec_fail(x, cf_exec_here(x), "not quiet after",
                 "the script asks for silence after its last event, but a packet came at %.6f: %s", at, text);
    free(text);
    return false;
}

/* ---------- code ---------- */

bool cf_exec_code(cf_exec *x)
{
    cf_buf printed = {0};
    cf_code_failure f = {0};
    bool ok = cf_code_run(&x->code, x->res->path, x->set.code_command, &printed, &f);
    if (printed.len) cf_exec_note(x, "%s", cf_buf_str(&printed));
    cf_where at = {.line = f.block_line};
    if (!ok && f.broken) cf_exec_error(x, at, "error executing code: %s", cf_buf_str(&f.text));
    else if (!ok) cf_exec_fail(x, at, "code", "error in Python code: %s", cf_buf_str(&f.text));
    if (!ok) x->res->line = f.line;
    if (!ok && f.values.len) cf_exec_hint(x, "%s", cf_buf_str(&f.values));
    cf_buf_free(&printed);
    cf_buf_free(&f.text);
    cf_buf_free(&f.values);
    return ok;
}

/* ---------- the end ---------- */

static void close_fds(cf_exec *x)
{
    for (uint32_t i = 0; i < x->fd_count; i++) {
        cf_call_in in = {.name = "close", .id = CF_CALL_close, .fd = x->fds[i].live, .fd2 = -1};
        cf_call_out out = {0};
        x->ops->call(x->t, &in, &out);
    }
    x->fd_count = 0;
}

/* In live numbers: what came last says where the window of the stack is. */
static cf_pkt reset_for(const cf_sock *s)
{
    cf_pkt p = {.dir = CF_IN, .proto = CF_P_TCP, .flags = CF_RST | CF_ACK, .has_ack = true};
    if (s->sent_ack) {
        p.seq = s->sent_next;
        p.ack = s->sent_ack_no;
        p.win = s->sent_win;
    } else if (s->got_ack) {
        p.seq = s->got_ack_no;
        p.ack = s->got_seq;
    } else {
        p.ack = s->got_seq + 1;
    }
    return p;
}

void cf_exec_reset_all(cf_exec *x)
{
    static uint8_t bytes[CF_PACKET_MAX];
    close_fds(x);
    for (uint32_t i = 0; i < x->map.count; i++) {
        const cf_sock *s = x->map.socks[i];
        const char *why;
        if (s->proto != CF_P_TCP || !s->local_port || !s->remote_port || !s->local.family) continue;
        cf_pkt p = reset_for(s);
        size_t n = cf_exec_build(x, s, &p, bytes, sizeof bytes, &why);
        if (n && !cf_exec_inject(x, bytes, n, "final reset")) return;
    }
}
