#include "capture.h"

#include "../text/mem.h"

void cf_capture_start(cf_capture *c, const char *name, bool rolling)
{
    memset(c, 0, sizeof *c);
    c->path = cf_mem_str(name);
    c->rolling = rolling;
    cf_conns_init(&c->conns);
}

void cf_capture_free(cf_capture *c)
{
    cf_conns_free(&c->conns);
    free(c->path);
    free(c->damage);
    memset(c, 0, sizeof *c);
    c->conns.segs.fd = -1;
}

static bool take(cf_capture *c, const cf_frame *f, char *why, size_t why_cap)
{
    cf_seg s = {.number = f->number, .at_ns = f->at_ns};
    cf_ends ends;
    switch (cf_seg_read(&s, &ends, f->ip, f->ip_cap, c->rolling)) {
    case CF_SEG_OK: break;
    case CF_SEG_NOT_TCP: c->not_tcp++; return true;
    case CF_SEG_FRAGMENT: c->fragments++; return true;
    case CF_SEG_SHORT: c->cut_headers++; return true;
    case CF_SEG_BROKEN: c->malformed++; return true;
    }
    if (s.kind == CF_SEG_TCP) c->tcp++;
    else c->icmp++;
    return cf_conns_take(&c->conns, &s, &ends, why, why_cap);
}

bool cf_capture_add(cf_capture *c, int64_t at_ns, const uint8_t *ip, uint32_t len, char *why, size_t why_cap)
{
    c->read.packets++;
    c->read.bytes += len;
    cf_frame f = {.number = c->read.packets, .at_ns = at_ns, .cap = len, .len = len, .ip = ip, .ip_cap = len};
    return take(c, &f, why, why_cap);
}

bool cf_capture_read(cf_capture *c, const char *path, bool rolling, char *why, size_t why_cap)
{
    cf_frame f;
    cf_capture_start(c, path, rolling);
    cf_reader *r = cf_reader_open(path, why, why_cap);
    bool ok = r != NULL;
    while (ok && cf_reader_next(r, &f) == CF_READ_PACKET)
        if (f.ip) ok = take(c, &f, why, why_cap);
    if (r) {
        c->read = *cf_reader_count(r);
        c->damage = cf_mem_str(cf_reader_problem(r));
    }
    cf_reader_close(r);
    if (!ok) cf_capture_free(c);
    return ok;
}

static void say(cf_buf *out, uint64_t n, const char *one, const char *many)
{
    if (n) cf_buf_printf(out, "%llu %s\n", (unsigned long long)n, n == 1 ? one : many);
}

void cf_capture_left_out(const cf_capture *c, cf_buf *out)
{
    if (c->damage) cf_buf_printf(out, "%s; everything before that was used\n", c->damage);
    say(out, c->read.dropped, "packet is missing: the capture says that it was dropped",
        "packets are missing: the capture says that they were dropped");
    say(out, c->read.not_ip, "frame without IP", "frames without IP");
    say(out, c->not_tcp, "IP packet that is not about TCP", "IP packets that are not about TCP");
    say(out, c->fragments, "IP fragment: put fragments together before capturing",
        "IP fragments: put fragments together before capturing");
    say(out, c->cut_headers, "packet cut inside its headers: capture more bytes of each packet",
        "packets cut inside their headers: capture more bytes of each packet");
    say(out, c->read.cut, "frame captured in part: its content is not compared",
        "frames captured in part: their content is not compared");
    say(out, c->malformed, "packet with headers that contradict each other",
        "packets with headers that contradict each other");
    say(out, c->conns.beyond, "packet of a connection beyond the table's size",
        "packets of connections beyond the table's size (262144)");
}
