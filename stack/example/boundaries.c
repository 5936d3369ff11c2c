/* boundaries.c — TCP is a stream: what one write sends is not what one read gives. Shows it on two reference stacks in
 * virtual time, and three cures (framing.h). Ends with 0 when every cure gave every message back.
 *
 *     build/release/bin/rs_boundaries
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/time.h"
#include "../drive/loop.h"
#include "../include/refstack/refstack.h"
#include "framing.h"

static const char *const messages[] = {"hello", "a longer one", "x", "and the last"};
enum { MESSAGES = sizeof messages / sizeof *messages, PORT = 7000, TEXT = 256, ALIGN = 64, PACKET = 1500 };

typedef struct host {
    rs_config cfg;
    rs_stack *st;
    void *memory;
} host;

typedef struct pair {
    host client, server;
    rs_loop loop;
    rs_link *there, *back;
    void *link_memory[2];
    rs_fd from, to;
} pair;

static int64_t done(rs_ret r, const char *what)
{
    if (!r.parked && r.value >= 0) return r.value;
    fprintf(stderr, "boundaries: %s: %s\n", what, r.parked ? "would wait" : rs_status_name(r.err));
    exit(1);
}

static void *aligned(size_t len, void **kept)
{
    *kept = calloc(1, len + ALIGN);
    if (!*kept) exit(1);
    return (void *)(((uintptr_t)*kept + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1));
}

static rs_addr address(uint8_t last)
{
    return (rs_addr){.family = RS_IPV4, .bytes = {10, 0, 0, last}};
}

static void start(host *h, uint8_t last)
{
    h->cfg = rs_config_linux();
    h->cfg.limits = (rs_limits){
        .conns = 8, .listeners = 2, .sockets = 8, .blocks = 64, .records = 128, .parked = 4, .outbox_bytes = 1 << 17};
    h->cfg.secret[0] = last;
    rs_status ok = rs_config_add_local(&h->cfg, address(last), 24);
    size_t len = rs_stack_size(&h->cfg);
    if (ok.code == 0) ok = rs_stack_init(&h->st, aligned(len, &h->memory), len, &h->cfg, (rs_time){0});
    if (ok.code != 0) exit(1);
}

static rs_link *wire(void **kept)
{
    rs_link_conf conf = {.packets = 64, .mtu = PACKET, .seed = 1, .faults = {.delay = RS_MS(10)}};
    size_t len = rs_link_size(&conf);
    rs_link *l = rs_link_init(aligned(len, kept), len, &conf);
    if (!l) exit(1);
    return l;
}

static void pass(pair *p, int64_t ms)
{
    rs_loop_run(&p->loop, rs_time_add(p->loop.now, RS_MS(ms)), NULL, NULL);
}

static rs_fd nonblocking(host *h, rs_time now)
{
    return (rs_fd)done(rs_socket(h->st, now, RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, RS_IPPROTO_TCP), "socket");
}

static void join(pair *p)
{
    start(&p->client, 1);
    start(&p->server, 2);
    rs_loop_init(&p->loop, (rs_time){0});
    p->there = wire(&p->link_memory[0]);
    p->back = wire(&p->link_memory[1]);
    int a = rs_loop_add(&p->loop, p->client.st, &p->client.cfg),
        b = rs_loop_add(&p->loop, p->server.st, &p->server.cfg);
    if (!rs_loop_join(&p->loop, a, b, p->there) || !rs_loop_join(&p->loop, b, a, p->back)) exit(1);
    rs_endpoint at = {address(2), PORT};
    rs_fd listener = nonblocking(&p->server, p->loop.now);
    done(rs_bind(p->server.st, p->loop.now, listener, &at), "bind");
    done(rs_listen(p->server.st, p->loop.now, listener, 1), "listen");
    p->from = nonblocking(&p->client, p->loop.now);
    (void)rs_connect(p->client.st, p->loop.now, p->from, &at); /* in progress */
    pass(p, 100);
    p->to = (rs_fd)done(rs_accept(p->server.st, p->loop.now, listener, NULL, RS_SOCK_NONBLOCK), "accept");
}

static void part(pair *p)
{
    free(p->client.memory);
    free(p->server.memory);
    free(p->link_memory[0]);
    free(p->link_memory[1]);
}

static void send_bytes(pair *p, const void *bytes, size_t len)
{
    done(rs_send(p->client.st, p->loop.now, p->from, bytes, len, 0, NULL), "send");
}

static size_t read_some(pair *p, void *to, size_t len)
{
    rs_ret r = rs_recv(p->server.st, p->loop.now, p->to, to, len, 0, NULL);
    return r.value > 0 ? (size_t)r.value : 0;
}

/* Every message is one write; the reads know nothing of that. */
static void show_the_problem(void)
{
    pair p;
    char got[TEXT];
    join(&p);
    printf("without framing: %d writes\n", MESSAGES);
    for (int i = 0; i < MESSAGES; i++) send_bytes(&p, messages[i], strlen(messages[i]));
    pass(&p, 200);
    for (size_t n; (n = read_some(&p, got, 20)) > 0;) printf("  one read gives %2zu bytes: \"%.*s\"\n", n, (int)n, got);
    part(&p);
}

/* Reads of seven bytes: messages are cut, joined, and come back whole. */
static int cure(framing_kind kind)
{
    pair p;
    uint8_t bytes[TEXT];
    framing_reader r = {.kind = kind};
    int right = 0, seen = 0;
    join(&p);
    printf("%s:\n", framing_name(kind));
    for (int i = 0; i < MESSAGES; i++)
        send_bytes(&p, bytes, framing_encode(kind, messages[i], strlen(messages[i]), bytes, sizeof bytes));
    pass(&p, 200);
    for (size_t n; (n = read_some(&p, bytes, 7)) > 0;) {
        char text[TEXT];
        size_t len;
        if (!framing_put(&r, bytes, n)) break;
        while (framing_take(&r, text, sizeof text, &len)) {
            bool same = seen < MESSAGES && len == strlen(messages[seen]) && memcmp(text, messages[seen], len) == 0;
            printf("  message %d: \"%.*s\"%s\n", ++seen, (int)len, text, same ? "" : "  (wrong)");
            right += same;
        }
    }
    part(&p);
    return right == MESSAGES && seen == MESSAGES && r.len == 0 ? 0 : 1;
}

int main(void)
{
    int wrong = 0;
    show_the_problem();
    for (int k = 0; k < FRAMING_KINDS; k++) wrong += cure((framing_kind)k);
    printf("%s\n", wrong ? "some messages were lost" : "three cures, every message whole");
    return wrong != 0;
}
