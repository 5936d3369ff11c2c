/* see script_head.h */
#include "script_head.h"

#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../script/fmt.h"
#include "fast_open.h"
#include "hints.h"

enum { MTU_USUAL = 1500, MTU_MOST = 65535 };

void cf_script_head(cf_buf *out, const cf_recording *r, const cf_guess *g, bool raw_echoes, const char *title)
{
    bool six = r->conn->family == 6;
    const cf_half *me = &r->conn->half[r->side];
    uint32_t mtu = me->mss && !cf_hints_maxseg(r) ? me->mss + (six ? 60u : 40u) : 0;
    cf_buf_printf(out, "//: title: %s\n//: family: %s\n//: preset: linux\n", title, six ? "ipv6" : "ipv4");
    cf_buf_printf(out, "--ip_version=%s\n", six ? "ipv6" : "ipv4");
    if (mtu > MTU_MOST) mtu = MTU_MOST; /* the loopback's 65536 is one too many for an IPv4 packet */
    if (mtu && (six || mtu != MTU_USUAL)) cf_buf_printf(out, "--mtu=%u\n", mtu);
    if (raw_echoes) cf_buf_puts(out, "--tcp_ts_ecr_scaled\n");
    cf_buf sysctls = {0};
    cf_buf_puts(&sysctls, cf_fast_open_sysctl(cf_fast_open_of(r)));
    cf_hints_sysctls(&sysctls, r, g->cubic ? "cubic" : "reno");
    for (uint32_t i = 0; i < CF_SETTINGS; i++) /* what is said last counts */
        if (cf_guess_fixed(g, i, CF_FIX_SETTING)) cf_buf_printf(&sysctls, " %s", cf_guess_settings[i]);
    if (sysctls.len) cf_buf_printf(out, "`sysctl -q%s`\n", cf_buf_str(&sysctls));
    cf_buf_free(&sysctls);
}

bool cf_script_canonical(cf_buf *text, const cf_buf *raw, bool six, char *why, size_t why_cap)
{
    cf_script s;
    cf_diags diags = {0};
    cf_parse_env env = {.mode = six ? CF_MODE_IPV6 : CF_MODE_IPV4};
    bool ok = cf_script_parse_text(&s, "import", cf_buf_str(raw), raw->len, &env, &diags);
    if (ok) cf_fmt_script(text, &s);
    else snprintf(why, why_cap, "the script is not valid: %s", diags.count ? diags.items[0].msg : "no reason");
    cf_script_free(&s);
    cf_diags_free(&diags);
    return ok;
}
