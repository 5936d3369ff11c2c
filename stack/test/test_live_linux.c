/* A stack in real time. Two of them talk across a pair of local sockets, which keep the borders of packets as a TUN
 * device does; nothing here depends on how long anything takes. */
#define CHECK_MAIN
#include "world.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../drive/live_linux.h"

static rs_live left, right;
static world *w;

static rs_link *wire(const rs_link_faults *faults, uint64_t seed)
{
    rs_link_conf conf = {.packets = 2000, .mtu = 1500, .seed = seed, .faults = *faults};
    return rs_link_init(w_memory(rs_link_size(&conf)), rs_link_size(&conf), &conf);
}

static rs_stack *stack_at(const host *h)
{
    rs_stack *st;
    size_t size = rs_stack_size(&h->cfg);
    CHECK_EQ(rs_stack_init(&st, w_memory(size), size, &h->cfg, rs_live_now()).code, 0);
    return st;
}

static void two_hosts(rs_link_faults faults)
{
    int ends[2];
    w = world_of(rs_config_linux(), RS_IPV4);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
    left = (rs_live){.st = stack_at(&w->client), .fd = ends[0], .in = wire(&faults, 1), .out = wire(&faults, 2)};
    right = (rs_live){.st = stack_at(&w->server), .fd = ends[1], .in = wire(&faults, 3), .out = wire(&faults, 4)};
}

static void both_step(void)
{
    CHECK(rs_live_step(&left, (rs_dur){1000}));
    CHECK(rs_live_step(&right, (rs_dur){1000}));
}

static rs_fd open_socket(rs_stack *st)
{
    rs_ret r = rs_socket(st, rs_live_now(), RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0);
    CHECK(r.value >= 0);
    return (rs_fd)r.value;
}

/* Sends `total` bytes, each telling its place, and returns how many arrived in order. */
static size_t carry(size_t total)
{
    static uint8_t buf[4096];
    rs_endpoint to = at(w, &w->server, 80);
    rs_fd l = open_socket(right.st), c = open_socket(left.st), s = -1;
    CHECK_EQ(rs_bind(right.st, rs_live_now(), l, &to).value, 0);
    CHECK_EQ(rs_listen(right.st, rs_live_now(), l, 5).value, 0);
    CHECK_EQ(rs_connect(left.st, rs_live_now(), c, &to).err, RS_EINPROGRESS);
    size_t sent = 0, got = 0;
    rs_time end = {rs_live_now().us + 20 * 1000000};
    while (got < total && rs_live_now().us < end.us) {
        both_step();
        if (s < 0) s = (rs_fd)rs_accept(right.st, rs_live_now(), l, NULL, RS_SOCK_NONBLOCK).value;
        size_t n = total - sent < sizeof buf ? total - sent : sizeof buf;
        for (size_t i = 0; i < n; i++) buf[i] = (uint8_t)((sent + i) * 7);
        rs_ret r = rs_send(left.st, rs_live_now(), c, buf, n, 0, NULL);
        if (n && r.value > 0) sent += (size_t)r.value;
        r = s < 0 ? (rs_ret){.value = -1} : rs_recv(right.st, rs_live_now(), s, buf, sizeof buf, 0, NULL);
        for (int64_t i = 0; i < r.value; i++) CHECK_EQ(buf[i], (uint8_t)((got + (size_t)i) * 7));
        if (r.value > 0) got += (size_t)r.value;
    }
    return got;
}

TEST(bytes_arrive_in_order_over_a_clean_wire)
{
    two_hosts((rs_link_faults){0});
    CHECK_EQ(carry(200000), 200000);
    CHECK(left.packets_out > 100 && right.packets_in == left.packets_out);
    CHECK_EQ(left.refused, 0);
}

TEST(bytes_arrive_in_order_over_a_wire_that_loses_repeats_and_reorders)
{
    two_hosts(
        (rs_link_faults){.lose = 20000, .repeat = 20000, .overtake = 20000, .overtake_by = {300}, .delay = {300}});
    CHECK_EQ(carry(100000), 100000);
    CHECK(left.out->count.lost + right.out->count.lost + left.in->count.lost + right.in->count.lost > 0);
}

TEST(a_deadline_ends_the_wait_and_is_kept)
{
    two_hosts((rs_link_faults){.lose = 1000000}); /* nobody answers */
    rs_endpoint to = at(w, &w->server, 80);
    CHECK_EQ(rs_connect(left.st, rs_live_now(), open_socket(left.st), &to).err, RS_EINPROGRESS);
    CHECK(rs_live_step(&left, (rs_dur){0})); /* the SYN is out */
    rs_time due = rs_stack_next_deadline(left.st);
    CHECK(due.us > rs_live_now().us);
    CHECK(rs_live_step(&left, (rs_dur){10 * 1000000})); /* waits for the SYN's timer, not for ten seconds */
    rs_counters c;
    rs_stack_counters(left.st, &c);
    CHECK_EQ(c.retransmits, 1);
    CHECK(rs_live_now().us >= due.us);
}

TEST(a_device_that_has_failed_is_told)
{
    two_hosts((rs_link_faults){0});
    close(left.fd);
    left.fd = open("/dev/null", O_WRONLY); /* cannot be read */
    CHECK(!rs_live_step(&left, (rs_dur){0}));
    close(left.fd);
}
