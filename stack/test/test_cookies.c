/* A host whose SYN queue is full, or which never keeps SYNs, through sockets and packets (RFC 4987 3.6). */
#define CHECK_MAIN
#include "raw.h"

#include "../mech/cookie.h"
#include "../net/net.h"
#include "../sock/sock.h"
#include "../tcp/reason.h"
#include "world.h"

static world *w;
#define C (w->client.st)
#define S (w->server.st)
#define NOW (w->loop.now)

static rs_fd begin(int cookies, int backlog)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.syncookies = cookies;
    w = world_of(cfg, RS_IPV4);
    return listener(w, &w->server, 80, backlog);
}

static rs_listener *queue(void)
{
    return rs_conns_listener(&S->net.conns, 0);
}

TEST(always_means_that_nothing_is_kept_until_the_ack_proves_the_peer)
{
    rs_fd l = begin(2, 5);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(C, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(11));
    CHECK_EQ(S->net.conns.tcbs.numbers.live, 0);
    CHECK_EQ(queue()->syn_len, 0);
    CHECK(queue()->cookies);
    w_pass(w, RS_MS(30));
    OK(rs_connect(C, NOW, fd, &to));
    rs_fd child = (rs_fd)OK(rs_accept(S, NOW, l, NULL, RS_SOCK_NONBLOCK));
    rs_probe p = probe(w, &w->server, child);
    CHECK(p.ts_on && p.sack_on && p.wscale_on);
    CHECK_EQ(p.snd_wscale, probe(w, &w->client, fd).rcv_wscale);
    CHECK_EQ(p.snd_mss, 1448);
    transfer(w, &w->client, fd, &w->server, child, 300000);
    transfer(w, &w->server, child, &w->client, fd, 300000);
}

TEST(without_timestamps_the_child_has_an_mss_and_no_other_option)
{
    rs_fd l = begin(2, 5);
    CHECK_EQ(rs_stack_set(C, "net.ipv4.tcp_timestamps", "0").code, 0);
    rs_fd fd = sock(w, &w->client);
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(C, NOW, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(50));
    rs_fd child = (rs_fd)OK(rs_accept(S, NOW, l, NULL, RS_SOCK_NONBLOCK));
    rs_probe p = probe(w, &w->server, child);
    CHECK(!p.ts_on && !p.sack_on && !p.wscale_on);
    CHECK_EQ(p.snd_mss, 1460);
    transfer(w, &w->client, fd, &w->server, child, 200000);
}

static int syns_from(int many)
{
    int opened = 0;
    for (int i = 0; i < many; i++) {
        rs_fd fd = sock(w, &w->client);
        rs_endpoint to = at(w, &w->server, 80);
        opened += rs_connect(C, NOW, fd, &to).err == RS_EINPROGRESS;
    }
    return opened;
}

TEST(a_full_syn_queue_falls_back_to_cookies_or_drops)
{
    for (int cookies = 0; cookies < 2; cookies++) {
        begin(cookies, 3);
        w->back->faults.lose = 1000000; /* no SYN-ACK arrives, so that the queue stays full */
        CHECK_EQ(syns_from(10), 10);
        w_pass(w, RS_MS(15));
        CHECK_EQ(queue()->syn_len, 4);
        rs_counters n;
        rs_stack_counters(S, &n);
        CHECK_EQ(n.drops[RS_WHY_SYN_QUEUE_FULL], cookies ? 0 : 6);
        CHECK_EQ(queue()->cookies, cookies == 1);
    }
}

TEST(an_ack_out_of_nowhere_is_reset_when_no_cookie_was_sent_lately)
{
    for (int sent = 0; sent < 2; sent++) {
        begin(2, 5);
        if (sent) {
            syns_from(1);
            w->back->faults.lose = 1000000;
            w_pass(w, RS_SEC(200));
        }
        rs_seg seg = {.src = at(w, &w->client, 5000),
                      .dst = at(w, &w->server, 80),
                      .seq = rs_seq_of(1),
                      .ack = rs_seq_of(12345),
                      .flags = RS_ACK,
                      .wnd = 1000,
                      .ttl = 64};
        rs_counters before, after;
        rs_stack_counters(S, &before);
        uint8_t packet[100];
        size_t len = rs_packet_build(packet, sizeof packet, &seg, &(rs_packet_how){0});
        rs_stack_input(S, NOW, (rs_bytes){packet, len});
        rs_stack_counters(S, &after);
        CHECK_EQ(after.rsts_out - before.rsts_out, 1);
        CHECK_EQ(S->net.conns.tcbs.numbers.live, 0);
    }
}

TEST(timestamps_that_no_syn_ack_had_are_refused_and_without_them_the_same_ack_is_good)
{
    for (int with = 1; with >= 0; with--) {
        begin(2, 5);
        syns_from(1);
        w_pass(w, RS_MS(50)); /* cookies are about */
        uint32_t live = S->net.conns.tcbs.numbers.live;
        rs_endpoint peer = at(w, &w->client, 5000), here = at(w, &w->server, 80);
        rs_tuple tuple = {here, peer};
        uint16_t mss = 536;
        rs_cookie_in in = {w->server.cfg.secret, &tuple, rs_seq_of(0), NOW};
        rs_seg seg = {.src = peer,
                      .dst = here,
                      .seq = rs_seq_of(1),
                      .ack = rs_seq_add(rs_cookie_make(&in, &mss), 1),
                      .flags = RS_ACK,
                      .wnd = 1000,
                      .ttl = 64,
                      .opts = {.has_ts = with, .ts_val = 100}};
        uint8_t packet[100];
        size_t len = rs_packet_build(packet, sizeof packet, &seg, &(rs_packet_how){0});
        rs_stack_input(S, NOW, (rs_bytes){packet, len});
        CHECK_EQ(S->net.conns.tcbs.numbers.live - live, with ? 0 : 1);
    }
}

TEST(old_half_open_children_are_given_less_time_when_they_crowd_the_queue)
{
    static const struct {
        int syns;
        int64_t gone_by;
    } row[] = {{3, 63}, {12, 7}};
    for (int i = 0; i < 2; i++) {
        begin(1, 14);
        w->back->faults.lose = 1000000;
        syns_from(row[i].syns);
        w_pass(w, RS_MS(15));
        for (rs_fd fd = 0; fd < row[i].syns; fd++) rs_close(C, NOW, fd);
        CHECK_EQ(queue()->syn_len, row[i].syns);
        w_pass(w, RS_SEC(row[i].gone_by - 1));
        CHECK(queue()->syn_len > 0);
        w_pass(w, RS_SEC(2));
        if (i == 0) CHECK_EQ(queue()->syn_len, 0);
        else CHECK(queue()->syn_len < 12);
    }
}
