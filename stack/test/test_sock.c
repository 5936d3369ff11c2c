/* The record of a socket: what its invariants notice. Its life is tested with the calls. */
#define CHECK_MAIN
#include "../sock/sock.h"
#include "world.h"

static world *w;
#define NOW (w->loop.now)

TEST(a_sound_stack_is_sound_in_every_phase)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd idle = sock(w, &w->server);
    pair p = connected(w, 80);
    CHECK_SOUND(rs_socks_broken(w->client.st));
    CHECK_SOUND(rs_socks_broken(w->server.st));
    OK(rs_close(w->server.st, NOW, idle));
    OK(rs_close(w->server.st, NOW, p.listener));
    OK(rs_close(w->server.st, NOW, p.server));
    CHECK_SOUND(rs_socks_broken(w->server.st));
    CHECK_EQ(w->server.st->socks.live, 0);
    CHECK_EQ(w->server.st->drafts.live, 0);
}

TEST(a_wrong_reference_count_is_noticed)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->server);
    rs_sock_at(w->server.st, rs_fds_sock(&w->server.st->fds, fd))->refs = 2;
    CHECK(strncmp(rs_socks_broken(w->server.st), "S2", 2) == 0);
}

TEST(a_phase_without_its_connection_is_noticed)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->server);
    rs_sock_at(w->server.st, rs_fds_sock(&w->server.st->fds, fd))->phase = RS_SK_CONNECTED;
    CHECK(strncmp(rs_socks_broken(w->server.st), "S1", 2) == 0);
}

TEST(what_a_user_of_an_ipv6_socket_means_by_a_mapped_address_is_ipv4)
{
    rs_sock six = {.v6 = true}, only = {.v6 = true, .v6only = true}, four = {.v6 = false};
    rs_endpoint v4 = {rs_addr_v4(1, 2, 3, 4), 5}, mapped = {rs_addr_map(v4.addr), 5},
                none = {{.family = RS_AF_NONE}, 5}, out;
    CHECK_EQ(rs_sock_mean(&six, &mapped, &out).code, 0);
    CHECK(rs_endpoint_eq(&out, &v4));
    CHECK_EQ(rs_sock_mean(&only, &mapped, &out).code, RS_ENETUNREACH);
    CHECK_EQ(rs_sock_mean(&six, &v4, &out).code, RS_EAFNOSUPPORT);
    CHECK_EQ(rs_sock_mean(&four, &mapped, &out).code, RS_EAFNOSUPPORT);
    CHECK_EQ(rs_sock_mean(&four, &none, &out).code, 0);
    CHECK_EQ(out.addr.family, RS_IPV4);
    out = rs_sock_show(&six, v4);
    CHECK(rs_endpoint_eq(&out, &mapped));
}
