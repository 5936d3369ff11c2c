/* tcprove export: one run as a capture. */
#include <stdio.h>
#include <string.h>

#include "../run/pcap.h"
#include "one.h"

static int run(const cf_args *a, const cf_pick *p, cf_run_opts *o)
{
    cf_result result;
    bool to_stdout = strcmp(a->output, CF_PCAP_STDOUT) == 0;
    o->pcap_path = a->output;
    cf_run_script(p->test->path, p->test->id, o, &result);
    bool wrote = result.pcap != NULL;
    if (wrote)
        fprintf(to_stdout ? stderr : stdout, "%s: %s@%s, %u packets in, %u out, %s\n", a->output, p->test->id,
                p->variant->name, result.packets_in, result.packets_out, cf_outcome_name(result.outcome));
    else
        cf_complain(CF_EXIT_UNEXPECTED, "%s was not written: %s", a->output,
                    result.message ? result.message : cf_outcome_name(result.outcome));
    int status = wrote && result.outcome != CF_RUN_ERROR ? CF_EXIT_OK : cf_exit_of(&result);
    cf_result_free(&result);
    return status;
}

int cf_cmd_export(cf_args *a)
{
    static const cf_one one = {.name = "export",
                               .none = "tcprove export close/fin-with-data -o fin.pcapng",
                               .many = "export writes one capture; for many use `tcprove run --pcap-dir DIR`",
                               .run = run};
    if (!a->output) return cf_complain(CF_EXIT_USAGE, "export wants the file to write: -o FILE.pcapng");
    return cf_one_script(a, &one);
}
