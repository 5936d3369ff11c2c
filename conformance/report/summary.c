#include "report.h"

#include <string.h>

void cf_each_spec(const cf_result *r, void (*fn)(void *ctx, const char *id), void *ctx)
{
    const char *at = r->spec ? r->spec : "";
    while (*at) {
        at += strspn(at, " \t,;");
        if (*at == '(') {
            at += strcspn(at, ")");
            at += *at == ')';
            continue;
        }
        size_t len = strcspn(at, " \t,;(");
        char id[160];
        if (len > 0 && len < sizeof id) {
            memcpy(id, at, len);
            id[len] = '\0';
            fn(ctx, id);
        }
        at += len;
    }
}

typedef struct {
    const cf_reqs *reqs;
    const char *level;
} level_search;

static void strongest(void *ctx, const char *id)
{
    level_search *s = ctx;
    const cf_req *req = s->reqs ? cf_reqs_find(s->reqs, id) : NULL;
    if (req && (!*s->level || cf_req_weight(req->level) > cf_req_weight(s->level))) s->level = req->level;
}

const char *cf_level(const cf_report *rep, const cf_result *r)
{
    if (r->level && *r->level) return r->level;
    level_search s = {rep->reqs, ""};
    cf_each_spec(r, strongest, &s);
    return s.level;
}

static bool is_bad(cf_outcome o)
{
    return o == CF_FAIL || o == CF_RUN_ERROR || o == CF_UNSTEADY;
}

cf_counts cf_count(const cf_report *rep)
{
    cf_counts c = {0};
    for (uint32_t i = 0; i < rep->count; i++) {
        const cf_entry *e = &rep->entries[i];
        c.outcome[e->r->outcome]++;
        c.virtual_us += e->r->virtual_us;
        c.surprises += e->surprise != CF_S_NONE;
        c.known += is_bad(e->r->outcome) && e->surprise == CF_S_NONE;
        if (e->r->outcome != CF_PASS && e->r->outcome != CF_LAX) continue;
        int weight = cf_req_weight(cf_level(rep, e->r));
        c.must += weight == 3;
        c.should += weight == 2;
        c.other += weight < 2;
    }
    return c;
}

const char *cf_duration(char *buf, size_t cap, int64_t us)
{
    int64_t s = us / 1000000;
    if (s >= 3600) snprintf(buf, cap, "%lld h %lld m", (long long)(s / 3600), (long long)(s / 60 % 60));
    else if (s >= 60) snprintf(buf, cap, "%lld m %lld s", (long long)(s / 60), (long long)(s % 60));
    else if (us >= 1000)
        snprintf(buf, cap, "%.4g %s", us >= 1000000 ? (double)us / 1e6 : (double)us / 1e3, us >= 1000000 ? "s" : "ms");
    else snprintf(buf, cap, "%lld us", (long long)us);
    return buf;
}
