#include "md5_key.h"

#include <stdio.h>
#include <string.h>

#include "../packet/addr.h"
#include "../packet/md5sig.h"
#include "../target/target.h"
#include "call_marshal.h"

/* struct tcp_md5sig: a socket address of 128 bytes, then what follows. */
enum {
    ADDR4_AT = 4,
    ADDR6_AT = 8,
    FLAGS_AT = 128,
    PREFIX_AT = 129,
    KEY_LEN_AT = 130,
    INTERFACE_AT = 132,
    KEY_AT = 136
};
enum { BYTES = KEY_AT + CF_MD5_KEY_MAX };

static const struct {
    const char *name;
    uint32_t at, bytes; /* bytes 0: not a number */
} members[] = {{"tcpm_addr", 0, 0},
               {"tcpm_key", KEY_AT, 0},
               {"tcpm_flags", FLAGS_AT, 1},
               {"tcpm_prefixlen", PREFIX_AT, 1},
               {"tcpm_keylen", KEY_LEN_AT, 2},
               {"tcpm_ifindex", INTERFACE_AT, 4}};
enum { ADDR, KEY, MEMBERS = sizeof members / sizeof *members };

bool cf_md5_key_is(const cf_expr *x)
{
    return x->kind == CF_X_SET && x->count && x->kid[0]->kind == CF_X_PAIR && strncmp(x->kid[0]->word, "tcpm_", 5) == 0;
}

static bool wrong(const cf_md5_key_env *env, const cf_expr *x, const char *what)
{
    snprintf(env->why, env->why_cap, "%s", what);
    *env->where = x->span;
    return false;
}

/* The address in the family of this run's sockets. */
static void put_address(uint8_t *b, const cf_settings *set, const cf_addr *a)
{
    uint16_t family = set->mode == CF_MODE_IPV4 ? CF_AF_INET : CF_AF_INET6;
    memset(b, 0, FLAGS_AT);
    memcpy(b, &family, sizeof family);
    if (set->mode == CF_MODE_IPV4) memcpy(b + ADDR4_AT, a->b, 4);
    if (set->mode == CF_MODE_IPV6) memcpy(b + ADDR6_AT, a->b, 16);
    if (set->mode != CF_MODE_MAPPED) return;
    memset(b + ADDR6_AT + 10, 0xff, 2);
    memcpy(b + ADDR6_AT + 12, a->b, 4);
}

static bool take_address(const cf_md5_key_env *env, uint8_t *b, const cf_expr *x)
{
    char text[64];
    cf_addr a = env->set->remote;
    bool dots = x->kind == CF_X_ELLIPSIS, addr = x->kind == CF_X_INET_ADDR || x->kind == CF_X_INET6_ADDR;
    if (addr) {
        snprintf(text, sizeof text, "%.*s", (int)x->str_len, x->str);
        if (!cf_addr_parse(text, &a)) return wrong(env, x, "not an address");
    }
    if (!dots && !addr) return wrong(env, x, "expected '...' or inet_addr(\"...\")");
    if ((a.family == 6) != (env->set->mode == CF_MODE_IPV6)) return wrong(env, x, "an address of the other family");
    put_address(b, env->set, &a);
    return true;
}

static bool take_key(const cf_md5_key_env *env, uint8_t *b, const cf_expr *x)
{
    uint8_t *text;
    size_t len;
    char bad;
    if (x->kind != CF_X_STRING || !cf_marshal_string(x, env->mem, &text, &len, &bad))
        return wrong(env, x, "expected a key in quotes");
    if (len > CF_MD5_KEY_MAX) return wrong(env, x, "the key is longer than 80 bytes");
    uint16_t count = (uint16_t)len;
    memcpy(b + KEY_AT, text, len);
    memcpy(b + KEY_LEN_AT, &count, sizeof count);
    return true;
}

static bool take_number(const cf_md5_key_env *env, uint8_t *b, const cf_expr *x, size_t i)
{
    int64_t v;
    if (!cf_marshal_int(x, &v) || v < 0 || v >> (8 * members[i].bytes)) return wrong(env, x, "the number does not fit");
    uint32_t all = (uint32_t)v; /* little end first, as the machines are that run this */
    for (uint32_t k = 0; k < members[i].bytes; k++) b[members[i].at + k] = (uint8_t)(all >> (8 * k));
    return true;
}

static bool take_member(const cf_md5_key_env *env, uint8_t *b, const cf_expr *pair)
{
    size_t i = 0;
    if (pair->kind != CF_X_PAIR) return wrong(env, pair, "expected tcpm_...=value");
    while (i < MEMBERS && strcmp(pair->word, members[i].name) != 0) i++;
    if (i == MEMBERS)
        return wrong(env, pair, "members are tcpm_addr tcpm_flags tcpm_prefixlen tcpm_keylen tcpm_ifindex tcpm_key");
    if (i == ADDR) return take_address(env, b, pair->kid[0]);
    if (i == KEY) return take_key(env, b, pair->kid[0]);
    return take_number(env, b, pair->kid[0], i);
}

uint8_t *cf_md5_key_build(const cf_expr *x, const cf_md5_key_env *env, size_t *len)
{
    uint8_t *b = cf_arena_alloc(env->mem, BYTES);
    memset(b, 0, BYTES);
    put_address(b, env->set, &env->set->remote);
    for (uint32_t i = 0; i < x->count; i++)
        if (!take_member(env, b, x->kid[i])) return NULL;
    *len = BYTES;
    return b;
}
