/* fmt.c — the script, its options, front matter and events as canonical text. */
#include "fmt.h"

#include <string.h>

#include "../packet/addr.h"

void cf_fmt_seconds(cf_buf *out, int64_t us)
{
    cf_buf_printf(out, "%lld", (long long)(us / 1000000));
    int64_t part = us % 1000000;
    if (part == 0) return;
    char digits[8];
    for (int i = 5; i >= 0; i--, part /= 10) digits[i] = (char)('0' + part % 10);
    int n = 6;
    while (digits[n - 1] == '0') n--;
    cf_buf_putc(out, '.');
    cf_buf_put(out, digits, (size_t)n);
}

static void put_time(cf_buf *out, const cf_event *e)
{
    bool relative = e->time_kind == CF_T_RELATIVE || e->time_kind == CF_T_REL_RANGE;
    bool range = e->time_kind == CF_T_ABS_RANGE || e->time_kind == CF_T_REL_RANGE;
    if (e->time_kind == CF_T_ANY) {
        cf_buf_putc(out, '*');
        return;
    }
    if (relative) cf_buf_putc(out, '+');
    cf_fmt_seconds(out, e->time_us);
    if (range) {
        cf_buf_puts(out, relative ? "~+" : "~");
        cf_fmt_seconds(out, e->time_end_us);
    }
    if (e->kind != CF_EV_CALL || !e->call.blocking) return;
    cf_buf_puts(out, "...");
    cf_fmt_seconds(out, e->call.end_us);
}

static void put_quoted(cf_buf *out, const char *text, char quote)
{
    cf_buf_putc(out, quote);
    cf_buf_puts(out, text);
    cf_buf_putc(out, quote);
}

void cf_fmt_event(cf_buf *out, const cf_event *e)
{
    put_time(out, e);
    cf_buf_putc(out, ' ');
    switch (e->kind) {
    case CF_EV_PACKET: cf_fmt_packet(out, &e->pkt); break;
    case CF_EV_CALL: cf_fmt_call(out, &e->call); break;
    case CF_EV_COMMAND: put_quoted(out, e->text, '`'); break;
    case CF_EV_CODE: cf_buf_printf(out, "%%{ %s }%%", e->text); break;
    }
}

/* A definition whose value is a string or a command carries quotes of its own; others are quoted as a whole. */
static void put_define(cf_buf *out, const char *definition)
{
    const char *v = strchr(definition, '=') + 1;
    if (*v == '"' || *v == '`') cf_buf_puts(out, definition);
    else put_quoted(out, definition, '"');
}

/* Values that cannot be mistaken for a word that a symbol replaces. */
static bool needs_no_quotes(const char *v)
{
    cf_addr a;
    if (strcmp(v, "ipv4") == 0 || strcmp(v, "ipv6") == 0) return true;
    return (*v && strspn(v, "0123456789") == strlen(v)) || cf_addr_parse(v, &a);
}

static void put_option(cf_buf *out, const cf_option *o)
{
    cf_buf_printf(out, "--%s", o->name);
    if (!o->value) return;
    cf_buf_putc(out, '=');
    if (strcmp(o->name, "define") == 0) put_define(out, o->value);
    else if (needs_no_quotes(o->value)) cf_buf_puts(out, o->value);
    else put_quoted(out, o->value, '"');
}

static void put_front(cf_buf *out, const cf_front *f)
{
    bool quiet = strcmp(f->key, "quiet") == 0;
    cf_buf_printf(out, "//: %s%s %s\n", f->key, quiet ? "" : ":", f->value);
}

static void put_command(cf_buf *out, const char *cmd)
{
    if (!cmd) return;
    put_quoted(out, cmd, '`');
    cf_buf_putc(out, '\n');
}

void cf_fmt_script(cf_buf *out, const cf_script *s)
{
    for (uint32_t i = 0; i < s->fronts; i++)
        if (strcmp(s->front[i].key, "quiet") != 0) put_front(out, &s->front[i]);
    for (uint32_t i = 0; i < s->options; i++) {
        put_option(out, &s->option[i]);
        cf_buf_putc(out, '\n');
    }
    put_command(out, s->init_cmd);
    for (uint32_t i = 0; i < s->events; i++) {
        cf_fmt_event(out, &s->event[i]);
        cf_buf_putc(out, '\n');
    }
    put_command(out, s->cleanup_cmd);
    for (uint32_t i = 0; i < s->fronts; i++)
        if (strcmp(s->front[i].key, "quiet") == 0) put_front(out, &s->front[i]);
}
