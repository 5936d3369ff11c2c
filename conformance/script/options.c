#include "options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/addr.h"
#include "../text/diag.h"

const cf_option_desc cf_options[] = {
    {"ip_version", CF_OV_IP_VERSION},
    {"bind_port", CF_OV_PORT},
    {"connect_port", CF_OV_PORT},
    {"local_ip", CF_OV_ADDR},
    {"remote_ip", CF_OV_ADDR},
    {"gateway_ip", CF_OV_ADDR},
    {"netmask_ip", CF_OV_MASK},
    {"speed", CF_OV_COUNT},
    {"mtu", CF_OV_COUNT},
    {"mss", CF_OV_POSITIVE},
    {"init_scripts", CF_OV_TEXT},
    {"tolerance_usecs", CF_OV_POSITIVE},
    {"tolerance_percent", CF_OV_PERCENT},
    {"tcp_ts_tick_usecs", CF_OV_TICK},
    {"tcp_ts_ecr_scaled", CF_OV_NONE},
    {"tcp_ts_ecr_checked", CF_OV_NONE},
    {"tcp_md5_secret", CF_OV_TEXT},
    {"tcp_ao_keys", CF_OV_TEXT},
    {"by_ports", CF_OV_NONE},
    {"numbered_text", CF_OV_NONE},
    {"memory_blocks", CF_OV_POSITIVE},
    {"memory_records", CF_OV_POSITIVE},
    {"strict_segments", CF_OV_NONE},
    {"non_fatal", CF_OV_NON_FATAL},
    {"dry_run", CF_OV_NONE},
    {"is_anyip", CF_OV_NONE},
    {"send_omit_free", CF_OV_NONE},
    {"code_command", CF_OV_TEXT},
    {"code_format", CF_OV_FORMAT},
    {"code_sockopt", CF_OV_SOCKOPT},
    {"wire_client", CF_OV_NONE},
    {"wire_server", CF_OV_NONE},
    {"wire_server_ip", CF_OV_ADDR},
    {"wire_server_at", CF_OV_TEXT},
    {"wire_server_port", CF_OV_PORT},
    {"wire_client_dev", CF_OV_TEXT},
    {"wire_server_dev", CF_OV_TEXT},
    {"so_filename", CF_OV_TEXT},
    {"so_flags", CF_OV_TEXT},
    {"psp_udp_port", CF_OV_PORT},
    {"define", CF_OV_DEFINE},
    {"debug", CF_OV_NONE},
    {"verbose", CF_OV_NONE},
};
const size_t cf_option_count = sizeof cf_options / sizeof cf_options[0];

const cf_option_desc *cf_option_find(const char *name)
{
    for (size_t i = 0; i < cf_option_count; i++)
        if (strcmp(cf_options[i].name, name) == 0) return &cf_options[i];
    return NULL;
}

const char *cf_option_nearest(const char *name)
{
    const char *names[sizeof cf_options / sizeof cf_options[0]];
    for (size_t i = 0; i < cf_option_count; i++) names[i] = cf_options[i].name;
    return cf_nearest(name, names, cf_option_count);
}

static bool whole_number(const char *text, long long low, long long high)
{
    char *end;
    long long v = strtoll(text, &end, 10);
    return *text && *end == '\0' && v >= low && v <= high;
}

static bool percent(const char *text)
{
    char *end;
    double v = strtod(text, &end);
    return *text && *end == '\0' && v >= 0 && v <= 100;
}

/* An address, with an optional "/prefix" that its family allows. */
static bool address(const char *text)
{
    char copy[64];
    cf_addr a;
    const char *slash = strchr(text, '/');
    size_t n = slash ? (size_t)(slash - text) : strlen(text);
    if (n >= sizeof copy) return false;
    memcpy(copy, text, n);
    copy[n] = '\0';
    if (!cf_addr_parse(copy, &a)) return false;
    return !slash || whole_number(slash + 1, 0, a.family == 4 ? 32 : 128);
}

/* Ones, then zeros. */
static bool netmask(const char *text)
{
    cf_addr a;
    if (!cf_addr_parse(text, &a) || a.family != 4) return false;
    uint32_t m = (uint32_t)a.b[0] << 24 | (uint32_t)a.b[1] << 16 | (uint32_t)a.b[2] << 8 | a.b[3];
    uint32_t holes = ~m;
    return (holes & (holes + 1)) == 0;
}

static bool one_of(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (strcmp(text, *words) == 0) return true;
    return false;
}

/* Words of the list, separated by commas. */
static bool some_of(const char *text, const char *const *words)
{
    char copy[64], *save = NULL;
    size_t n = strlen(text);
    if (n >= sizeof copy) return false;
    memcpy(copy, text, n + 1);
    char *word = strtok_r(copy, ",", &save);
    if (!word) return false;
    for (; word; word = strtok_r(NULL, ",", &save))
        if (!one_of(word, words)) return false;
    return true;
}

static bool good_value(cf_option_value kind, const char *v)
{
    static const char *const versions[] = {"ipv4", "ipv6", "ipv4-mapped-ipv6", NULL};
    static const char *const formats[] = {"python", NULL};
    static const char *const sockopts[] = {"TCP_INFO", "TCP_CC_INFO", "SO_MEMINFO", NULL};
    static const char *const non_fatal[] = {"packet", "syscall", NULL};
    switch (kind) {
    case CF_OV_NONE:
    case CF_OV_TEXT: return true;
    case CF_OV_IP_VERSION: return one_of(v, versions);
    case CF_OV_PORT: return whole_number(v, 1, 65535);
    case CF_OV_ADDR: return address(v);
    case CF_OV_MASK: return netmask(v);
    case CF_OV_COUNT: return whole_number(v, 0, INT32_MAX);
    case CF_OV_POSITIVE: return whole_number(v, 1, INT32_MAX);
    case CF_OV_TICK: return whole_number(v, 0, 1000000);
    case CF_OV_PERCENT: return percent(v);
    case CF_OV_DEFINE: return v[0] != '=' && strchr(v, '=') != NULL;
    case CF_OV_FORMAT: return one_of(v, formats);
    case CF_OV_SOCKOPT: return one_of(v, sockopts);
    case CF_OV_NON_FATAL: return some_of(v, non_fatal);
    }
    return false;
}

const char *cf_option_allowed(cf_option_value kind)
{
    static const char *const texts[] = {
        [CF_OV_NONE] = "no value",
        [CF_OV_TEXT] = "any text",
        [CF_OV_IP_VERSION] = "ipv4, ipv6 or ipv4-mapped-ipv6",
        [CF_OV_PORT] = "1 to 65535",
        [CF_OV_ADDR] = "an IPv4 or IPv6 address, with or without /prefix",
        [CF_OV_MASK] = "an IPv4 netmask such as 255.255.0.0",
        [CF_OV_COUNT] = "0 to 2147483647",
        [CF_OV_POSITIVE] = "1 to 2147483647",
        [CF_OV_TICK] = "0 to 1000000",
        [CF_OV_PERCENT] = "0 to 100",
        [CF_OV_DEFINE] = "NAME=VALUE",
        [CF_OV_FORMAT] = "python",
        [CF_OV_SOCKOPT] = "TCP_INFO, TCP_CC_INFO or SO_MEMINFO",
        [CF_OV_NON_FATAL] = "packet, syscall, or both with a comma between them",
    };
    return texts[kind];
}

bool cf_option_check(const char *name, const char *value, char *why, size_t why_cap)
{
    const cf_option_desc *d = cf_option_find(name);
    const char *problem = NULL;
    if (!d) problem = "unknown";
    else if (d->value == CF_OV_NONE && value) problem = "forbids an argument";
    else if (d->value != CF_OV_NONE && !value) problem = "requires an argument";
    if (problem) {
        snprintf(why, why_cap, "option '%s' %s", name, problem);
        return false;
    }
    if (!value || good_value(d->value, value)) return true;
    snprintf(why, why_cap, "bad --%s: %s", name, value);
    return false;
}
