#include <stdarg.h>
#include <string.h>

#include "../run/settings.h"
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

/* --variants and --ip_version; 0 after a complaint. */
static unsigned wanted_variants(const cf_args *a)
{
    char wrong[200];
    unsigned variants = cf_variant_set(a->variants ? a->variants : "all", wrong, sizeof wrong);
    if (!variants) {
        cf_complain(CF_EXIT_USAGE, "unknown variant \"%s\"; there are ipv4, ipv6 and ipv4-mapped-ipv6", wrong);
        return 0;
    }
    if (!a->ip_version) return variants;
    variants &= cf_variant_set(a->ip_version, wrong, sizeof wrong);
    if (!variants)
        cf_complain(CF_EXIT_USAGE, "--ip_version=%s and --variants=%s contradict each other", a->ip_version,
                    a->variants);
    return variants;
}

/* The options as they will be in a variant: does each make sense, and all together? */
static bool settle(const cf_args *a, const cf_variant *v, char *why, size_t why_cap)
{
    cf_settings set;
    cf_settings_defaults(&set, v->mode);
    for (uint32_t i = 0; i < v->option_count; i++)
        if (!cf_settings_apply_text(&set, v->options[i], why, why_cap)) return false;
    for (uint32_t i = 0; i < a->options.count; i++)
        if (!cf_settings_apply_text(&set, a->options.items[i], why, why_cap)) return false;
    return cf_settings_check(&set, why, why_cap);
}

/* An option that concerns no selected variant would change nothing, and nobody would notice. */
static bool settings_agree(const cf_args *a, const cf_selection *s, char *why, size_t why_cap)
{
    unsigned used = 0;
    for (uint32_t i = 0; i < s->count; i++) used |= 1u << (s->picks[i].variant - cf_variants);
    for (int v = 0; v < CF_VARIANTS; v++)
        if (used & 1u << v && !settle(a, &cf_variants[v], why, why_cap)) return false;
    for (uint32_t i = 0; i < a->options.count; i++) {
        bool concerns = false;
        for (int v = 0; v < CF_VARIANTS; v++)
            concerns = concerns || (used & 1u << v && cf_settings_concerns(a->options.items[i], cf_variants[v].mode));
        if (concerns) continue;
        snprintf(why, why_cap, "--%s is of the other family than all selected variants", a->options.items[i]);
        return false;
    }
    return true;
}

int cf_choose(const cf_args *a, cf_places *p, cf_selection *s)
{
    char why[600];
    memset(s, 0, sizeof *s);
    unsigned variants = wanted_variants(a);
    if (!variants || !cf_find_places(a, p)) return CF_EXIT_USAGE;
    if (cf_select(s, p->root, a->words.items, a->words.count, variants, why, sizeof why) &&
        settings_agree(a, s, why, sizeof why))
        return CF_EXIT_OK;
    cf_selection_free(s);
    cf_places_free(p);
    return cf_complain(CF_EXIT_USAGE, "%s", why);
}

static void list_targets(cf_buf *out)
{
    for (const cf_target_ops *const *t = cf_targets; *t; t++)
        cf_buf_printf(out, "%s%s%s%s", out->len ? ", " : "", (*t)->name, (*t)->takes ? ":" : "",
                      (*t)->takes ? (*t)->takes : "");
}

int cf_choose_target(const char *option, const char *text, cf_named_target *out)
{
    size_t len = strcspn(text, ":");
    char *name = cf_mem_copy(text, len);
    out->arg = text[len] == ':' ? text + len + 1 : NULL;
    out->ops = cf_target_find(name);
    free(name);
    if (out->ops && (!out->arg || out->ops->takes)) return CF_EXIT_OK;
    if (out->ops)
        return cf_complain(CF_EXIT_USAGE, "%s %s: the target %s takes nothing behind ':'", option, text,
                           out->ops->name);
    cf_buf known = {0};
    list_targets(&known);
    cf_complain(CF_EXIT_USAGE, "%s: unknown target \"%.*s\"; there are: %s", option, (int)len, text,
                cf_buf_str(&known));
    cf_buf_free(&known);
    return CF_EXIT_USAGE;
}

cf_define *cf_join_defines(const cf_args *a, const cf_variant *v, uint32_t *count)
{
    cf_define *all = cf_mem_zero(v->define_count + a->define_count, sizeof *all);
    *count = 0;
    for (uint32_t i = 0; i < v->define_count; i++) all[(*count)++] = v->defines[i];
    for (uint32_t i = 0; i < a->define_count; i++) all[(*count)++] = a->defines[i];
    return all;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

int cf_exit_of(const cf_result *r)
{
    if (r->outcome != CF_RUN_ERROR) return CF_EXIT_UNEXPECTED;
    if (starts(r->signature, "usage")) return CF_EXIT_USAGE;
    if (starts(r->signature, "target")) return CF_EXIT_TARGET;
    return starts(r->signature, "script") ? CF_EXIT_INVALID : CF_EXIT_UNEXPECTED;
}

cf_run_opts cf_variant_opts(const cf_args *a, const cf_variant *v)
{
    cf_run_opts o = {.mode = v->mode,
                     .mode_given = true,
                     .mtu = v->mtu,
                     .variant = v->name,
                     .options = v->options,
                     .option_count = v->option_count,
                     .seed = a->seed,
                     .late_us = a->late_us};
    o.defines = cf_join_defines(a, v, &o.define_count);
    return o;
}
