/* see pair.h */
#define _GNU_SOURCE
#include "pair.h"

#include <string.h>
#include <sys/mman.h>

static bool host_up(bench_host *h, uint8_t last, const bench_pair_conf *conf, rs_time now)
{
    rs_config cfg = rs_config_linux();
    cfg.limits = conf->limits;
    cfg.seed = last;
    cfg.knobs.somaxconn = 1 << 20;
    if (conf->syncookies >= 0) cfg.knobs.syncookies = conf->syncookies;
    if (rs_config_add_local(&cfg, bench_addr(last), 24).code) return false;
    h->size = rs_stack_size(&cfg);
    if (h->size == 0) return false;
    h->arena = mmap(NULL, h->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (h->arena == MAP_FAILED) {
        h->arena = NULL;
        return false;
    }
    /* a wish; a million connections are spread over a gigabyte */
    madvise(h->arena, h->size, conf->small_pages ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
    return rs_stack_init(&h->st, h->arena, h->size, &cfg, now).code == 0;
}

bool bench_pair_up(bench_pair *p, const bench_pair_conf *conf)
{
    memset(p, 0, sizeof *p);
    p->now = (rs_time){1000000};
    return host_up(&p->a, 1, conf, p->now) && host_up(&p->b, 2, conf, p->now);
}

void bench_pair_down(bench_pair *p)
{
    if (p->a.arena) munmap(p->a.arena, p->a.size);
    if (p->b.arena) munmap(p->b.arena, p->b.size);
}

void bench_shuttle(bench_pair *p)
{
    rs_bytes pkt;
    for (bool moved = true; moved;) {
        moved = false;
        while (rs_stack_output(p->a.st, p->now, &pkt)) {
            rs_stack_input(p->b.st, p->now, pkt);
            moved = true;
        }
        while (rs_stack_output(p->b.st, p->now, &pkt)) {
            rs_stack_input(p->a.st, p->now, pkt);
            moved = true;
        }
    }
}

void bench_advance(bench_pair *p, int64_t us)
{
    p->now.us += us;
    rs_stack_advance(p->a.st, p->now);
    rs_stack_advance(p->b.st, p->now);
    bench_shuttle(p);
}

rs_fd bench_listener(bench_pair *p, uint16_t port, int backlog)
{
    rs_fd l = (rs_fd)rs_socket(p->b.st, p->now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
    rs_endpoint local = bench_at(2, port);
    if (l < 0 || rs_bind(p->b.st, p->now, l, &local).value < 0 || rs_listen(p->b.st, p->now, l, backlog).value < 0)
        return -1;
    return l;
}

bool bench_connect_one(bench_pair *p, rs_fd l, uint16_t port, rs_fd *c, rs_fd *s)
{
    rs_endpoint to = bench_at(2, port);
    *c = (rs_fd)rs_socket(p->a.st, p->now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0).value;
    if (*c < 0) return false;
    rs_ret r = rs_connect(p->a.st, p->now, *c, &to);
    if (r.value < 0 && r.err != RS_EINPROGRESS) return false;
    bench_shuttle(p);
    *s = (rs_fd)rs_accept(p->b.st, p->now, l, NULL, RS_SOCK_NONBLOCK).value;
    return *s >= 0;
}
