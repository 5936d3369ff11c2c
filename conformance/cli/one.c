/* see one.h */
#include "one.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int run(const cf_args *a, const cf_one *one, const cf_named_target *target, const cf_pick *p)
{
    cf_run_opts o = cf_variant_opts(a, p->variant);
    o.target = target->ops;
    o.target_arg = target->arg;
    o.preset = a->preset;
    o.sets = a->sets.items;
    o.set_count = a->sets.count;
    int status = one->run(a, p, &o);
    free((void *)(uintptr_t)o.defines);
    return status;
}

static int choose(cf_args *a, const cf_one *one, const cf_named_target *target)
{
    cf_places places;
    cf_selection sel;
    int status = cf_choose(a, &places, &sel);
    if (status) return status;
    if (sel.scripts == 1) status = run(a, one, target, &sel.picks[0]);
    else status = cf_complain(CF_EXIT_USAGE, "%u scripts are selected: %s", sel.scripts, one->many);
    cf_selection_free(&sel);
    cf_places_free(&places);
    return status;
}

int cf_one_script(cf_args *a, const cf_one *one)
{
    cf_named_target target;
    int status = cf_choose_target("--target", a->target, &target);
    if (status) return status;
    if (!a->words.count) return cf_complain(CF_EXIT_USAGE, "%s wants a script, as in `%s`", one->name, one->none);
    return choose(a, one, &target);
}
