/* Events as text, one line each (refstack/trace.h). */
#include "../include/refstack/trace.h"

#include <string.h>

#include "../include/refstack/probe.h"
#include "text.h"

static const struct {
    const char *name, *a, *b;
} kinds[RS_EV_KINDS] = {
#define E(kind, name, a, b) [RS_EV_##kind] = {name, a, b},
#include "../tcp/trace.def"
#undef E
};

static void add_addr(rs_text *t, const rs_addr *a)
{
    if (a->family == RS_IPV4) {
        for (int i = 0; i < 4; i++) {
            if (i) rs_text_add(t, ".");
            rs_text_add_int(t, a->bytes[i]);
        }
        return;
    }
    for (int i = 0; i < 16; i += 2) {
        if (i) rs_text_add(t, ":");
        rs_text_add_hex(t, (uint32_t)a->bytes[i] << 8 | a->bytes[i + 1]);
    }
}

static void add_endpoint(rs_text *t, const rs_endpoint *e)
{
    bool v6 = e->addr.family == RS_IPV6;
    if (v6) rs_text_add(t, "[");
    add_addr(t, &e->addr);
    rs_text_add(t, v6 ? "]:" : ":");
    rs_text_add_int(t, e->port);
}

static void add_number(rs_text *t, const char *what, int64_t value)
{
    if (!what[0]) return;
    rs_text_add(t, " ");
    rs_text_add(t, what);
    rs_text_add(t, "=");
    if (strcmp(what, "state") == 0 && value >= 0 && value < RS_STATES) rs_text_add(t, rs_state_name((rs_state)value));
    else if (strcmp(what, "error") == 0) rs_text_add(t, rs_status_name((int)value));
    else rs_text_add_int(t, value);
}

/* "12.000345 conn 3 192.0.2.1:80 > 198.51.100.7:4000: state state=SYN-RECEIVED state=ESTABLISHED: ACK taken
 * (9293 3.10.7.4)" */
size_t rs_event_text(char *buf, size_t cap, const rs_event *ev)
{
    rs_text t = rs_text_of(buf, cap);
    int64_t micros = ev->at.us % 1000000;
    rs_text_add_int(&t, ev->at.us / 1000000);
    rs_text_add(&t, ".");
    for (int64_t tenth = 100000; tenth > 1 && (micros < 0 ? -micros : micros) < tenth; tenth /= 10)
        rs_text_add(&t, "0");
    rs_text_add_int(&t, micros < 0 ? -micros : micros);
    if (ev->conn != RS_NO_CONN) {
        rs_text_add(&t, " conn ");
        rs_text_add_int(&t, ev->conn);
    }
    if (ev->local.addr.family != RS_AF_NONE) {
        rs_text_add(&t, " ");
        add_endpoint(&t, &ev->local);
        rs_text_add(&t, " > ");
        add_endpoint(&t, &ev->remote);
    }
    bool known = (unsigned)ev->kind < RS_EV_KINDS;
    rs_text_add(&t, ": ");
    rs_text_add(&t, known ? kinds[ev->kind].name : "?");
    add_number(&t, known ? kinds[ev->kind].a : "", ev->a);
    add_number(&t, known ? kinds[ev->kind].b : "", ev->b);
    if (ev->why) {
        rs_text_add(&t, ": ");
        rs_text_add(&t, ev->why_text ? ev->why_text : ev->why);
    }
    if (ev->rfc) {
        rs_text_add(&t, " (RFC ");
        rs_text_add(&t, ev->rfc);
        rs_text_add(&t, ")");
    }
    return t.len;
}
