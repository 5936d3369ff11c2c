#include "repeat.h"

#include "../text/buf.h"
#include "../text/mem.h"

void cf_repeat_note(cf_seen_run *seen, const cf_result *r)
{
    seen->outcome = r->outcome;
    snprintf(seen->signature, sizeof seen->signature, "%.63s", r->signature);
    seen->hash = r->hash;
}

static bool agree(const cf_seen_run *a, const cf_seen_run *b, bool same_packets)
{
    return a->outcome == b->outcome && strcmp(a->signature, b->signature) == 0 && (!same_packets || a->hash == b->hash);
}

static uint32_t first_like(const cf_seen_run *runs, uint32_t i, bool same_packets)
{
    for (uint32_t k = 0; k < i; k++)
        if (agree(&runs[k], &runs[i], same_packets)) return k;
    return i;
}

static void describe(cf_buf *b, const cf_seen_run *runs, uint32_t n, bool same_packets)
{
    for (uint32_t i = 0; i < n; i++) {
        if (first_like(runs, i, same_packets) != i) continue;
        uint32_t times = 0;
        for (uint32_t k = i; k < n; k++) times += first_like(runs, k, same_packets) == i;
        cf_buf_printf(b, "%s%s", i ? ", " : "", cf_outcome_name(runs[i].outcome));
        if (runs[i].signature[0]) cf_buf_printf(b, " (%s)", runs[i].signature);
        if (same_packets) cf_buf_printf(b, " packets %016llx", (unsigned long long)runs[i].hash);
        cf_buf_printf(b, " x%u", times);
    }
}

void cf_repeat_judge(cf_result *result, const cf_seen_run *runs, uint32_t n, bool same_packets)
{
    bool steady = true;
    for (uint32_t i = 1; i < n && steady; i++) steady = agree(&runs[0], &runs[i], same_packets);
    if (steady) return;
    cf_buf text = {0};
    cf_buf_printf(&text, "%u runs differ: ", n);
    describe(&text, runs, n, same_packets);
    result->outcome = CF_UNSTEADY;
    snprintf(result->signature, sizeof result->signature, "unsteady");
    free(result->message);
    result->message = cf_buf_take(&text);
}
