/* settings.c — options by name, each with the field it sets. */
#include "settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/addr.h"
#include "../script/options.h"

enum { PREFIX_V4_LOCAL = 16, PREFIX_V4_REMOTE = 24, PREFIX_V6_LOCAL = 48, PREFIX_V6_REMOTE = 32, PORT_DEFAULT = 8080,
       TOLERANCE_US = 4000, MTU_DEFAULT = 1500, PSP_PORT = 1000 };

void cf_settings_defaults(cf_settings *s, cf_ip_mode mode)
{
    bool v6 = mode == CF_MODE_IPV6;
    *s = (cf_settings){.mode = mode, .bind_port = PORT_DEFAULT, .connect_port = PORT_DEFAULT, .tolerance_us = TOLERANCE_US,
                       .tolerance_percent = 12.5, .mtu = MTU_DEFAULT, .psp_udp_port = PSP_PORT,
                       .code_command = "python3"};
    cf_addr_parse(v6 ? "fd3d:0a0b:17d6::1" : "192.168.0.1", &s->local);
    cf_addr_parse(v6 ? "fd3d:0a0b:17d6:8888::1" : "192.168.0.1", &s->gateway);
    cf_addr_parse(v6 ? "fd3d:fa7b:d17d::1" : "192.0.2.1", &s->remote);
    s->local_prefix = v6 ? PREFIX_V6_LOCAL : PREFIX_V4_LOCAL;
    s->remote_prefix = v6 ? PREFIX_V6_REMOTE : PREFIX_V4_REMOTE;
}

/* ---------- values ---------- */

/* "192.0.2.1/24". An address of the other family than the mode's is the option for another mode: it is left alone. */
static bool set_addr(cf_settings *s, cf_addr *out, uint8_t *prefix, const char *value)
{
    char    text[64];
    cf_addr a;
    size_t  n = strcspn(value, "/");
    if (n >= sizeof text) return false;
    memcpy(text, value, n);
    text[n] = '\0';
    if (!cf_addr_parse(text, &a)) return false;
    if (a.family != (s->mode == CF_MODE_IPV6 ? 6 : 4)) return true;
    *out = a;
    if (value[n] && prefix) *prefix = (uint8_t)atoi(value + n + 1);
    return true;
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
    cf_settings was = *s;
    cf_settings_defaults(s, mode);
    s->bind_port = was.bind_port;
    s->connect_port = was.connect_port;
    s->tolerance_us = was.tolerance_us;
    s->tolerance_percent = was.tolerance_percent;
    s->mtu = was.mtu;
    return true;
}

static bool set_non_fatal(cf_settings *s, const char *value)
{
    if (strstr(value, "packet")) s->non_fatal_packet = true;
    if (strstr(value, "syscall")) s->non_fatal_syscall = true;
    return true;
}

/* ---------- the table ---------- */

typedef bool apply_fn(cf_settings *s, const char *v);

static bool on_bind_port(cf_settings *s, const char *v) { s->bind_port = (uint16_t)atoi(v); return true; }
static bool on_connect_port(cf_settings *s, const char *v) { s->connect_port = (uint16_t)atoi(v); return true; }
static bool on_local(cf_settings *s, const char *v) { return set_addr(s, &s->local, &s->local_prefix, v); }
static bool on_remote(cf_settings *s, const char *v) { return set_addr(s, &s->remote, &s->remote_prefix, v); }
static bool on_gateway(cf_settings *s, const char *v) { return set_addr(s, &s->gateway, NULL, v); }
static bool on_mtu(cf_settings *s, const char *v) { s->mtu = (uint32_t)strtoul(v, NULL, 10); return true; }
static bool on_mss(cf_settings *s, const char *v) { s->gso_mss = (uint32_t)strtoul(v, NULL, 10); return true; }
static bool on_tolerance(cf_settings *s, const char *v) { s->tolerance_us = strtoll(v, NULL, 10); return true; }
static bool on_percent(cf_settings *s, const char *v) { s->tolerance_percent = strtod(v, NULL); return true; }
static bool on_tick(cf_settings *s, const char *v) { s->ts_tick_us = (uint32_t)strtoul(v, NULL, 10); return true; }
static bool on_scaled(cf_settings *s, const char *v) { (void)v; s->ts_ecr_scaled = true; return true; }
static bool on_strict(cf_settings *s, const char *v) { (void)v; s->strict_segments = true; return true; }
static bool on_dry(cf_settings *s, const char *v) { (void)v; s->dry_run = true; return true; }
static bool on_psp_port(cf_settings *s, const char *v) { s->psp_udp_port = (uint16_t)atoi(v); return true; }
static bool on_init(cf_settings *s, const char *v) { s->init_scripts = v; return true; }
static bool on_code(cf_settings *s, const char *v) { s->code_command = v; return true; }

static const struct { const char *name; apply_fn *apply; } table[] = {
    {"ip_version", set_ip_version}, {"bind_port", on_bind_port},        {"connect_port", on_connect_port},
    {"local_ip", on_local},         {"remote_ip", on_remote},           {"gateway_ip", on_gateway},
    {"netmask_ip", set_mask},       {"mtu", on_mtu},                    {"tolerance_usecs", on_tolerance},
    {"tolerance_percent", on_percent}, {"tcp_ts_tick_usecs", on_tick},  {"tcp_ts_ecr_scaled", on_scaled},
    {"strict_segments", on_strict}, {"non_fatal", set_non_fatal},       {"dry_run", on_dry},
    {"psp_udp_port", on_psp_port},  {"init_scripts", on_init},          {"code_command", on_code},
    {"mss", on_mss},
};

bool cf_settings_apply(cf_settings *s, const char *name, const char *value, char *why, size_t why_cap)
{
    if (!cf_option_check(name, value, why, why_cap)) return false;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, name) != 0) continue;
        if (table[i].apply(s, value ? value : "")) return true;
        snprintf(why, why_cap, "bad --%s: %s", name, value ? value : "");
        return false;
    }
    return true; /* known, and without meaning for the targets there are */
}

bool cf_settings_apply_text(cf_settings *s, const char *text, char *why, size_t why_cap)
{
    char        name[64];
    const char *eq = strchr(text, '=');
    size_t      n = eq ? (size_t)(eq - text) : strlen(text);
    if (n >= sizeof name) {
        snprintf(why, why_cap, "option '%s' unknown", text);
        return false;
    }
    memcpy(name, text, n);
    name[n] = '\0';
    return cf_settings_apply(s, name, eq ? eq + 1 : NULL, why, why_cap);
}
