/* tcprove ss: one run, and the sockets there are at its end or at a line. */
#include <stdio.h>

#include "one.h"

/* A line that is not there selects no moment of the run. */
static int check_line(const cf_args *a, const char *path)
{
    cf_source src;
    const char *why; /* the run will say it */
    uint32_t line = 0, column;
    if (!a->at_line || !cf_source_read(&src, path, &why)) return CF_EXIT_OK;
    cf_source_place(&src, src.len ? (uint32_t)src.len - 1 : 0, &line, &column);
    cf_source_free(&src);
    if (a->at_line <= line) return CF_EXIT_OK;
    return cf_complain(CF_EXIT_USAGE, "--at %u: %s has only %u lines", a->at_line, path, line);
}

static int run(const cf_args *a, const cf_pick *p, cf_run_opts *o)
{
    cf_result result;
    cf_buf table = {0};
    int wrong = check_line(a, p->test->path);
    if (wrong) return wrong;
    o->sockets = true;
    o->netstat = a->netstat;
    o->sockets_line = a->at_line;
    o->sockets_to = &table;
    cf_run_script(p->test->path, p->test->id, o, &result);
    fputs(cf_buf_str(&table), stdout);
    bool over = result.outcome != CF_PASS;
    if (over)
        cf_complain(CF_EXIT_UNEXPECTED, "%s@%s: %s%s%s", p->test->id, p->variant->name, cf_outcome_name(result.outcome),
                    result.message ? ": " : "", result.message ? result.message : "");
    int status = over ? cf_exit_of(&result) : table.len ? CF_EXIT_OK : CF_EXIT_UNEXPECTED;
    if (!over && !table.len) cf_complain(status, "%s@%s: there are no sockets", p->test->id, p->variant->name);
    cf_buf_free(&table);
    cf_result_free(&result);
    return status;
}

int cf_cmd_ss(cf_args *a)
{
    static const cf_one one = {.name = "ss",
                               .none = "tcprove ss close/fin-with-data",
                               .many = "ss shows the sockets of one script",
                               .run = run};
    return cf_one_script(a, &one);
}
