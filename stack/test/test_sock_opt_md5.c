/* TCP_MD5SIG and TCP_MD5SIG_EXT (sock/sock_opt_md5.c), in the structure of Linux. */
#define CHECK_MAIN
#include <string.h>

#include "world.h"

enum { TCP = 6, MD5SIG = 14, MD5SIG_EXT = 32, BYTES = 216, INET = 2, INET6 = 10 };

static world *w;

typedef struct sig {
    uint8_t bytes[BYTES];
} sig;

/* A key for the host `last` of 10.0.0.0 or of 2001::. */
static sig key_for(uint16_t family, uint8_t last, const char *text)
{
    sig s = {{0}};
    uint16_t len = (uint16_t)strlen(text);
    memcpy(s.bytes, &family, 2);
    uint8_t *addr = s.bytes + (family == INET ? 4 : 8);
    addr[0] = family == INET ? 10 : 0x20;
    addr[family == INET ? 3 : 15] = last;
    memcpy(s.bytes + 130, &len, 2);
    memcpy(s.bytes + 136, text, len);
    return s;
}

static rs_ret set(rs_fd fd, int name, const sig *s, uint32_t len)
{
    return rs_setsockopt(w->server.st, w->loop.now, fd, TCP, name, s->bytes, len);
}

static rs_fd fresh_socket(int domain)
{
    w = world_of(rs_config_linux(), domain == INET ? RS_IPV4 : RS_IPV6);
    rs_ret r = rs_socket(w->server.st, w->loop.now, domain, RS_SOCK_STREAM, 0);
    CHECK(r.value >= 0);
    return (rs_fd)r.value;
}

TEST(a_key_is_set_and_taken_away_once)
{
    rs_fd fd = fresh_socket(INET);
    sig s = key_for(INET, 9, "secret"), none = key_for(INET, 9, "");
    FAILS(set(fd, MD5SIG, &none, BYTES), RS_ENOENT);
    OK(set(fd, MD5SIG, &s, BYTES));
    OK(set(fd, MD5SIG, &none, BYTES));
    FAILS(set(fd, MD5SIG, &none, BYTES), RS_ENOENT);
    CHECK_SOUND(rs_stack_broken(w->server.st));
}

TEST(only_the_extended_one_looks_at_flags)
{
    rs_fd fd = fresh_socket(INET);
    sig s = key_for(INET, 9, "secret");
    s.bytes[128] = 1;
    s.bytes[129] = 33;
    OK(set(fd, MD5SIG, &s, BYTES));
    FAILS(set(fd, MD5SIG_EXT, &s, BYTES), RS_EINVAL);
    s.bytes[129] = 24;
    OK(set(fd, MD5SIG_EXT, &s, BYTES));
    s.bytes[128] = 2;
    OK(set(fd, MD5SIG_EXT, &s, BYTES));
    s.bytes[132] = 1;
    FAILS(set(fd, MD5SIG_EXT, &s, BYTES), RS_EINVAL);
}

TEST(what_is_no_key_is_refused)
{
    rs_fd fd = fresh_socket(INET);
    sig s = key_for(INET, 9, "secret"), six = key_for(INET6, 9, "secret");
    FAILS(set(fd, MD5SIG, &s, BYTES - 1), RS_EINVAL);
    FAILS(set(fd, MD5SIG, &six, BYTES), RS_EINVAL);
    s.bytes[130] = 81;
    FAILS(set(fd, MD5SIG, &s, BYTES), RS_EINVAL);
    uint32_t len = BYTES;
    FAILS(rs_getsockopt(w->server.st, w->loop.now, fd, TCP, MD5SIG, s.bytes, &len), RS_ENOPROTOOPT);
    FAILS(rs_getsockopt(w->server.st, w->loop.now, fd, TCP, MD5SIG_EXT, s.bytes, &len), RS_ENOPROTOOPT);
}

TEST(a_mapped_address_is_one_of_ipv4)
{
    rs_fd fd = fresh_socket(INET6);
    sig s = key_for(INET6, 9, "secret");
    OK(set(fd, MD5SIG, &s, BYTES));
    memset(s.bytes + 8, 0, 16);
    memset(s.bytes + 18, 0xff, 2);
    s.bytes[20] = 10;
    s.bytes[128] = 1;
    s.bytes[129] = 33; /* as long as no prefix of IPv4 */
    FAILS(set(fd, MD5SIG_EXT, &s, BYTES), RS_EINVAL);
    s.bytes[129] = 32;
    OK(set(fd, MD5SIG_EXT, &s, BYTES));
}

TEST(keys_go_with_the_socket_through_its_lives)
{
    rs_fd fd = fresh_socket(INET);
    sig s = key_for(INET, 9, "secret");
    rs_stack *st = w->server.st;
    OK(set(fd, MD5SIG, &s, BYTES));
    OK(rs_listen(st, w->loop.now, fd, 5));
    OK(rs_shutdown(st, w->loop.now, fd, 0));
    sig none = key_for(INET, 9, "");
    OK(set(fd, MD5SIG, &none, BYTES));
    OK(set(fd, MD5SIG, &s, BYTES));
    OK(rs_close(st, w->loop.now, fd));
    rs_counters c;
    rs_stack_counters(st, &c);
    CHECK_EQ(c.blocks_live, 0);
}
