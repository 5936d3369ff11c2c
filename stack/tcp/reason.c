/* see reason.h and reason.def */
#include "reason.h"

static const struct {
    const char *name, *text, *rfc;
} reasons[RS_REASONS] = {
#define R(name, text, rfc) [RS_WHY_##name] = {#name, text, rfc},
#include "reason.def"
#undef R
};
_Static_assert(RS_REASONS <= sizeof(((rs_counters *)0)->drops) / sizeof(uint64_t), "every reason has a counter");

unsigned rs_drop_reasons(void)
{
    return RS_REASONS;
}

const char *rs_drop_name(unsigned reason)
{
    return reason < RS_REASONS ? reasons[reason].name : "?";
}

const char *rs_drop_text(unsigned reason)
{
    return reason < RS_REASONS ? reasons[reason].text : "?";
}

const char *rs_drop_rfc(unsigned reason)
{
    return reason < RS_REASONS ? reasons[reason].rfc : "?";
}

void rs_drop(rs_env *env, uint32_t conn, const rs_seg *seg, rs_reason why)
{
    env->count->drops[why]++;
    if (!env->trace) return;
    rs_event ev = {.at = env->now,
                   .kind = RS_EV_DROP,
                   .conn = conn,
                   .why = reasons[why].name,
                   .why_text = reasons[why].text,
                   .rfc = reasons[why].rfc[0] ? reasons[why].rfc : NULL};
    if (seg) {
        ev.local = seg->dst;
        ev.remote = seg->src;
        ev.a = rs_seg_len(seg);
    }
    env->trace(env->trace_ctx, &ev);
}
