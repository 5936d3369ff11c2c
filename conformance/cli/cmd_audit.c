/* tcprove audit: a passive judge of captures, of any stack. */
#include <string.h>

#include "../audit/audit.h"
#include "cli.h"
#include "outputs.h"

static bool read_ends(cf_audit_opts *o, const cf_args *a)
{
    o->side.which = CF_ENDS_BOTH;
    if (a->side && !cf_end_choice_read(&o->side, a->side)) {
        cf_complain(CF_EXIT_USAGE, "--side is client, server, both or an address; got \"%s\"", a->side);
        return false;
    }
    if (a->taken_at && !cf_end_choice_read(&o->tap, a->taken_at)) {
        cf_complain(CF_EXIT_USAGE, "--taken-at is client, server, both or an address; got \"%s\"", a->taken_at);
        return false;
    }
    return true;
}

/* One capture; counts go into *worst, text and JSON to their buffers. */
static int audit_one(const cf_args *args, const char *path, const cf_audit_opts *o, cf_buf *text, cf_json *j)
{
    char why[400];
    cf_capture c;
    cf_audit a;
    if (!cf_capture_read(&c, path, true, why, sizeof why)) return cf_complain(CF_EXIT_UNREADABLE, "%s", why);
    cf_audit_run(&a, &c, o);
    if (args->words.count > 1) cf_buf_printf(text, "== %s\n", path);
    cf_audit_text(text, &a, &c, args->verbose);
    cf_json_object(j, NULL);
    cf_json_string(j, "capture", path);
    cf_audit_json(j, &a, &c);
    cf_json_end(j);
    int status = a.broken[CF_BY_MUST] ? CF_EXIT_UNEXPECTED : CF_EXIT_OK;
    if (c.damage || c.conns.count == 0)
        status = cf_complain(CF_EXIT_UNREADABLE, "%s: %s", path, c.damage ? c.damage : "no TCP in it");
    cf_audit_free(&a);
    cf_capture_free(&c);
    return status;
}

int cf_cmd_audit(cf_args *a)
{
    cf_audit_opts o = {0};
    cf_buf text = {0}, json = {0};
    cf_json j = {.out = &json};
    int worst = CF_EXIT_OK;
    if (a->words.count == 0)
        return cf_complain(CF_EXIT_USAGE, "audit wants one capture or more (\"-\" is standard input)");
    if (!read_ends(&o, a)) return CF_EXIT_USAGE;
    o.complete = a->complete;
    cf_json_array(&j, NULL);
    for (uint32_t i = 0; i < a->words.count; i++) {
        int status = audit_one(a, a->words.items[i], &o, &text, &j);
        if (status > worst) worst = status;
    }
    cf_json_end(&j);
    cf_buf_putc(&json, '\n');
    fputs(cf_buf_str(&text), a->json && strcmp(a->json, "-") == 0 ? stderr : stdout);
    if (a->json && !cf_report_put(a->json, &json)) worst = CF_EXIT_USAGE;
    cf_buf_free(&text);
    cf_buf_free(&json);
    return worst;
}
