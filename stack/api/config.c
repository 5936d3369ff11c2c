/* Presets and settings by name (refstack/config.h): everything here is an expansion of knob.def. */
#include "../include/refstack/config.h"

#include <string.h>

#include "../base/status.h"
#include "../base/addr.h"
#include "../mech/cc.h"
#include "text.h"

typedef enum kind { INT, BOOL, I64, DUR, U16, NAME, SET, KEYS, QUIRK } kind;

typedef struct knob {
    const char *name;
    kind kind;
    size_t at; /* offset in rs_config */
    int count; /* numbers */
    int64_t unit, min, max;
    int64_t rfc[3], linux_[3];
    const char *name_rfc, *name_linux; /* NAME */
    const char *idle;                  /* why nothing follows; NULL: something does */
} knob;

#define NUMBERS(...) {__VA_ARGS__}
static const knob knobs[] = {
#define K(n, k, field, u, lo, hi, r, l)                                                                                \
    {n, k, offsetof(rs_config, knobs.field), 1, u, lo, hi, {r}, {l}, NULL, NULL, NULL},
#define T(n, k, field, lo, hi, r, l)                                                                                   \
    {n, k, offsetof(rs_config, knobs.field), (k) == U16 ? 2 : 3, 1, lo, hi, NUMBERS r, NUMBERS l, NULL, NULL, NULL},
#define N(n, field, r, l) {n, NAME, offsetof(rs_config, knobs.field), 1, 1, 0, 0, {0}, {0}, r, l, NULL},
#define F(n, field) {n, KEYS, offsetof(rs_config, knobs.field), 1, 1, 0, 0, {0}, {0}, NULL, NULL, NULL},
#define A(n, field, names)                                                                                             \
    {n, SET, offsetof(rs_config, knobs.field), 1, 1, 0, UINT32_MAX, {0}, {0}, names, names, NULL},
#define Q(field, l)                                                                                                    \
    {"quirk." #field, QUIRK, offsetof(rs_config, quirks.field), 1, 1, 0, 1, {false}, {l}, NULL, NULL, NULL},
#define H(n, k, field, count, lo, hi, v, why)                                                                          \
    {n, k, offsetof(rs_config, knobs.idle.field), count, 1, lo, hi, NUMBERS v, NUMBERS v, NULL, NULL, why},
#include "knob.def"
#undef K
#undef T
#undef N
#undef A
#undef F
#undef H
#undef Q
};
enum { KNOBS = sizeof knobs / sizeof knobs[0] };

enum {
    QUIRKS = 0
#define K(n, k, field, u, lo, hi, r, l)
#define T(n, k, field, lo, hi, r, l)
#define N(n, field, r, l)
#define A(n, field, names)
#define F(n, field)
#define H(n, k, field, count, lo, hi, v, why)
#define Q(field, l) +1
#include "knob.def"
#undef K
#undef T
#undef N
#undef A
#undef F
#undef H
#undef Q
};
_Static_assert(QUIRKS == sizeof(rs_quirks) / sizeof(bool), "every quirk has a row in knob.def");
_Static_assert(offsetof(rs_knobs, port_last) == offsetof(rs_knobs, port_first) + sizeof(uint16_t),
               "the two ports of T");

/* --- values
 * ------------------------------------------------------------------------------------------------------------ */

static void *field(rs_config *cfg, const knob *k)
{
    return (char *)cfg + k->at;
}

static void store(rs_config *cfg, const knob *k, const int64_t *v)
{
    for (int i = 0; i < k->count; i++) {
        if (k->kind == INT) ((int *)field(cfg, k))[i] = (int)v[i];
        else if (k->kind == BOOL || k->kind == QUIRK) ((bool *)field(cfg, k))[i] = v[i] != 0;
        else if (k->kind == U16) ((uint16_t *)field(cfg, k))[i] = (uint16_t)v[i];
        else if (k->kind == DUR) ((rs_dur *)field(cfg, k))[i].us = v[i] * k->unit;
        else ((int64_t *)field(cfg, k))[i] = v[i];
    }
}

static int64_t load(const rs_config *cfg, const knob *k, int i)
{
    const void *at = field((rs_config *)(uintptr_t)cfg, k);
    if (k->kind == INT) return ((const int *)at)[i];
    if (k->kind == BOOL || k->kind == QUIRK) return ((const bool *)at)[i];
    if (k->kind == U16) return ((const uint16_t *)at)[i];
    if (k->kind == SET) return *(const uint32_t *)at;
    if (k->kind == DUR) return ((const rs_dur *)at)[i].us / k->unit;
    return ((const int64_t *)at)[i];
}

/* --- congestion controls by name */

static const char available[] = "net.ipv4.tcp_available_congestion_control"; /* read only: it is the registry */

static const char *skip_blanks(const char *s)
{
    while (*s == ' ' || *s == '\t' || *s == '\n') s++;
    return s;
}

/* The next name of a list, which ends at a blank. False: none, or longer than any. */
static bool next_name(const char **text, char out[16])
{
    size_t len = 0;
    memset(out, 0, 16);
    for (*text = skip_blanks(*text); **text && skip_blanks(*text) == *text; ++*text) {
        if (len == 15) return false;
        out[len++] = **text;
    }
    return len > 0;
}

static bool read_set(const char *text, uint32_t *out)
{
    char name[16];
    *out = 0;
    while (*skip_blanks(text)) {
        if (!next_name(&text, name) || rs_cc_find(name) < 0) return false;
        *out |= (uint32_t)1 << rs_cc_find(name);
    }
    return *out != 0;
}

static void write_set(rs_text *t, uint32_t set)
{
    bool first = true;
    for (int i = 0; rs_cc_all[i]; i++) {
        if (!(set >> i & 1) || rs_cc_all[i] == &rs_cc_fixed) continue;
        if (!first) rs_text_add(t, " ");
        rs_text_add(t, rs_cc_all[i]->name);
        first = false;
    }
}

static rs_status set_set(rs_config *cfg, const knob *k, const char *text)
{
    uint32_t set;
    if (!read_set(text, &set)) return rs_fail(RS_EINVAL);
    *(uint32_t *)field(cfg, k) = set;
    return RS_OK;
}

/* --- presets
 * ----------------------------------------------------------------------------------------------------------- */

static rs_config preset(const char *name, bool like_linux)
{
    rs_config cfg;
    memset(&cfg, 0, sizeof cfg);
    memcpy(cfg.preset, name, strlen(name));
    cfg.mtu = 1500;
    cfg.limits = (rs_limits){.conns = 4096,
                             .listeners = 64,
                             .sockets = 4096,
                             .blocks = 32768,
                             .records = 65536,
                             .parked = 64,
                             .outbox_bytes = 1 << 20,
                             .awake = 128};
    for (int i = 0; i < KNOBS; i++) {
        const char *name_ = like_linux ? knobs[i].name_linux : knobs[i].name_rfc;
        if (knobs[i].kind == SET) read_set(name_, field(&cfg, &knobs[i]));
        else if (knobs[i].kind == NAME) memcpy(field(&cfg, &knobs[i]), name_, strlen(name_));
        else if (knobs[i].kind != KEYS) store(&cfg, &knobs[i], like_linux ? knobs[i].linux_ : knobs[i].rfc);
    }
    return cfg;
}

rs_config rs_config_rfc(void)
{
    return preset("rfc", false);
}

rs_config rs_config_linux(void)
{
    return preset("linux", true);
}

rs_status rs_config_preset(rs_config *out, const char *name)
{
    if (strcmp(name, "rfc") == 0) *out = rs_config_rfc();
    else if (strcmp(name, "linux") == 0) *out = rs_config_linux();
    else return rs_fail(RS_ENOENT);
    return RS_OK;
}

/* --- by name
 * ------------------------------------------------------------------------------------------------------------ */

static const knob *find(const char *name)
{
    for (int i = 0; i < KNOBS; i++)
        if (strcmp(knobs[i].name, name) == 0) return &knobs[i];
    return NULL;
}

const char *rs_config_knob(unsigned index)
{
    return index < KNOBS ? knobs[index].name : NULL;
}

const char *rs_config_idle(const char *name)
{
    const knob *k = find(name);
    return k ? k->idle : NULL;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A hexadecimal number of at most 8 digits; NULL when there is none. */
static const char *read_hex(const char *s, uint32_t *out)
{
    int digits = 0;
    *out = 0;
    for (; hex_digit(*s) >= 0; s++) {
        if (++digits > 8) return NULL;
        *out = *out << 4 | (uint32_t)hex_digit(*s);
    }
    return digits ? s : NULL;
}

/* "a-b-c-d": four words of a key, each written with its low byte first. */
static const char *read_key(const char *s, uint8_t key[16])
{
    for (int word = 0; word < 4; word++) {
        uint32_t v;
        if (word && *s++ != '-') return NULL;
        s = read_hex(s, &v);
        if (!s) return NULL;
        for (int i = 0; i < 4; i++) key[4 * word + i] = (uint8_t)(v >> 8 * i);
    }
    return s;
}

static const char no_keys[] = "unset";

/* One key, or two with a comma between them. */
static bool read_keys(const char *text, rs_fo_keys *out)
{
    if (strcmp(text, no_keys) == 0) {
        *out = (rs_fo_keys){0};
        return true;
    }
    rs_fo_keys k = {.count = 1};
    const char *s = read_key(skip_blanks(text), k.key[0]);
    if (s && *s == ',') {
        k.count = 2;
        s = read_key(s + 1, k.key[1]);
    }
    if (!s || *skip_blanks(s)) return false;
    *out = k;
    return true;
}

static void add_key(rs_text *t, const uint8_t key[16])
{
    for (int word = 0; word < 4; word++) {
        if (word) rs_text_add(t, "-");
        for (int i = 3; i >= 0; i--) {
            uint8_t byte = key[4 * word + i];
            char two[3] = {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15], 0};
            rs_text_add(t, two);
        }
    }
}

static void add_keys(rs_text *t, const rs_fo_keys *k)
{
    if (k->count == 0) rs_text_add(t, no_keys);
    if (k->count > 0) add_key(t, k->key[0]);
    if (k->count < 2) return;
    rs_text_add(t, ",");
    add_key(t, k->key[1]);
}

/* A decimal number, or a hexadecimal one after 0x, and the blanks around it; NULL when there is none, or one of too
 * many digits. */
static const char *read_number(const char *s, int64_t *out)
{
    s = skip_blanks(s);
    bool negative = *s == '-';
    if (negative) s++;
    if (s[0] == '0' && (s[1] | 0x20) == 'x') {
        uint32_t v;
        s = read_hex(s + 2, &v);
        if (!s || (*s && skip_blanks(s) == s)) return NULL;
        *out = negative ? -(int64_t)v : (int64_t)v;
        return skip_blanks(s);
    }
    int digits = 0;
    int64_t n = 0;
    for (; *s >= '0' && *s <= '9'; s++) {
        if (++digits > 18) return NULL;
        n = n * 10 + (*s - '0');
    }
    if (digits == 0 || (*s && skip_blanks(s) == s)) return NULL;
    *out = negative ? -n : n;
    return skip_blanks(s);
}

static bool read_numbers(const knob *k, const char *text, int64_t *v)
{
    for (int i = 0; i < k->count; i++) {
        text = read_number(text, &v[i]);
        if (!text || v[i] < k->min || v[i] > k->max) return false;
    }
    return *text == 0 && (k->kind != U16 || v[0] <= v[1]);
}

static rs_status set_algorithm(rs_config *cfg, const knob *k, const char *text)
{
    char name[16];
    if (!next_name(&text, name) || *skip_blanks(text) || rs_cc_find(name) < 0) return rs_fail(RS_EINVAL);
    memcpy(field(cfg, k), name, sizeof name);
    return RS_OK;
}

rs_status rs_config_set(rs_config *cfg, const char *name, const char *value)
{
    const knob *k = find(name);
    int64_t v[3] = {0};
    if (strcmp(name, available) == 0) return rs_fail(RS_EINVAL);
    if (!k) return rs_fail(RS_ENOENT);
    if (k->kind == KEYS) return read_keys(value, field(cfg, k)) ? RS_OK : rs_fail(RS_EINVAL);
    if (k->kind == NAME) return set_algorithm(cfg, k, value);
    if (k->kind == SET) return set_set(cfg, k, value);
    if (!read_numbers(k, value, v)) return rs_fail(RS_EINVAL);
    store(cfg, k, v);
    return RS_OK;
}

rs_status rs_config_get(const rs_config *cfg, const char *name, char *buf, size_t cap)
{
    const knob *k = find(name);
    rs_text t = rs_text_of(buf, cap);
    if (strcmp(name, available) == 0) {
        write_set(&t, UINT32_MAX);
        return RS_OK;
    }
    if (!k) return rs_fail(RS_ENOENT);
    if (k->kind == NAME) rs_text_add(&t, field((rs_config *)(uintptr_t)cfg, k));
    if (k->kind == KEYS) add_keys(&t, field((rs_config *)(uintptr_t)cfg, k));
    if (k->kind == SET) write_set(&t, (uint32_t)load(cfg, k, 0));
    bool words = k->kind == NAME || k->kind == KEYS || k->kind == SET;
    for (int i = 0; !words && i < k->count; i++) {
        if (i) rs_text_add(&t, "\t");
        rs_text_add_int(&t, load(cfg, k, i));
    }
    return RS_OK;
}

rs_status rs_config_add_local(rs_config *cfg, rs_addr addr, uint8_t prefix_len)
{
    for (int i = 0; i < RS_LOCAL_ADDRS_MAX; i++) {
        if (cfg->local[i].addr.family != RS_AF_NONE) continue;
        cfg->local[i] = (rs_local){addr, prefix_len};
        return RS_OK;
    }
    return rs_fail(RS_ENOBUFS);
}

/* --- validity
 * ----------------------------------------------------------------------------------------------------------- */

static const char *check_limits(const rs_config *cfg)
{
    const rs_limits *l = &cfg->limits;
    if (l->conns == 0 || l->conns > 1 << 26) return "limits.conns must be 1 to 2^26";
    if (l->listeners == 0 || l->listeners > 1 << 20) return "limits.listeners must be 1 to 2^20";
    if (l->sockets == 0 || l->sockets > 1 << 26) return "limits.sockets must be 1 to 2^26";
    if (l->blocks < 4 || l->blocks > 1 << 26) return "limits.blocks must be 4 to 2^26";
    if (l->records < 16 || l->records > 1 << 28) return "limits.records must be 16 to 2^28";
    if (l->parked == 0 || l->parked > 1 << 16) return "limits.parked must be 1 to 65536";
    if (l->outbox_bytes > 1 << 30) return "limits.outbox_bytes must be at most 2^30";
    if (l->outbox_bytes < 8192 + 2 * cfg->mtu)
        return "limits.outbox_bytes must hold at least 8192 bytes and two packets of mtu";
    return NULL;
}

static const char *check_locals(const rs_config *cfg)
{
    for (int i = 0; i < RS_LOCAL_ADDRS_MAX && cfg->local[i].addr.family != RS_AF_NONE; i++) {
        const rs_local *l = &cfg->local[i];
        bool v4 = l->addr.family == RS_IPV4, v6 = l->addr.family == RS_IPV6;
        if (!v4 && !v6) return "local: an address of no known family";
        if (l->prefix_len > (v4 ? 32 : 128)) return "local: a prefix longer than the address";
        if (rs_addr_is_any(&l->addr) || rs_addr_is_multicast(&l->addr) || rs_addr_is_broadcast(&l->addr))
            return "local: an address that no host can have";
        if (v6 && cfg->mtu < 1280) return "mtu must be at least 1280 with an IPv6 address";
    }
    return NULL;
}

const char *rs_config_check(const rs_config *cfg)
{
    if (cfg->mtu < 68 || cfg->mtu > 65535) return "mtu must be 68 to 65535";
    const char *why = check_limits(cfg);
    if (!why) why = check_locals(cfg);
    if (why) return why;
    for (int i = 0; i < KNOBS; i++) {
        if (knobs[i].kind == NAME || knobs[i].kind == KEYS) continue;
        for (int j = 0; j < knobs[i].count; j++)
            if (load(cfg, &knobs[i], j) < knobs[i].min || load(cfg, &knobs[i], j) > knobs[i].max)
                return "a knob is outside the range of knob.def";
    }
    if (cfg->knobs.port_first > cfg->knobs.port_last) return "port_first must not be above port_last";
    if (cfg->knobs.congestion_control[sizeof cfg->knobs.congestion_control - 1])
        return "congestion_control must end with a zero";
    if (rs_cc_find(cfg->knobs.congestion_control) < 0) return "congestion_control must name an algorithm that exists";
    return NULL;
}
