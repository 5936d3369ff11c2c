#include <stdarg.h>

#include "../text/mem.h"
#include "cli.h"

#ifndef TCPROVE_SCRIPTS_DIR
#define TCPROVE_SCRIPTS_DIR NULL
#endif
#ifndef TCPROVE_SPEC_DIR
#define TCPROVE_SPEC_DIR NULL
#endif

int cf_complain(int status, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("tcprove: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    return status;
}

bool cf_find_places(const cf_args *a, cf_places *p)
{
    char why[400];
    if (cf_places_find(p, a->root, TCPROVE_SCRIPTS_DIR, TCPROVE_SPEC_DIR, why, sizeof why)) return true;
    cf_complain(CF_EXIT_USAGE, "%s", why);
    return false;
}

int cf_choose(const cf_args *a, cf_places *p, cf_selection *s)
{
    char why[600];
    unsigned variants = cf_variant_set(a->variants ? a->variants : "all", why, sizeof why);
    memset(s, 0, sizeof *s);
    if (!variants)
        return cf_complain(CF_EXIT_USAGE, "unknown variant \"%s\"; there are ipv4, ipv6 and ipv4-mapped-ipv6", why);
    if (!cf_find_places(a, p)) return CF_EXIT_USAGE;
    if (cf_select(s, p->root, a->words.items, a->words.count, variants, why, sizeof why)) return CF_EXIT_OK;
    cf_selection_free(s);
    cf_places_free(p);
    return cf_complain(CF_EXIT_USAGE, "%s", why);
}

cf_define *cf_join_defines(const cf_args *a, const cf_variant *v, uint32_t *count)
{
    cf_define *all = cf_mem_zero(v->define_count + a->define_count, sizeof *all);
    *count = 0;
    for (uint32_t i = 0; i < v->define_count; i++) all[(*count)++] = v->defines[i];
    for (uint32_t i = 0; i < a->define_count; i++) all[(*count)++] = a->defines[i];
    return all;
}
