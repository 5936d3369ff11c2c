/* live_fix.h — the target linux in unit tests: opened, or the test skipped with the reason. */
#ifndef LIVE_FIX_H
#define LIVE_FIX_H

#include "../../stack/test/check.h"
#include "../packet/addr.h"
#include "../target/linux.h"

static inline cf_open live_options(void)
{
    cf_open o = {.local_prefix = 16, .remote_prefix = 24, .mtu = 1500, .seed = 1};
    cf_addr_parse("192.168.0.1", &o.local);
    cf_addr_parse("192.168.0.1", &o.gateway);
    cf_addr_parse("192.0.2.1", &o.remote);
    return o;
}

static inline cf_target *live_open_with(const cf_open *o)
{
    char why[400];
    cf_target *t = cf_target_linux.open(o, why, sizeof why);
    if (!t) CHECK_SKIP("%s", why);
    return t;
}

static inline cf_target *live_open(void)
{
    cf_open o = live_options();
    return live_open_with(&o);
}

static inline cf_call_out live_call(cf_target *t, cf_call_in in)
{
    cf_call_out out = {0};
    cf_target_linux.call(t, &in, &out);
    return out;
}

#endif
