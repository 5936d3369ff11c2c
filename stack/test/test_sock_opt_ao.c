/* TCP_AO_* (sock/sock_opt_ao.c) in the structures of Linux, and connections between two hosts that authenticate. */
#define CHECK_MAIN
#include <string.h>

#include "../sock/sock.h"
#include "world.h"

enum { TCP = 6, MD5SIG = 14, ADD_KEY = 38, DEL_KEY = 39, INFO = 40, GET_KEYS = 41, REPAIR = 42 };
enum { SET_CURRENT = 1, SET_RNEXT = 2, REQUIRED = 4, COUNTERS = 8, ACCEPT_ICMPS = 16, GET_ALL = 4 };

static world *w;

typedef struct add {
    uint8_t addr[128];
    char alg[64];
    int32_t ifindex;
    uint32_t bits;
    uint16_t reserved;
    uint8_t prefix, send_id, recv_id, mac_len, flags, key_len, key[80];
} add;
typedef struct del {
    uint8_t addr[128];
    int32_t ifindex;
    uint32_t bits;
    uint16_t reserved;
    uint8_t prefix, send_id, recv_id, current, rnext, flags;
} del;
typedef struct info {
    uint32_t bits;
    uint16_t reserved;
    uint8_t current, rnext;
    uint64_t good, bad, not_found, missing, icmps;
} info;
typedef struct got {
    uint8_t addr[128];
    char alg[64];
    uint8_t key[80];
    uint32_t count;
    uint16_t bits;
    uint8_t send_id, recv_id, prefix, mac_len, flags, key_len;
    int32_t ifindex;
    uint64_t good, bad;
} got;
_Static_assert(sizeof(add) == 288 && sizeof(del) == 144 && sizeof(info) == 48 && sizeof(got) == 304, "as Linux");

static void peer_of(uint8_t out[128], const rs_addr *a)
{
    uint16_t family = a->family == RS_IPV4 ? 2 : 10;
    memset(out, 0, 128);
    memcpy(out, &family, 2);
    memcpy(out + (a->family == RS_IPV4 ? 4 : 8), a->bytes, a->family == RS_IPV4 ? 4 : 16);
}

static const rs_addr *address(const host *h)
{
    return w->family == RS_IPV4 ? &h->v4 : &h->v6;
}

/* A key for the other host. */
static add tuple(const host *peer, uint8_t send_id, uint8_t recv_id, const char *secret)
{
    add a = {.alg = "hmac(sha1)", .send_id = send_id, .recv_id = recv_id, .key_len = (uint8_t)strlen(secret)};
    peer_of(a.addr, address(peer));
    a.prefix = w->family == RS_IPV4 ? 32 : 128;
    memcpy(a.key, secret, strlen(secret));
    return a;
}

static rs_ret put(const host *h, rs_fd fd, const add *a)
{
    return rs_setsockopt(h->st, w->loop.now, fd, TCP, ADD_KEY, a, sizeof *a);
}

static info state(const host *h, rs_fd fd)
{
    info i = {0};
    uint32_t len = sizeof i;
    OK(rs_getsockopt(h->st, w->loop.now, fd, TCP, INFO, &i, &len));
    CHECK_EQ(len, sizeof i);
    return i;
}

static rs_ret set_info(const host *h, rs_fd fd, const info *i)
{
    return rs_setsockopt(h->st, w->loop.now, fd, TCP, INFO, i, sizeof *i);
}

static uint64_t drops(const host *h, const char *reason)
{
    rs_counters c;
    rs_stack_counters(h->st, &c);
    for (unsigned i = 0; i < rs_drop_reasons(); i++)
        if (strcmp(rs_drop_name(i), reason) == 0) return c.drops[i];
    CHECK_FAIL("no reason %s", reason);
    return 0;
}

/* Both ends know one key under two numbers: the client sends with 61, the server with 84. */
static rs_fd client_of(const char *secret, rs_fd *server)
{
    add c = tuple(&w->server, 61, 84, secret), s = tuple(&w->client, 84, 61, "secret");
    *server = listener(w, &w->server, 80, 4);
    OK(put(&w->server, *server, &s));
    rs_fd fd = sock(w, &w->client);
    OK(put(&w->client, fd, &c));
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    return fd;
}

static pair authenticated(rs_config cfg, rs_family family)
{
    pair p;
    w = world_of(cfg, family);
    w_faults(w, (rs_link_faults){.delay = RS_MS(5)});
    p.client = client_of("secret", &p.listener);
    w_pass(w, RS_MS(100));
    p.server = (rs_fd)OK(rs_accept(w->server.st, w->loop.now, p.listener, NULL, RS_SOCK_NONBLOCK));
    return p;
}

TEST(two_ends_with_one_key_connect_and_every_segment_is_good)
{
    for (int linux_like = 0; linux_like < 2; linux_like++)
        for (int family = 0; family < 2; family++) {
            pair p = authenticated(linux_like ? rs_config_linux() : rs_config_rfc(), family ? RS_IPV6 : RS_IPV4);
            transfer(w, &w->client, p.client, &w->server, p.server, 300000);
            transfer(w, &w->server, p.server, &w->client, p.client, 300000);
            info c = state(&w->client, p.client), s = state(&w->server, p.server);
            CHECK(c.good > 100 && s.good > 100);
            CHECK(!c.bad && !s.bad && !c.not_found && !s.not_found && !c.missing && !s.missing);
            CHECK_EQ(c.current, 61);
            CHECK_EQ(c.rnext, 84);
            CHECK_EQ(s.current, 84);
            CHECK_EQ(s.rnext, 61);
            OK(rs_close(w->client.st, w->loop.now, p.client));
            w_pass(w, RS_MS(100));
            OK(rs_close(w->server.st, w->loop.now, p.server));
            w_pass(w, RS_MS(100));
            STATE_IS(w, &w->server, p.listener, RS_LISTEN);
        }
}

TEST(losses_and_duplicates_do_not_matter)
{
    pair p = authenticated(rs_config_linux(), RS_IPV4);
    w_faults(w, (rs_link_faults){
                    .delay = RS_MS(5), .lose = 20000, .repeat = 20000, .overtake = 20000, .overtake_by = RS_MS(3)});
    transfer(w, &w->client, p.client, &w->server, p.server, 500000);
    CHECK_EQ(state(&w->server, p.server).bad, 0);
}

TEST(another_key_is_dropped_without_a_word)
{
    rs_fd l;
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = client_of("other", &l);
    w_pass(w, RS_SEC(3));
    STATE_IS(w, &w->client, fd, RS_SYN_SENT);
    CHECK(drops(&w->server, "AO_WRONG") >= 2);
    CHECK_EQ(drops(&w->client, "AO_WRONG"), 0);
    CHECK(state(&w->server, l).bad >= 2);
}

TEST(whoever_does_not_authenticate_is_not_heard)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 4), fd = sock(w, &w->client);
    add s = tuple(&w->client, 84, 61, "secret");
    OK(put(&w->server, l, &s));
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_SEC(1));
    STATE_IS(w, &w->client, fd, RS_SYN_SENT);
    CHECK(drops(&w->server, "AO_MISSING") >= 1);
    CHECK(state(&w->server, l).missing >= 1);
}

TEST(a_key_that_is_not_there_is_told_from_a_wrong_one)
{
    rs_fd l;
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    add c = tuple(&w->server, 9, 84, "secret"), s = tuple(&w->client, 84, 61, "secret");
    l = listener(w, &w->server, 80, 4);
    OK(put(&w->server, l, &s));
    OK(put(&w->client, fd, &c));
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(500));
    CHECK_EQ(drops(&w->server, "AO_NO_KEY"), 1);
    CHECK_EQ(state(&w->server, l).not_found, 1);
}

TEST(keys_roll_over_when_the_peer_asks_for_another)
{
    pair p = authenticated(rs_config_linux(), RS_IPV4);
    add c = tuple(&w->server, 62, 85, "next"), s = tuple(&w->client, 85, 62, "next");
    snprintf(c.alg, sizeof c.alg, "cmac(aes128)");
    snprintf(s.alg, sizeof s.alg, "cmac(aes128)");
    OK(put(&w->client, p.client, &c));
    OK(put(&w->server, p.server, &s));
    OK(set_info(&w->server, p.server, &(info){.bits = SET_RNEXT, .rnext = 62}));
    transfer(w, &w->server, p.server, &w->client, p.client, 1000); /* tells the client so */
    CHECK_EQ(state(&w->client, p.client).current, 62);
    transfer(w, &w->client, p.client, &w->server, p.server, 1000);
    CHECK_EQ(state(&w->server, p.server).bad, 0);
    CHECK_EQ(state(&w->server, p.server).current, 84); /* nobody has asked for another one of its own */
    del old = {.send_id = 61, .recv_id = 84, .prefix = 32};
    memcpy(old.addr, c.addr, sizeof old.addr);
    FAILS(rs_setsockopt(w->client.st, w->loop.now, p.client, TCP, DEL_KEY, &old, sizeof old), RS_EBUSY);
    OK(set_info(&w->client, p.client, &(info){.bits = SET_RNEXT, .rnext = 85}));
    OK(rs_setsockopt(w->client.st, w->loop.now, p.client, TCP, DEL_KEY, &old, sizeof old));
    transfer(w, &w->client, p.client, &w->server, p.server, 1000);
}

TEST(a_key_may_leave_the_other_options_alone)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 4), fd = sock(w, &w->client);
    add c = tuple(&w->server, 1, 1, "k"), s = tuple(&w->client, 1, 1, "k");
    c.flags = s.flags = 2;
    c.mac_len = s.mac_len = 16;
    snprintf(c.alg, sizeof c.alg, "hmac(sha256)");
    snprintf(s.alg, sizeof s.alg, "hmac(sha256)");
    OK(put(&w->server, l, &s));
    OK(put(&w->client, fd, &c));
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(500));
    STATE_IS(w, &w->client, fd, RS_ESTABLISHED);
}

TEST(cookies_and_authentication_go_together)
{
    rs_config cfg = rs_config_linux();
    cfg.knobs.syncookies = 2;
    pair p = authenticated(cfg, RS_IPV4);
    transfer(w, &w->client, p.client, &w->server, p.server, 3000);
    CHECK_EQ(state(&w->server, p.server).bad, 0);
}

TEST(a_peer_signs_in_one_way_only)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client), other = sock(w, &w->client);
    add a = tuple(&w->server, 1, 1, "k");
    struct {
        uint8_t addr[128], flags, prefix;
        uint16_t len;
        int32_t ifindex;
        uint8_t key[80];
    } md5 = {.len = 1, .key = "k"};
    _Static_assert(sizeof md5 == 216, "as Linux");
    peer_of(md5.addr, address(&w->server));
    OK(put(&w->client, fd, &a));
    FAILS(rs_setsockopt(w->client.st, w->loop.now, fd, TCP, MD5SIG, &md5, sizeof md5), RS_EKEYREJECTED);
    OK(rs_setsockopt(w->client.st, w->loop.now, other, TCP, MD5SIG, &md5, sizeof md5));
    FAILS(put(&w->client, other, &a), RS_EKEYREJECTED);
    FAILS(set_info(&w->client, other, &(info){.bits = REQUIRED}), RS_EKEYREJECTED);
}

TEST(what_is_no_tuple_is_refused)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    add good = tuple(&w->server, 1, 2, "k"), a;
#define BAD(change, error)                                                                                             \
    do {                                                                                                               \
        a = good;                                                                                                      \
        change;                                                                                                        \
        FAILS(put(&w->client, fd, &a), error);                                                                         \
    } while (0)
    BAD(a.alg[0] = 'x', RS_ENOENT);
    BAD(a.bits = 8, RS_EINVAL);
    BAD(a.reserved = 1, RS_EINVAL);
    BAD(a.prefix = 33, RS_EINVAL);
    BAD(a.prefix = 8, RS_EINVAL);  /* something of the address stands behind it */
    BAD(a.prefix = 0, RS_EINVAL);  /* no prefix, but an address */
    BAD(a.addr[2] = 1, RS_EINVAL); /* a port */
    BAD(a.addr[0] = 10, RS_EINVAL);
    BAD(a.key_len = 81, RS_EINVAL);
    BAD(a.flags = 4, RS_EINVAL);
    BAD(a.flags = 1; a.ifindex = 1, RS_EINVAL);
    BAD(a.mac_len = 21, RS_EINVAL);
    BAD(a.mac_len = 17, RS_EMSGSIZE);
    FAILS(rs_setsockopt(w->client.st, w->loop.now, fd, TCP, ADD_KEY, &good, sizeof good - 1), RS_EINVAL);
    OK(put(&w->client, fd, &good));
    BAD(a.recv_id = 3, RS_EEXIST); /* the number that we send is taken */
    BAD(a.send_id = 3, RS_EEXIST);
    rs_fd l = listener(w, &w->client, 81, 1);
    a = good;
    a.bits = SET_CURRENT;
    FAILS(put(&w->client, l, &a), RS_EINVAL);
}

TEST(a_connection_that_began_without_it_goes_on_without_it)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    add a = tuple(&w->server, 1, 1, "k");
    info i;
    uint32_t len = sizeof i;
    FAILS(put(&w->client, p.client, &a), RS_EISCONN);
    FAILS(rs_getsockopt(w->client.st, w->loop.now, p.client, TCP, INFO, &i, &len), RS_ENOENT);
    FAILS(rs_getsockopt(w->client.st, w->loop.now, p.client, TCP, REPAIR, &i, &len), RS_EPERM);
}

/* Keys for others than the peer: the listener goes on with them, its child has none and gets none any more. */
TEST(a_child_without_a_key_has_nothing_of_its_listeners)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 4), fd = sock(w, &w->client);
    add other = tuple(&w->server, 7, 8, "k"), own = tuple(&w->client, 1, 1, "k");
    OK(put(&w->server, l, &other));
    rs_endpoint to = at(w, &w->server, 80);
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(100));
    rs_fd child = (rs_fd)OK(rs_accept(w->server.st, w->loop.now, l, NULL, RS_SOCK_NONBLOCK));
    info i = {0};
    uint32_t len = sizeof i;
    FAILS(rs_getsockopt(w->server.st, w->loop.now, child, TCP, INFO, &i, &len), RS_ENOENT);
    FAILS(put(&w->server, child, &own), RS_EISCONN);
    FAILS(set_info(&w->server, child, &(info){.bits = REQUIRED}), RS_EISCONN);
    transfer(w, &w->client, fd, &w->server, child, 3000);
    CHECK_EQ(state(&w->server, l).good, 0);
    CHECK(!rs_stack_broken(w->server.st));
}

TEST(numbers_that_were_chosen_for_another_peer_are_forgotten)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 4), fd = sock(w, &w->client);
    add other = tuple(&w->client, 1, 2, "k"), right = tuple(&w->server, 7, 8, "k"), s = tuple(&w->client, 8, 7, "k");
    rs_endpoint to = at(w, &w->server, 80);
    other.bits = SET_CURRENT | SET_RNEXT;
    OK(put(&w->client, fd, &other));
    OK(put(&w->client, fd, &right));
    OK(put(&w->server, l, &s));
    CHECK_EQ(state(&w->client, fd).rnext, 2);
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    CHECK_EQ(state(&w->client, fd).current, 7);
    CHECK_EQ(state(&w->client, fd).rnext, 8);
    w_pass(w, RS_MS(100));
    STATE_IS(w, &w->client, fd, RS_ESTABLISHED);
}

TEST(who_asks_for_it_does_not_connect_without_a_key)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd l = listener(w, &w->server, 80, 4), fd = sock(w, &w->client), empty = sock(w, &w->client);
    add other = tuple(&w->client, 7, 8, "k"), right = tuple(&w->server, 7, 8, "k"), s = tuple(&w->client, 8, 7, "k");
    rs_endpoint to = at(w, &w->server, 80);
    OK(put(&w->client, fd, &other));
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EKEYREJECTED);
    OK(set_info(&w->client, empty, &(info){.bits = REQUIRED}));
    FAILS(rs_connect(w->client.st, w->loop.now, empty, &to), RS_EKEYREJECTED);
    OK(put(&w->server, l, &s));
    OK(put(&w->client, fd, &right));
    FAILS(rs_connect(w->client.st, w->loop.now, fd, &to), RS_EINPROGRESS);
    w_pass(w, RS_MS(100));
    STATE_IS(w, &w->client, fd, RS_ESTABLISHED);
}

TEST(keys_are_shown_one_by_one_or_all)
{
    w = world_of(rs_config_linux(), RS_IPV6);
    rs_fd fd = sock(w, &w->client);
    add one = tuple(&w->server, 1, 2, "one"), two = tuple(&w->server, 3, 4, "twofold");
    two.bits = SET_CURRENT;
    OK(put(&w->client, fd, &one));
    OK(put(&w->client, fd, &two));
    got g[3] = {{.count = 3, .bits = GET_ALL}};
    uint32_t len = sizeof g;
    OK(rs_getsockopt(w->client.st, w->loop.now, fd, TCP, GET_KEYS, g, &len));
    CHECK_EQ(g[0].count, 2);
    CHECK_EQ(g[0].send_id, 1);
    CHECK_EQ(g[1].recv_id, 4);
    CHECK_EQ(g[1].key_len, 7);
    CHECK_EQ(g[1].bits, 1);
    CHECK_STR(g[1].alg, "hmac(sha1)");
    CHECK_EQ(memcmp(g[1].addr, one.addr, 128), 0);
    g[0] = (got){.count = 1, .send_id = 1, .recv_id = 2};
    len = sizeof g[0];
    OK(rs_getsockopt(w->client.st, w->loop.now, fd, TCP, GET_KEYS, g, &len));
    CHECK_EQ(memcmp(g[0].key, "one", 3), 0);
    g[0] = (got){.count = 1, .send_id = 1, .recv_id = 4};
    FAILS(rs_getsockopt(w->client.st, w->loop.now, fd, TCP, GET_KEYS, g, &len), RS_ENOENT);
    g[0] = (got){.count = 0, .bits = GET_ALL};
    FAILS(rs_getsockopt(w->client.st, w->loop.now, fd, TCP, GET_KEYS, g, &len), RS_EINVAL);
}

TEST(settings_are_kept_and_counters_set)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    FAILS(set_info(&w->client, fd, &(info){.bits = 32}), RS_EINVAL);
    FAILS(set_info(&w->client, fd, &(info){.bits = SET_CURRENT, .current = 7}), RS_ENOENT);
    OK(set_info(&w->client, fd, &(info){.bits = REQUIRED | ACCEPT_ICMPS | COUNTERS, .good = 5, .icmps = 9}));
    info i = state(&w->client, fd);
    CHECK_EQ(i.bits, REQUIRED | ACCEPT_ICMPS);
    CHECK_EQ(i.good, 5);
    CHECK_EQ(i.icmps, 9);
    CHECK_SOUND(rs_stack_broken(w->client.st));
    OK(rs_close(w->client.st, w->loop.now, fd));
    rs_counters c;
    rs_stack_counters(w->client.st, &c);
    CHECK_EQ(c.blocks_live, 0);
}

static rs_ret drop_key(const host *h, rs_fd fd, const add *a, const del *how)
{
    del d = *how;
    memcpy(d.addr, a->addr, sizeof d.addr);
    d.prefix = a->prefix, d.send_id = a->send_id, d.recv_id = a->recv_id;
    return rs_setsockopt(h->st, w->loop.now, fd, TCP, DEL_KEY, &d, sizeof d);
}

TEST(a_number_in_use_for_one_peer_does_not_hold_the_tuple_of_another)
{
    for (int newer = 0; newer < 2; newer++) {
        w = world_of(rs_config_linux(), RS_IPV4);
        rs_fd fd = sock(w, &w->client);
        add used = tuple(&w->server, 61, 84, "k"), other = tuple(&w->client, 61, 84, "k"), none = other;
        used.bits = SET_CURRENT | SET_RNEXT;
        none.recv_id = 85;
        if (newer) OK(put(&w->client, fd, &used));
        OK(put(&w->client, fd, &other));
        if (!newer) OK(put(&w->client, fd, &used));
        FAILS(drop_key(&w->client, fd, &used, &(del){0}), RS_EBUSY);
        FAILS(drop_key(&w->client, fd, &none, &(del){0}), RS_ENOENT); /* there is none, whatever has its number */
        OK(drop_key(&w->client, fd, &other, &(del){0}));
        FAILS(drop_key(&w->client, fd, &other, &(del){0}), RS_ENOENT);
        FAILS(drop_key(&w->client, fd, &used, &(del){0}), RS_EBUSY);
    }
}

TEST(a_deletion_that_fails_chooses_no_keys)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    add one = tuple(&w->server, 1, 11, "k"), two = tuple(&w->server, 2, 12, "k"), none = tuple(&w->server, 3, 13, "k");
    one.bits = SET_CURRENT | SET_RNEXT;
    OK(put(&w->client, fd, &one));
    OK(put(&w->client, fd, &two));
    const del to_two = {.bits = SET_CURRENT, .current = 2};
    FAILS(drop_key(&w->client, fd, &none, &to_two), RS_ENOENT);
    FAILS(drop_key(&w->client, fd, &one, &to_two), RS_EBUSY); /* its other number is still asked for */
    FAILS(drop_key(&w->client, fd, &two, &to_two), RS_ENOENT);
    FAILS(drop_key(&w->client, fd, &two, &(del){.bits = SET_CURRENT | SET_RNEXT, .current = 2, .rnext = 13}),
          RS_ENOENT);
    CHECK_EQ(state(&w->client, fd).current, 1);
    CHECK_EQ(state(&w->client, fd).rnext, 11);
    OK(drop_key(&w->client, fd, &one, &(del){.bits = SET_CURRENT | SET_RNEXT, .current = 2, .rnext = 12}));
    CHECK_EQ(state(&w->client, fd).current, 2);
    CHECK_EQ(state(&w->client, fd).rnext, 12);
}

TEST(settings_that_are_refused_leave_nothing_behind)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    info i;
    uint32_t len = sizeof i;
    rs_counters c;
    FAILS(set_info(&w->client, fd, &(info){.bits = SET_RNEXT | REQUIRED, .rnext = 7}), RS_ENOENT);
    FAILS(rs_getsockopt(w->client.st, w->loop.now, fd, TCP, INFO, &i, &len), RS_ENOENT);
    rs_stack_counters(w->client.st, &c);
    CHECK_EQ(c.blocks_live, 0);
    add a = tuple(&w->server, 1, 2, "k");
    OK(put(&w->client, fd, &a));
    FAILS(set_info(&w->client, fd, &(info){.bits = SET_CURRENT | SET_RNEXT | REQUIRED, .current = 1, .rnext = 7}),
          RS_ENOENT);
    CHECK_EQ(state(&w->client, fd).bits, 0);
}

/* Takes every payload block of a host, and gives them back. */
static void fill(const host *h, uint32_t *taken, uint32_t *count)
{
    rs_pool *blocks = &h->st->net.blocks;
    for (*count = 0; blocks->live < blocks->cap; ++*count) taken[*count] = rs_pool_take(blocks);
}

static void give_back(const host *h, const uint32_t *taken, uint32_t count)
{
    while (count) rs_pool_give(&h->st->net.blocks, taken[--count]);
}

/* Keys are kept in payload blocks. */
TEST(without_memory_no_key_is_set_and_nothing_is_left_of_the_attempt)
{
    static uint32_t taken[1 << 16];
    uint32_t count;
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client);
    add a = tuple(&w->server, 1, 2, "k");
    fill(&w->client, taken, &count);
    FAILS(put(&w->client, fd, &a), RS_ENOMEM);
    FAILS(set_info(&w->client, fd, &(info){.bits = REQUIRED}), RS_ENOMEM);
    CHECK_SOUND(rs_stack_broken(w->client.st));
    give_back(&w->client, taken, count);
    rs_counters c;
    rs_stack_counters(w->client.st, &c);
    CHECK_EQ(c.blocks_live, 0);
    OK(put(&w->client, fd, &a));
}

/* A SYN, answered with a cookie or without, waits for the memory of its connection's keys: it comes again. */
TEST(a_listener_without_memory_for_the_keys_of_a_child_hears_its_peer_when_there_is_some)
{
    static uint32_t taken[1 << 16];
    for (int cookies = 0; cookies <= 2; cookies += 2) {
        uint32_t count;
        rs_fd l;
        rs_config cfg = rs_config_linux();
        cfg.knobs.syncookies = cookies;
        w = world_of(cfg, RS_IPV4);
        rs_fd fd = client_of("secret", &l);
        fill(&w->server, taken, &count);
        w_pass(w, RS_MS(500));
        CHECK(drops(&w->server, "SYN_NO_MEMORY") > 0);
        CHECK_EQ(probe(w, &w->server, l).accept_queue_len, 0);
        CHECK_SOUND(rs_stack_broken(w->server.st));
        give_back(&w->server, taken, count);
        w_pass(w, RS_SEC(4));
        rs_fd child = (rs_fd)OK(rs_accept(w->server.st, w->loop.now, l, NULL, RS_SOCK_NONBLOCK));
        transfer(w, &w->client, fd, &w->server, child, 10000);
        CHECK_EQ(state(&w->server, child).bad, 0);
    }
}

/* Who is connected needs no more memory for its keys when the pool is full: only its text has to wait. */
TEST(a_connection_that_authenticates_outlives_a_full_pool)
{
    static uint32_t taken[1 << 16];
    uint32_t count;
    pair p = authenticated(rs_config_linux(), RS_IPV4);
    fill(&w->server, taken, &count);
    OK(rs_send(w->client.st, w->loop.now, p.client, "text", 4, 0, NULL));
    w_pass(w, RS_SEC(2));
    CHECK_SOUND(rs_stack_broken(w->server.st));
    give_back(&w->server, taken, count);
    w_pass(w, RS_SEC(5));
    char buf[8];
    CHECK_EQ(OK(rs_recv(w->server.st, w->loop.now, p.server, buf, sizeof buf, 0, NULL)), 4);
    transfer(w, &w->server, p.server, &w->client, p.client, 10000);
    CHECK_EQ(state(&w->client, p.client).bad + state(&w->server, p.server).bad, 0);
}
