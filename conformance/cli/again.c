#include "again.h"

#include <string.h>

#include "../text/buf.h"

/* One word for a POSIX shell. */
static void put_word(cf_buf *b, const char *prefix, const char *text)
{
    static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./=@:,+%";
    cf_buf_putc(b, ' ');
    cf_buf_puts(b, prefix);
    if (*text && text[strspn(text, safe)] == '\0') {
        cf_buf_puts(b, text);
        return;
    }
    cf_buf_putc(b, '\'');
    for (; *text; text++) {
        if (*text == '\'') cf_buf_puts(b, "'\\''");
        else cf_buf_putc(b, *text);
    }
    cf_buf_putc(b, '\'');
}

char *cf_again(const cf_args *a, const cf_pick *p)
{
    cf_buf b = {0}, name = {0};
    cf_buf_puts(&b, "tcprove run");
    cf_buf_printf(&name, "%s@%s", p->test->shipped ? p->test->id : p->test->path, p->variant->name);
    put_word(&b, "", cf_buf_str(&name));
    cf_buf_free(&name);
    if (a->root) put_word(&b, "--root=", a->root);
    if (strcmp(a->target, "ref") != 0) put_word(&b, "--target=", a->target);
    if (a->preset) put_word(&b, "--preset=", a->preset);
    for (uint32_t i = 0; i < a->sets.count; i++) put_word(&b, "--set=", a->sets.items[i]);
    for (uint32_t i = 0; i < a->options.count; i++) put_word(&b, "--", a->options.items[i]);
    for (uint32_t i = 0; i < a->define_count; i++) {
        cf_buf define = {0};
        cf_buf_printf(&define, "%s=%s", a->defines[i].name, a->defines[i].value);
        put_word(&b, "-D ", cf_buf_str(&define));
        cf_buf_free(&define);
    }
    if (a->seed != 1) cf_buf_printf(&b, " --seed=%llu", (unsigned long long)a->seed);
    if (a->late_us) cf_buf_printf(&b, " --late=%u", a->late_us);
    if (a->shell_host) cf_buf_puts(&b, " --shell=host");
    if (a->strict_segments) cf_buf_puts(&b, " --strict-segments");
    cf_buf_puts(&b, " -v");
    return cf_buf_take(&b);
}
