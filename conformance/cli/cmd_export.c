/* tcprove export: one run as a capture. */
#include "../run/result.h"
#include "../target/target.h"
#include "../text/mem.h"
#include "cli.h"

static int run(const cf_args *a, const cf_target_ops *target, const char *target_arg, const cf_pick *p)
{
    cf_result result;
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
                     .pcap_path = a->output};
    o.defines = cf_join_defines(a, p->variant, &o.define_count);
    cf_run_script(p->test->path, p->test->id, &o, &result);
    bool wrote = result.pcap != NULL;
    if (wrote)
        printf("%s: %s@%s, %u packets in, %u out, %s\n", a->output, p->test->id, p->variant->name, result.packets_in,
               result.packets_out, cf_outcome_name(result.outcome));
    else
        cf_complain(CF_EXIT_UNEXPECTED, "%s was not written: %s", a->output,
                    result.message ? result.message : cf_outcome_name(result.outcome));
    int status = wrote && result.outcome != CF_RUN_ERROR ? CF_EXIT_OK : cf_exit_of(&result);
    cf_result_free(&result);
    free((void *)(uintptr_t)o.defines);
    return status;
}

static int export_one(cf_args *a, const cf_target_ops *target, const char *target_arg)
{
    cf_places places;
    cf_selection sel;
    int status = cf_choose(a, &places, &sel);
    if (status) return status;
    if (sel.scripts == 1) status = run(a, target, target_arg, &sel.picks[0]);
    else
        status = cf_complain(CF_EXIT_USAGE,
                             "export writes one capture, but %u scripts are selected; for many use "
                             "`tcprove run --pcap-dir DIR`",
                             sel.scripts);
    cf_selection_free(&sel);
    cf_places_free(&places);
    return status;
}

int cf_cmd_export(cf_args *a)
{
    char name[40];
    size_t len = strcspn(a->target, ":");
    snprintf(name, sizeof name, "%.*s", (int)(len < sizeof name ? len : sizeof name - 1), a->target);
    const cf_target_ops *target = cf_target_find(name);
    if (!target) return cf_complain(CF_EXIT_USAGE, "unknown target \"%s\"", name);
    if (!a->output) return cf_complain(CF_EXIT_USAGE, "export wants the file to write: -o FILE.pcapng");
    if (!a->words.count)
        return cf_complain(CF_EXIT_USAGE,
                           "export wants a script, as in `tcprove export close/fin-with-data -o fin.pcapng`");
    return export_one(a, target, a->target[len] == ':' ? a->target + len + 1 : NULL);
}
