/* settings.c — options by name, each with the field it sets. */
#include "settings.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/addr.h"
#include "../script/options.h"
#include "ao_keys.h"

enum {
    PREFIX_V4_LOCAL = 16,
    PREFIX_V4_REMOTE = 24,
    PREFIX_V6_LOCAL = 48,
    PREFIX_V6_REMOTE = 32,
    PORT_DEFAULT = 8080,
    TOLERANCE_US = 4000,
    MTU_DEFAULT = 1500,
    PSP_PORT = 1000
};

void cf_settings_defaults(cf_settings *s, cf_ip_mode mode)
{
    bool v6 = mode == CF_MODE_IPV6;
    *s = (cf_settings){.mode = mode,
                       .bind_port = PORT_DEFAULT,
                       .connect_port = PORT_DEFAULT,
                       .tolerance_us = TOLERANCE_US,
                       .tolerance_percent = 12.5,
                       .mtu = MTU_DEFAULT,
                       .psp_udp_port = PSP_PORT,
                       .code_command = "python3"};
    cf_addr_parse(v6 ? "fd3d:0a0b:17d6::1" : "192.168.0.1", &s->local);
    cf_addr_parse(v6 ? "fd3d:0a0b:17d6:8888::1" : "192.168.0.1", &s->gateway);
    cf_addr_parse(v6 ? "fd3d:fa7b:d17d::1" : "192.0.2.1", &s->remote);
    s->local_prefix = v6 ? PREFIX_V6_LOCAL : PREFIX_V4_LOCAL;
    s->remote_prefix = v6 ? PREFIX_V6_REMOTE : PREFIX_V4_REMOTE;
}

/* ---------- values ---------- */

static bool whole_number(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return end != text && !*end && !errno;
}

/* "192.0.2.1/24". An address of the other family than the mode's is the option for another mode: it is left alone. */
static bool set_addr(cf_settings *s, cf_addr *out, uint8_t *prefix, const char *value)
{
    char text[64];
    cf_addr a;
    int64_t bits = 0;
    size_t n = strcspn(value, "/");
    if (n >= sizeof text) return false;
    memcpy(text, value, n);
    text[n] = '\0';
    if (!cf_addr_parse(text, &a)) return false;
    if (value[n] && !whole_number(value + n + 1, &bits)) return false;
    if (a.family != (s->mode == CF_MODE_IPV6 ? 6 : 4)) return true;
    *out = a;
    if (value[n] && prefix) *prefix = (uint8_t)bits;
    return true;
}

static bool set_local(cf_settings *s, const char *value)
{
    return set_addr(s, &s->local, &s->local_prefix, value);
}

static bool set_remote(cf_settings *s, const char *value)
{
    return set_addr(s, &s->remote, &s->remote_prefix, value);
}

static bool set_gateway(cf_settings *s, const char *value)
{
    return set_addr(s, &s->gateway, NULL, value);
}

static bool set_mask(cf_settings *s, const char *value)
{
    cf_addr a;
    if (!cf_addr_parse(value, &a) || a.family != 4) return false;
    uint8_t bits = 0;
    for (int i = 0; i < 32; i++)
        if (a.b[i / 8] & 0x80 >> i % 8) bits++;
    if (s->mode != CF_MODE_IPV6) s->local_prefix = bits;
    return true;
}

static bool set_ip_version(cf_settings *s, const char *value)
{
    cf_ip_mode mode = s->mode;
    if (strcmp(value, "ipv4") == 0) mode = CF_MODE_IPV4;
    if (strcmp(value, "ipv6") == 0) mode = CF_MODE_IPV6;
    if (strcmp(value, "ipv4-mapped-ipv6") == 0 || strcmp(value, "ipv4_mapped_ipv6") == 0) mode = CF_MODE_MAPPED;
    if (mode == s->mode) return true;
    cf_settings fresh;
    cf_settings_defaults(&fresh, mode);
    s->mode = mode;
    s->local = fresh.local;
    s->remote = fresh.remote;
    s->gateway = fresh.gateway;
    s->local_prefix = fresh.local_prefix;
    s->remote_prefix = fresh.remote_prefix;
    return true;
}

static bool set_percent(cf_settings *s, const char *value)
{
    char *end;
    s->tolerance_percent = strtod(value, &end);
    return end != value && !*end;
}

static bool set_non_fatal(cf_settings *s, const char *value)
{
    if (strstr(value, "packet")) s->non_fatal_packet = true;
    if (strstr(value, "syscall")) s->non_fatal_syscall = true;
    return true;
}

static bool set_ao_keys(cf_settings *s, const char *value)
{
    s->ao_keys = value;
    return !cf_ao_keys_wrong(value);
}

/* ---------- the table ---------- */

typedef enum { PORT, COUNT32, COUNT64, FLAG, TEXT, OWN } field_kind;
typedef struct field {
    const char *name;
    field_kind kind;
    size_t at;                                        /* in cf_settings, unless OWN */
    bool (*apply)(cf_settings *s, const char *value); /* OWN */
} field;

#define AT(member) offsetof(cf_settings, member), NULL

static const field fields[] = {
    {"ip_version", OWN, 0, set_ip_version},
    {"local_ip", OWN, 0, set_local},
    {"remote_ip", OWN, 0, set_remote},
    {"gateway_ip", OWN, 0, set_gateway},
    {"netmask_ip", OWN, 0, set_mask},
    {"tolerance_percent", OWN, 0, set_percent},
    {"non_fatal", OWN, 0, set_non_fatal},
    {"bind_port", PORT, AT(bind_port)},
    {"connect_port", PORT, AT(connect_port)},
    {"psp_udp_port", PORT, AT(psp_udp_port)},
    {"mtu", COUNT32, AT(mtu)},
    {"mss", COUNT32, AT(gso_mss)},
    {"speed", COUNT32, AT(speed)},
    {"tcp_ts_tick_usecs", COUNT32, AT(ts_tick_us)},
    {"tolerance_usecs", COUNT64, AT(tolerance_us)},
    {"tcp_ts_ecr_scaled", FLAG, AT(ts_ecr_scaled)},
    {"tcp_ts_ecr_checked", FLAG, AT(ts_ecr_checked)},
    {"by_ports", FLAG, AT(by_ports)},
    {"numbered_text", FLAG, AT(numbered_text)},
    {"memory_blocks", COUNT32, AT(memory_blocks)},
    {"memory_records", COUNT32, AT(memory_records)},
    {"strict_segments", FLAG, AT(strict_segments)},
    {"dry_run", FLAG, AT(dry_run)},
    {"is_anyip", FLAG, AT(anyip)},
    {"init_scripts", TEXT, AT(init_scripts)},
    {"code_command", TEXT, AT(code_command)},
    {"tcp_md5_secret", TEXT, AT(md5_secret)},
    {"tcp_ao_keys", OWN, 0, set_ao_keys},
    {"so_filename", TEXT, AT(so_filename)},
    {"so_flags", TEXT, AT(so_flags)},
};

static bool store(cf_settings *s, const field *f, const char *value)
{
    char *to = (char *)s + f->at;
    int64_t n = 0;
    if (f->kind == OWN) return f->apply(s, value);
    if (f->kind != FLAG && f->kind != TEXT && !whole_number(value, &n)) return false;
    switch (f->kind) {
    case PORT: *(uint16_t *)(void *)to = (uint16_t)n; break;
    case COUNT32: *(uint32_t *)(void *)to = (uint32_t)n; break;
    case COUNT64: *(int64_t *)(void *)to = n; break;
    case FLAG: *(bool *)to = true; break;
    case TEXT: *(const char **)(void *)to = value; break;
    case OWN: break;
    }
    return true;
}

bool cf_settings_apply(cf_settings *s, const char *name, const char *value, char *why, size_t why_cap)
{
    if (!cf_option_check(name, value, why, why_cap)) return false;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (strcmp(fields[i].name, name) != 0) continue;
        if (store(s, &fields[i], value ? value : "")) return true;
        const char *hint = fields[i].apply == set_ao_keys ? cf_ao_keys_wrong(value) : NULL;
        snprintf(why, why_cap, "bad --%s: %s%s%s", name, value ? value : "", hint ? "; " : "", hint ? hint : "");
        return false;
    }
    return true; /* known, and without meaning for the targets there are */
}

bool cf_settings_apply_text(cf_settings *s, const char *text, char *why, size_t why_cap)
{
    char name[64];
    const char *eq = strchr(text, '=');
    size_t n = eq ? (size_t)(eq - text) : strlen(text);
    if (n >= sizeof name) {
        snprintf(why, why_cap, "option '%s' unknown", text);
        return false;
    }
    memcpy(name, text, n);
    name[n] = '\0';
    return cf_settings_apply(s, name, eq ? eq + 1 : NULL, why, why_cap);
}

/* ---------- all together ---------- */

bool cf_settings_check(const cf_settings *s, char *why, size_t why_cap)
{
    char text[64];
    if (!cf_addr_same(&s->local, &s->remote)) return true;
    cf_addr_text(&s->remote, text, sizeof text);
    snprintf(why, why_cap, "--remote_ip and --local_ip are both %s; the peer must be another host", text);
    return false;
}

bool cf_settings_concerns(const char *text, cf_ip_mode mode)
{
    static const char *const names[] = {"local_ip=", "remote_ip=", "gateway_ip=", "netmask_ip="};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (strncmp(text, names[i], n) == 0) return (strchr(text + n, ':') != NULL) == (mode == CF_MODE_IPV6);
    }
    return true;
}
