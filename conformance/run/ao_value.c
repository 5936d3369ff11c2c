#include "ao_value.h"

#include <stdio.h>
#include <string.h>

#include "../packet/addr.h"
#include "../target/target.h"
#include "call_marshal.h"

enum { ADD_KEY = 38, DEL_KEY = 39, INFO = 40 };
enum { ADDR4_AT = 4, ADDR6_AT = 8, ADDR_BYTES = 128, ALG_AT = 128, ALG_BYTES = 64, KEY_AT = 208, KEY_BYTES = 80 };
enum { KEY_LEN_AT = 207, BYTES_MAX = 288 };

/* A member that is a number: bit -1: so many bytes at this place; else one bit of the word there. */
typedef struct member {
    int option;
    const char *name;
    uint16_t at;
    uint8_t bytes;
    int8_t bit;
} member;

static const member members[] = {
    {ADD_KEY, "ao_ifindex", 192, 4, -1},
    {ADD_KEY, "ao_set_current", 196, 4, 0},
    {ADD_KEY, "ao_set_rnext", 196, 4, 1},
    {ADD_KEY, "ao_reserved", 200, 2, -1},
    {ADD_KEY, "ao_prefix", 202, 1, -1},
    {ADD_KEY, "ao_sndid", 203, 1, -1},
    {ADD_KEY, "ao_rcvid", 204, 1, -1},
    {ADD_KEY, "ao_maclen", 205, 1, -1},
    {ADD_KEY, "ao_keyflags", 206, 1, -1},
    {ADD_KEY, "ao_keylen", KEY_LEN_AT, 1, -1},
    {DEL_KEY, "ao_ifindex", 128, 4, -1},
    {DEL_KEY, "ao_set_current", 132, 4, 0},
    {DEL_KEY, "ao_set_rnext", 132, 4, 1},
    {DEL_KEY, "ao_del_async", 132, 4, 2},
    {DEL_KEY, "ao_reserved", 136, 2, -1},
    {DEL_KEY, "ao_prefix", 138, 1, -1},
    {DEL_KEY, "ao_sndid", 139, 1, -1},
    {DEL_KEY, "ao_rcvid", 140, 1, -1},
    {DEL_KEY, "ao_current_key", 141, 1, -1},
    {DEL_KEY, "ao_rnext", 142, 1, -1},
    {DEL_KEY, "ao_keyflags", 143, 1, -1},
    {INFO, "ao_set_current", 0, 4, 0},
    {INFO, "ao_set_rnext", 0, 4, 1},
    {INFO, "ao_ao_required", 0, 4, 2},
    {INFO, "ao_set_counters", 0, 4, 3},
    {INFO, "ao_accept_icmps", 0, 4, 4},
    {INFO, "ao_reserved", 4, 2, -1},
    {INFO, "ao_current_key", 6, 1, -1},
    {INFO, "ao_rnext", 7, 1, -1},
    {INFO, "ao_pkt_good", 8, 8, -1},
    {INFO, "ao_pkt_bad", 16, 8, -1},
    {INFO, "ao_pkt_key_not_found", 24, 8, -1},
    {INFO, "ao_pkt_ao_required", 32, 8, -1},
    {INFO, "ao_pkt_dropped_icmp", 40, 8, -1},
};
enum { MEMBERS = sizeof members / sizeof *members };

bool cf_ao_value_is(const cf_expr *x)
{
    return x->kind == CF_X_SET && x->count && x->kid[0]->kind == CF_X_PAIR && strncmp(x->kid[0]->word, "ao_", 3) == 0;
}

static bool wrong(const cf_md5_key_env *env, const cf_expr *x, const char *what)
{
    snprintf(env->why, env->why_cap, "%s", what);
    *env->where = x->span;
    return false;
}

static const member *find(int64_t option, const char *name)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (members[i].option == option && strcmp(members[i].name, name) == 0) return &members[i];
    return NULL;
}

/* The address in the family of this run's sockets; all of it, for a start. */
static void put_address(uint8_t *b, int64_t option, const cf_settings *set, const cf_addr *a)
{
    uint16_t family = set->mode == CF_MODE_IPV4 ? CF_AF_INET : CF_AF_INET6;
    bool v4 = set->mode == CF_MODE_IPV4;
    memset(b, 0, ADDR_BYTES);
    memcpy(b, &family, sizeof family);
    if (v4) memcpy(b + ADDR4_AT, a->b, 4);
    if (set->mode == CF_MODE_IPV6) memcpy(b + ADDR6_AT, a->b, 16);
    if (set->mode == CF_MODE_MAPPED) {
        memset(b + ADDR6_AT + 10, 0xff, 2);
        memcpy(b + ADDR6_AT + 12, a->b, 4);
    }
    b[find(option, "ao_prefix")->at] = v4 ? 32 : 128;
}

static bool take_address(const cf_md5_key_env *env, int64_t option, uint8_t *b, const cf_expr *x)
{
    char text[64];
    cf_addr a;
    if (x->kind != CF_X_INET_ADDR && x->kind != CF_X_INET6_ADDR) return wrong(env, x, "expected inet_addr(\"...\")");
    snprintf(text, sizeof text, "%.*s", (int)x->str_len, x->str);
    if (!cf_addr_parse(text, &a)) return wrong(env, x, "not an address");
    if ((a.family == 6) != (env->set->mode == CF_MODE_IPV6)) return wrong(env, x, "an address of the other family");
    uint8_t prefix = b[find(option, "ao_prefix")->at];
    put_address(b, option, env->set, &a);
    b[find(option, "ao_prefix")->at] = prefix;
    return true;
}

static bool take_text(const cf_md5_key_env *env, uint8_t *to, size_t room, const cf_expr *x, size_t *len)
{
    uint8_t *text;
    char bad;
    if (x->kind != CF_X_STRING || !cf_marshal_string(x, env->mem, &text, len, &bad))
        return wrong(env, x, "expected a text in quotes");
    if (*len > room) return wrong(env, x, "the text is too long");
    memset(to, 0, room);
    memcpy(to, text, *len);
    return true;
}

static bool take_number(const cf_md5_key_env *env, uint8_t *b, const member *m, const cf_expr *x)
{
    int64_t v;
    int64_t most = m->bit >= 0 ? 1 : m->bytes < 8 ? ((int64_t)1 << 8 * m->bytes) - 1 : INT64_MAX;
    if (!cf_marshal_int(x, &v) || v < 0 || v > most) return wrong(env, x, "the number does not fit");
    if (m->bit >= 0) {
        b[m->at] = (uint8_t)((b[m->at] & ~(1u << m->bit)) | (unsigned)v << m->bit);
        return true;
    }
    for (uint32_t k = 0; k < m->bytes; k++) b[m->at + k] = (uint8_t)(v >> (8 * k)); /* as the machines that run this */
    return true;
}

static bool take_member(const cf_md5_key_env *env, int64_t option, uint8_t *b, const cf_expr *pair)
{
    size_t len;
    if (pair->kind != CF_X_PAIR) return wrong(env, pair, "expected ao_...=value");
    const cf_expr *x = pair->kid[0];
    if (option != INFO && strcmp(pair->word, "ao_addr") == 0) return take_address(env, option, b, x);
    if (option == ADD_KEY && strcmp(pair->word, "ao_alg") == 0) return take_text(env, b + ALG_AT, ALG_BYTES, x, &len);
    if (option == ADD_KEY && strcmp(pair->word, "ao_key") == 0) {
        if (!take_text(env, b + KEY_AT, KEY_BYTES, x, &len)) return false;
        b[KEY_LEN_AT] = (uint8_t)len;
        return true;
    }
    const member *m = find(option, pair->word);
    return m ? take_number(env, b, m, x) : wrong(env, pair, "this option has no such member");
}

uint8_t *cf_ao_value_build(const cf_expr *x, int64_t option, const cf_md5_key_env *env, size_t *len)
{
    static const char algorithm[] = "hmac(sha1)";
    uint8_t *b = cf_arena_alloc(env->mem, BYTES_MAX);
    memset(b, 0, BYTES_MAX);
    if (option != ADD_KEY && option != DEL_KEY && option != INFO) {
        wrong(env, x, "ao_ members are for TCP_AO_ADD_KEY, TCP_AO_DEL_KEY and TCP_AO_INFO");
        return NULL;
    }
    if (option != INFO) put_address(b, option, env->set, &env->set->remote);
    if (option == ADD_KEY) memcpy(b + ALG_AT, algorithm, sizeof algorithm);
    for (uint32_t i = 0; i < x->count; i++)
        if (!take_member(env, option, b, x->kid[i])) return NULL;
    *len = option == ADD_KEY ? 288 : option == DEL_KEY ? 144 : 48;
    return b;
}

static int64_t number_at(const uint8_t *b, const member *m)
{
    uint64_t v = 0;
    if (m->bit >= 0) return b[m->at] >> m->bit & 1;
    for (uint32_t k = 0; k < m->bytes; k++) v |= (uint64_t)b[m->at + k] << 8 * k;
    return (int64_t)v;
}

const char *cf_ao_value_differs(const cf_expr *x, const uint8_t *info, size_t len, int64_t *want, int64_t *got)
{
    for (uint32_t i = 0; i < x->count; i++) {
        const cf_expr *pair = x->kid[i];
        const member *m = pair->kind == CF_X_PAIR ? find(INFO, pair->word) : NULL;
        *want = *got = 0;
        if (!m || !cf_marshal_int(pair->kid[0], want) || m->at + (size_t)m->bytes > len)
            return "a member of TCP_AO_INFO";
        *got = number_at(info, m);
        if (*got != *want) return m->name;
    }
    return NULL;
}
