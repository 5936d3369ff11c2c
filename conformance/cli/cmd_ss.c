/* tcprove ss: one run, and the sockets there are at its end or at a line. */
#include "../run/result.h"
#include "../target/target.h"
#include "../text/mem.h"
#include "cli.h"

static int run(const cf_args *a, const cf_target_ops *target, const char *target_arg, const cf_pick *p)
{
    cf_result result;
    cf_buf table = {0};
    cf_run_opts o = {.target = target,
                     .target_arg = target_arg,
                     .preset = a->preset,
                     .mode = p->variant->mode,
                     .mode_given = true,
                     .variant = p->variant->name,
                     .options = p->variant->options,
                     .option_count = p->variant->option_count,
                     .sets = a->sets.items,
                     .set_count = a->sets.count,
                     .seed = a->seed,
                     .sockets = true,
                     .netstat = a->netstat,
                     .sockets_line = a->at_line,
                     .sockets_to = &table};
    o.defines = cf_join_defines(a, p->variant, &o.define_count);
    cf_run_script(p->test->path, p->test->id, &o, &result);
    fputs(cf_buf_str(&table), stdout);
    bool over = result.outcome != CF_PASS;
    if (over)
        cf_complain(CF_EXIT_UNEXPECTED, "%s@%s: %s%s%s", p->test->id, p->variant->name, cf_outcome_name(result.outcome),
                    result.message ? ": " : "", result.message ? result.message : "");
    int status = over ? cf_exit_of(&result) : table.len ? CF_EXIT_OK : CF_EXIT_UNEXPECTED;
    if (!over && !table.len) cf_complain(status, "%s@%s: there are no sockets", p->test->id, p->variant->name);
    cf_buf_free(&table);
    cf_result_free(&result);
    free((void *)(uintptr_t)o.defines);
    return status;
}

static int one_script(cf_args *a, const cf_target_ops *target, const char *target_arg)
{
    cf_places places;
    cf_selection sel;
    int status = cf_choose(a, &places, &sel);
    if (status) return status;
    if (sel.scripts == 1) status = run(a, target, target_arg, &sel.picks[0]);
    else status = cf_complain(CF_EXIT_USAGE, "ss shows the sockets of one script, but %u are selected", sel.scripts);
    cf_selection_free(&sel);
    cf_places_free(&places);
    return status;
}

int cf_cmd_ss(cf_args *a)
{
    char name[40];
    size_t len = strcspn(a->target, ":");
    snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), a->target);
    const cf_target_ops *target = cf_target_find(name);
    if (!target) return cf_complain(CF_EXIT_USAGE, "unknown target \"%s\"", name);
    if (!a->words.count) return cf_complain(CF_EXIT_USAGE, "ss wants a script, as in `tcprove ss close/fin-with-data`");
    return one_script(a, target, a->target[len] == ':' ? a->target + len + 1 : NULL);
}
