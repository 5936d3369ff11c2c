/* see one.h */
#include "one.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../target/target.h"

static int run(const cf_args *a, const cf_one *one, const cf_target_ops *target, const char *target_arg,
               const cf_pick *p)
{
    cf_run_opts o = cf_variant_opts(a, p->variant);
    o.target = target;
    o.target_arg = target_arg;
    o.preset = a->preset;
    o.sets = a->sets.items;
    o.set_count = a->sets.count;
    int status = one->run(a, p, &o);
    free((void *)(uintptr_t)o.defines);
    return status;
}

static int choose(cf_args *a, const cf_one *one, const cf_target_ops *target, const char *target_arg)
{
    cf_places places;
    cf_selection sel;
    int status = cf_choose(a, &places, &sel);
    if (status) return status;
    if (sel.scripts == 1) status = run(a, one, target, target_arg, &sel.picks[0]);
    else status = cf_complain(CF_EXIT_USAGE, "%u scripts are selected: %s", sel.scripts, one->many);
    cf_selection_free(&sel);
    cf_places_free(&places);
    return status;
}

int cf_one_script(cf_args *a, const cf_one *one)
{
    char name[40];
    size_t len = strcspn(a->target, ":");
    snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), a->target);
    const cf_target_ops *target = cf_target_find(name);
    if (!target) return cf_complain(CF_EXIT_USAGE, "unknown target \"%s\"", name);
    if (!a->words.count) return cf_complain(CF_EXIT_USAGE, "%s wants a script, as in `%s`", one->name, one->none);
    return choose(a, one, target, a->target[len] == ':' ? a->target + len + 1 : NULL);
}
