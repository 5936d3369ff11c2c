#include "code.h"

#include <ctype.h>
#include <string.h>

#include "../text/mem.h"
#include "pycode.h"

#define INNER "refstack_"

void cf_code_free(cf_code *c)
{
    free(c->item);
    *c = (cf_code){0};
}

bool cf_code_looks_inside(const cf_event *ev, const cf_target *t)
{
    return t->ops->inner && strstr(ev->text, INNER);
}

static int take_inner(cf_snapshot *s, cf_target *t, const cf_code_of *of)
{
    int n = s->count > 0 ? s->count : 0;
    return n + t->ops->inner(t, of->local_port, of->remote_port, s->name + n, s->value + n, CF_INFO_MAX - n);
}

bool cf_code_take(cf_code *c, const cf_event *ev, cf_target *t, const cf_code_of *of)
{
    c->item = cf_mem_grow(c->item, c->count, &c->cap, sizeof *c->item);
    cf_snapshot *s = &c->item[c->count];
    memset(s, 0, sizeof *s);
    s->ev = ev;
    bool has = t->ops->info && of->live_fd >= 0;
    s->count = has ? t->ops->info(t, of->live_fd, s->name, s->value, CF_INFO_MAX) : -1;
    if (cf_code_looks_inside(ev, t)) s->count = take_inner(s, t, of);
    if (s->count < 0) return false;
    c->count++;
    return true;
}

/* Names of other sources than TCP_INFO say so themselves. */
static void full_name(const char *name, char *out, size_t cap)
{
    static const char *const others[] = {"SK_MEMINFO_", "bbr_", "dctcp_", "tcpv_", INNER};
    const char *prefix = "tcpi_";
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strncmp(name, others[i], strlen(others[i])) == 0) prefix = "";
    snprintf(out, cap, "%s%s", prefix, name);
}

static void define_names(cf_names *names, const cf_snapshot *s)
{
    char name[80];
    for (int i = 0; i < s->count; i++) {
        full_name(s->name[i], name, sizeof name);
        cf_names_set_int(names, name, s->value[i]);
    }
}

/* ---------- names that are not offered ---------- */

static bool is_name_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool uses(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = text; (p = strstr(p, name)); p += n)
        if ((p == text || !is_name_char(p[-1])) && !is_name_char(p[n])) return true;
    return false;
}

static bool offers(const cf_snapshot *s, const char *name)
{
    char full[80];
    for (int i = 0; i < s->count; i++) {
        full_name(s->name[i], full, sizeof full);
        if (strcmp(full, name) == 0) return true;
    }
    return false;
}

const char *cf_code_missing(const cf_code *c)
{
    static const char *const known[] = {
#define INFO(name) name,
#include "tcp_info.def"
#undef INFO
    };
    const cf_snapshot *s = c->count ? &c->item[c->count - 1] : NULL;
    for (size_t i = 0; s && i < sizeof known / sizeof *known; i++)
        if (uses(s->ev->text, known[i]) && !offers(s, known[i])) return known[i];
    return NULL;
}

/* ---------- in C ---------- */

static cf_expr_verdict run_in_c(const cf_code *c, cf_buf *printed, cf_code_failure *f)
{
    cf_names names;
    cf_names_init(&names);
    cf_expr_out out = {0};
    cf_expr_verdict v = CF_EXPR_OK;
    for (uint32_t i = 0; i < c->count && v == CF_EXPR_OK; i++) {
        const cf_snapshot *s = &c->item[i];
        define_names(&names, s);
        v = cf_expr_run(s->ev->text, &names, &out);
        if (v != CF_EXPR_FAILED) continue;
        f->line = s->ev->text_line + out.line - 1;
        f->block_line = s->ev->line;
    }
    if (v != CF_EXPR_BEYOND) cf_buf_puts(printed, cf_buf_str(&out.printed));
    if (v == CF_EXPR_FAILED) {
        cf_buf_puts(&f->text, out.error);
        cf_buf_puts(&f->values, out.values);
    }
    cf_buf_free(&out.printed);
    cf_names_free(&names);
    return v;
}

/* ---------- in Python ---------- */

static void list_names(cf_buf *out, const cf_snapshot *s)
{
    const char *name;
    int64_t v;
    char full[80];
    for (uint32_t i = 0; (name = cf_names_constant(i, &v)); i++) cf_buf_printf(out, "%s=%lld\n", name, (long long)v);
    for (int i = 0; i < s->count; i++) {
        full_name(s->name[i], full, sizeof full);
        cf_buf_printf(out, "%s=%lld\n", full, (long long)s->value[i]);
    }
}

static bool run_in_python(const cf_code *c, const char *path, const char *command, cf_buf *printed, cf_code_failure *f)
{
    char why[200];
    if (!cf_py_begin(command, why, sizeof why)) {
        f->broken = true;
        f->line = f->block_line = c->item[0].ev->line;
        cf_buf_printf(&f->text, "the code needs Python, and %s", why);
        return false;
    }
    cf_py_verdict v = CF_PY_OK;
    for (uint32_t i = 0; i < c->count && v == CF_PY_OK; i++) {
        const cf_event *ev = c->item[i].ev;
        cf_buf names = {0};
        list_names(&names, &c->item[i]);
        f->line = f->block_line = ev->line;
        v = cf_py_block_run(&(cf_py_block){path, ev->text_line, cf_buf_str(&names), ev->text}, printed, &f->text,
                            &f->line);
        cf_buf_free(&names);
    }
    if (v == CF_PY_NONE) {
        f->broken = true;
        cf_buf_clear(&f->text);
        cf_buf_puts(&f->text, "Python did not answer");
    }
    return v == CF_PY_OK;
}

bool cf_code_run(const cf_code *c, const char *path, const char *command, cf_buf *printed, cf_code_failure *f)
{
    if (!c->count) return true;
    cf_expr_verdict v = run_in_c(c, printed, f);
    return v == CF_EXPR_BEYOND ? run_in_python(c, path, command, printed, f) : v == CF_EXPR_OK;
}
