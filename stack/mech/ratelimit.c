#include "ratelimit.h"

#include "../base/time.h"

bool rs_budget_take(rs_budget *b, rs_time now, uint32_t per_second)
{
    if (per_second == UINT32_MAX) return true;
    if (!b->started || b->limit != per_second || rs_time_diff(now, b->epoch).us >= RS_SEC(1).us)
        *b = (rs_budget){.epoch = now, .left = per_second, .limit = per_second, .started = true};
    if (b->left == 0) return false;
    b->left--;
    return true;
}

const char *rs_budget_broken(const rs_budget *b)
{
    return b->left > b->limit ? "L1: more is left than there was" : NULL;
}

bool rs_spacing_take(rs_spacing *s, rs_time now, rs_dur gap)
{
    if (s->used && rs_dur_less(rs_time_diff(now, s->last), gap)) return false;
    *s = (rs_spacing){.last = now, .used = true};
    return true;
}
