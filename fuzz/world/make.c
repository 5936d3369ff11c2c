#include "make.h"

#include <stdlib.h>
#include <string.h>

#include "../prog/fail.h"
#include "../prog/memory.h"

enum { LINK_PACKETS = 512, ISN_TICK_NS = 4000, ISN_TICK_LINUX_NS = 64 /* quirk isn_clock_64ns */ };

/* A host of each preset as it is made, and room for the one in use. */
static struct {
    size_t size;
    rs_stack *pristine[2];
    void *room;
} hosts[FZ_HOSTS_MAX];
static void *links[FZ_HOSTS_MAX][FZ_HOSTS_MAX];
static void *trial; /* room for one more host */

rs_addr fz_world_addr(bool ipv6, unsigned host)
{
    rs_addr a = {.family = ipv6 ? RS_IPV6 : RS_IPV4};
    static const uint8_t v6[] = {0xfd, 0x3d, 0xfa, 0x7b}, v4[] = {192, 168, 0, 0};
    memcpy(a.bytes, ipv6 ? v6 : v4, 4);
    a.bytes[ipv6 ? 15 : 3] = (uint8_t)(host + 1);
    return a;
}

static void on_broken(void *ctx, const char *file, int line, const char *what)
{
    (void)ctx;
    fz_fail("O01 check", "%s:%d: %s", file, line, what);
    abort();
}

static void make_host(unsigned host, unsigned preset)
{
    rs_config cfg = preset ? rs_config_linux() : rs_config_rfc();
    cfg.limits = (rs_limits){.conns = 64,
                             .listeners = FZ_TALKS_MAX + 1,
                             .sockets = 64,
                             .blocks = 8192,
                             .records = 16384,
                             .parked = 4,
                             .outbox_bytes = 1 << 21};
    for (unsigned i = 0; i < 2; i++)
        if (rs_config_add_local(&cfg, fz_world_addr(i, host), i ? 64 : 24).code != 0) fz_fail("setup", "address");
    const char *why = rs_config_check(&cfg);
    if (why) fz_fail("setup", "configuration: %s", why);
    size_t size = rs_stack_size(&cfg);
    rs_status made = rs_stack_init(&hosts[host].pristine[preset], fz_memory(size), size, &cfg, (rs_time){0});
    if (made.code != 0) fz_fail("setup", "rs_stack_init: %s", rs_status_name(made.code));
    if (hosts[host].room) return;
    hosts[host].size = size;
    hosts[host].room = fz_memory(size);
    if (!trial) trial = fz_memory(size);
}

static rs_stack *fresh(const fz_plan *p, unsigned host, void *room)
{
    const fz_host_plan *h = &p->host[host];
    if (!hosts[host].pristine[h->linux_preset]) make_host(host, h->linux_preset);
    if (!room) room = hosts[host].room;
    rs_stack *st = rs_stack_clone(room, hosts[host].size, hosts[host].pristine[h->linux_preset]);
    if (!st) fz_fail("setup", "rs_stack_clone refuses an arena of the right size");
    for (unsigned i = 0; i < h->knobs; i++) {
        rs_status set = rs_stack_set(st, h->knob[i].name, h->knob[i].value);
        if (set.code) fz_fail("setup", "%s = %s: %s", h->knob[i].name, h->knob[i].value, rs_status_name(set.code));
    }
    return st;
}

static rs_link *link_between(const fz_plan *p, unsigned from, unsigned to)
{
    rs_link_conf conf = {.packets = LINK_PACKETS,
                         .mtu = FZ_WORLD_MTU,
                         .seed = p->seed * UINT64_C(64) + from * FZ_HOSTS_MAX + to,
                         .faults = p->path[from][to].rough};
    size_t len = rs_link_size(&conf);
    if (!links[from][to]) links[from][to] = fz_memory(len);
    return rs_link_init(links[from][to], len, &conf);
}

static void make_path(fz_world *w, unsigned from, unsigned to, bool wanted)
{
    w->path_of[from][to] = FZ_NO_PATH;
    if (!wanted) return;
    w->path_of[from][to] = (uint8_t)w->paths;
    w->path[w->paths++] = (fz_path){link_between(w->plan, from, to), (uint8_t)from, (uint8_t)to, RS_NEVER, false};
}

/* The first client opens its connection once, for nothing: the clock in its sequence number says when it would wrap.
 */
static rs_time wrapping_origin(const fz_plan *p)
{
    unsigned host = p->talk[0].host[0];
    (void)fresh(p, host, NULL); /* makes room for a trial */
    rs_stack *st = fresh(p, host, trial);
    rs_endpoint own = {fz_world_addr(p->ipv6, host), FZ_CLIENT_PORT};
    rs_endpoint to = {fz_world_addr(p->ipv6, p->talk[0].host[1]), FZ_SERVER_PORT};
    rs_time at = {p->origin.us + p->talk[0].user[0].start.us};
    int domain = p->ipv6 ? RS_PF_INET6 : RS_PF_INET;
    rs_ret fd = rs_socket(st, at, domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, RS_IPPROTO_TCP);
    (void)rs_bind(st, at, (rs_fd)fd.value, &own);
    (void)rs_connect(st, at, (rs_fd)fd.value, &to);
    rs_probe look;
    if (!rs_probe_fd(st, at, (rs_fd)fd.value, &look)) return p->origin;
    uint32_t ticks = 0u - p->iss_before - look.iss;
    int64_t tick_ns = p->host[host].linux_preset ? ISN_TICK_LINUX_NS : ISN_TICK_NS;
    return (rs_time){p->origin.us + (int64_t)ticks * tick_ns / 1000};
}

void fz_world_make_again(fz_world *w, unsigned host)
{
    w->st[host] = fresh(w->plan, host, NULL);
}

void fz_world_make(fz_world *w)
{
    const fz_plan *p = w->plan;
    rs_on_broken(on_broken, NULL);
    w->origin = p->iss_wraps ? wrapping_origin(p) : p->origin;
    for (unsigned i = 0; i < p->hosts; i++) {
        w->st[i] = fresh(p, i, NULL);
        w->addr[i] = fz_world_addr(p->ipv6, i);
    }
    bool wanted[FZ_HOSTS_MAX][FZ_HOSTS_MAX] = {{false}};
    for (unsigned i = 0; i < p->talks; i++) {
        const fz_talk_plan *t = &p->talk[i];
        wanted[t->host[0]][t->host[1]] = wanted[t->host[1]][t->host[0]] = true;
    }
    for (unsigned from = 0; from < FZ_HOSTS_MAX; from++)
        for (unsigned to = 0; to < FZ_HOSTS_MAX; to++) make_path(w, from, to, wanted[from][to]);
}
