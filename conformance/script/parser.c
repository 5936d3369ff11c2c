/* parser.c — the file as a whole: options, events, times, the commands around them. */
#include <stdio.h>
#include <string.h>

#include "front.h"
#include "options.h"
#include "parser.h"

static const int64_t SECONDS_MAX = 1000000000000; /* 30 000 years: sums of times stay within 64 bits */

/* ---------- options ---------- */

static bool option_error(cf_parser *p, cf_span at, const char *name, const char *value)
{
    char why[200];
    if (cf_option_check(name, value, why, sizeof why)) return true;
    cf__error(p, at, "%s", why);
    const cf_option_desc *known = cf_option_find(name);
    const char *near = known ? NULL : cf_option_nearest(name);
    if (known && !value) cf__hint(p, "write --%s=VALUE; allowed: %s", name, cf_option_allowed(known->value));
    else if (known) cf__hint(p, "allowed: %s", cf_option_allowed(known->value));
    else if (near) cf__hint(p, "did you mean --%s?", near);
    return false;
}

/* The value of define: NAME=word, NAME="string", NAME=`command`; keeps the quotes, which say what it is. */
static bool define_value(cf_parser *p, const char *name, const char **value)
{
    char quote[2] = "";
    if (p->tok.kind == CF_TOK_STRING) quote[0] = '"';
    else if (p->tok.kind == CF_TOK_SHELL) quote[0] = '`';
    else if (p->tok.kind != CF_TOK_WORD) {
        cf__expected(p, "a word, a string or a command as the symbol's value");
        if (p->tok.kind == CF_TOK_INT) cf__hint(p, "write --define=\"%.60s=%lld\"", name, (long long)p->tok.num);
        return false;
    }
    size_t n = strlen(name) + p->tok.len + 4;
    char *both = cf_arena_alloc(p->mem, n);
    snprintf(both, n, "%s=%s%s%s", name, quote, p->tok.text, quote);
    *value = both;
    return true;
}

static bool value_expected(cf_parser *p, const char *name)
{
    cf__expected(p, "a number, a word, a string or an address as the option's value");
    cf__hint(p, "put it in quotes: --%.60s=\"...\"", name);
    return false;
}

/* Leaves the last token of the value current, so that a definition is known before the next token is read. */
static bool option_value(cf_parser *p, cf_option *o)
{
    cf_token_kind k = p->tok.kind;
    o->value_span = p->tok.span;
    if (k != CF_TOK_INT && k != CF_TOK_WORD && k != CF_TOK_STRING && k != CF_TOK_IP4 && k != CF_TOK_IP6)
        return value_expected(p, o->name);
    o->value = cf_arena_copy(p->mem, p->tok.text, p->tok.len);
    if (k != CF_TOK_WORD || strcmp(o->name, "define") != 0) return true;
    cf__advance(p);
    if (!cf__need_char(p, '=', "after the symbol's name") || !define_value(p, o->value, &o->value)) return false;
    o->value_span.end = p->tok.span.end;
    return true;
}

static void apply_option(cf_parser *p, const cf_option *o, bool mode_forced)
{
    if (strcmp(o->name, "define") == 0) {
        const char *equals = strchr(o->value, '=');
        const char *name = cf_arena_copy(p->mem, o->value, (size_t)(equals - o->value));
        cf_lexer_define(&p->lx, name, equals + 1);
    }
    if (strcmp(o->name, "ip_version") == 0 && !mode_forced) {
        if (strcmp(o->value, "ipv4") == 0) p->mode = CF_MODE_IPV4;
        else if (strcmp(o->value, "ipv6") == 0) p->mode = CF_MODE_IPV6;
        else p->mode = CF_MODE_MAPPED;
    }
}

static bool parse_option(cf_parser *p, bool mode_forced)
{
    cf_option o = {.name = p->tok.text, .span = p->tok.span};
    bool value_pending = false;
    p->lx.literal = strcmp(o.name, "define") == 0;
    cf__advance(p);
    if (cf__take_char(p, '=')) {
        if (!option_value(p, &o)) return false;
        value_pending = true;
        o.span.end = p->tok.span.end;
    }
    p->lx.literal = false;
    if (!option_error(p, o.span, o.name, o.value)) return false;
    apply_option(p, &o, mode_forced);
    if (value_pending) cf__advance(p);
    cf_script *s = p->s;
    s->option = cf_arena_more(p->mem, s->option, s->options, sizeof *s->option);
    s->option[s->options++] = o;
    bool glued =
        p->tok.kind == CF_TOK_CHAR && (p->tok.ch == '-' || p->tok.ch == '/' || p->tok.ch == '.' || p->tok.ch == ',');
    return glued && value_pending ? value_expected(p, o.name) : true;
}

/* ---------- times ---------- */

/* Decimal text to microseconds; digits beyond the sixth are cut. */
static int64_t microseconds(const char *text, uint32_t len)
{
    int64_t us = 0;
    uint32_t i = 0, places = 0;
    for (; i < len && text[i] != '.' && us <= SECONDS_MAX; i++) us = us * 10 + (text[i] - '0');
    if (us > SECONDS_MAX) return INT64_MAX;
    for (i++; i < len && places < 6; i++, places++) us = us * 10 + (text[i] - '0');
    for (; places < 6; places++) us *= 10;
    return us;
}

static bool parse_seconds(cf_parser *p, int64_t *us)
{
    const cf_token *t = &p->tok;
    if (t->kind != CF_TOK_INT && t->kind != CF_TOK_FLOAT) {
        cf__expected(p, "a time in seconds");
        if (t->kind == CF_TOK_HEX) cf__hint(p, "times are decimal");
        if (t->kind == CF_TOK_WORD) cf__hint(p, "a number alone, as in 0.1: no unit, no exponent");
        return false;
    }
    if (t->len && t->text[0] == '-') return cf__error(p, t->span, "a time must not be negative");
    *us = t->defined ? (t->num > SECONDS_MAX ? INT64_MAX : t->num * 1000000) : microseconds(t->text, t->len);
    if (*us == INT64_MAX) return cf__error(p, t->span, "the time is too large");
    cf__advance(p);
    return true;
}

/* "0.1", "+0.1", "*", "0.1~0.2", "+0.1~+0.2" */
static bool parse_time(cf_parser *p, cf_event *e)
{
    e->time_span = p->tok.span;
    if (cf__take_char(p, '*')) {
        e->time_kind = CF_T_ANY;
        return true;
    }
    bool relative = cf__take_char(p, '+');
    if (!parse_seconds(p, &e->time_us)) return false;
    e->time_kind = relative ? CF_T_RELATIVE : CF_T_ABSOLUTE;
    e->time_span.end = p->end;
    if (!cf__take_char(p, '~')) return true;
    e->time_kind = relative ? CF_T_REL_RANGE : CF_T_ABS_RANGE;
    if (relative && !cf__need_char(p, '+', "before the end of a relative range")) return false;
    if (!relative && cf__is_char(p, '+')) return cf__expected(p, "an absolute time, as the start of the range is");
    if (!parse_seconds(p, &e->time_end_us)) return false;
    e->time_span.end = p->end;
    if (e->time_end_us >= e->time_us) return true;
    return cf__error(p, e->time_span, "the time range is backward: its end is before its start");
}

/* ---------- events ---------- */

static bool looks_like_time(const cf_token *t)
{
    bool mark = t->kind == CF_TOK_CHAR && (t->ch == '+' || t->ch == '*');
    return mark || t->kind == CF_TOK_INT || t->kind == CF_TOK_FLOAT;
}

static bool parse_blocking_end(cf_parser *p, cf_event *e)
{
    uint32_t from = p->tok.span.start;
    cf__advance(p);
    e->call.blocking = true;
    if (!parse_seconds(p, &e->call.end_us)) return false;
    e->call.end_span = (cf_span){from, p->end};
    if (p->tok.kind != CF_TOK_WORD) return cf__expected(p, "a system call after the time of its end");
    if (e->call.end_us < e->time_us) return cf__error(p, e->call.end_span, "the call would end before it starts");
    return true;
}

static void take_text(cf_parser *p, cf_event *e, cf_event_kind kind)
{
    uint32_t column;
    e->kind = kind;
    e->text = p->tok.text;
    cf_source_place(&p->s->src, p->tok.span.start, &e->text_line, &column);
    cf__advance(p);
}

static bool no_action(cf_parser *p)
{
    bool point = (cf__is_char(p, '.') || cf__is_char(p, ',')) && p->tok.span.start == p->end;
    cf__expected(p, "a packet (< or >), a call, a `command` or a %{ code }% block");
    if (point) cf__hint(p, "a fraction of a second has a point and digits behind it: 0.1");
    return false;
}

static bool parse_action(cf_parser *p, cf_event *e)
{
    if (cf__is_char(p, '<') || cf__is_char(p, '>')) {
        e->kind = CF_EV_PACKET;
        return cf__parse_packet(p, &e->pkt);
    }
    if (p->tok.kind == CF_TOK_ELLIPSIS && !parse_blocking_end(p, e)) return false;
    if (p->tok.kind == CF_TOK_WORD) {
        e->kind = CF_EV_CALL;
        return cf__parse_call(p, &e->call);
    }
    if (p->tok.kind == CF_TOK_SHELL) take_text(p, e, CF_EV_COMMAND);
    else if (p->tok.kind == CF_TOK_CODE) take_text(p, e, CF_EV_CODE);
    else return no_action(p);
    return true;
}

static bool check_time_kind(cf_parser *p, const cf_event *e)
{
    bool plain = e->time_kind == CF_T_ABSOLUTE || e->time_kind == CF_T_RELATIVE;
    bool outbound = e->kind == CF_EV_PACKET && e->pkt.dir == CF_OUT;
    if (plain || outbound) return true;
    return cf__error(p, e->time_span, "%s is for outbound packets only",
                     e->time_kind == CF_T_ANY ? "'*'" : "a range of times");
}

static bool parse_event(cf_parser *p)
{
    cf_script *s = p->s;
    cf_event e = {.span = p->tok.span};
    uint32_t column;
    if (!looks_like_time(&p->tok)) {
        if (p->tok.kind == CF_TOK_OPTION) return cf__expected(p, "an event: options come before the first event");
        return cf__expected(p, "the time of an event, such as 0, +0.1 or *");
    }
    cf_source_place(&s->src, p->tok.span.start, &e.line, &column);
    if (!parse_time(p, &e) || !parse_action(p, &e)) return false;
    e.span.end = p->end;
    s->event = cf_arena_more(p->mem, s->event, s->events, sizeof *s->event);
    s->event[s->events++] = e;
    return check_time_kind(p, &e);
}

/* After an error: goes on at the next line that begins as an event does. */
static void recover(cf_parser *p, uint32_t from)
{
    while (p->tok.kind != CF_TOK_END) {
        if (p->tok.span.start > from && p->tok.starts_line && looks_like_time(&p->tok)) return;
        cf__advance(p);
    }
}

/* ---------- the file ---------- */

static bool untimed_command(cf_parser *p, const char **cmd, cf_span *span)
{
    if (p->tok.kind != CF_TOK_SHELL) return false;
    *cmd = p->tok.text;
    *span = p->tok.span;
    cf__advance(p);
    return true;
}

static void parse_events(cf_parser *p)
{
    cf_script *s = p->s;
    while (p->tok.kind != CF_TOK_END && p->diags->errors < CF_ERRORS_MAX) {
        uint32_t from = p->tok.span.start;
        if (s->events && untimed_command(p, &s->cleanup_cmd, &s->cleanup_span)) {
            if (p->tok.kind == CF_TOK_END) return;
            cf__error(p, s->cleanup_span, "a command without a time must be the first or the last thing in the script");
            cf__hint(p, "give it a time: +0 `...`");
            continue;
        }
        if (!parse_event(p)) recover(p, from);
    }
    if (s->events == 0 && p->diags->errors == 0) cf__expected(p, "at least one event");
}

/* Texts are handled as C strings from here on. */
static bool has_nul(cf_parser *p)
{
    const cf_source *src = &p->s->src;
    const char *nul = memchr(src->text, '\0', src->len);
    if (!nul) return false;
    uint32_t at = (uint32_t)(nul - src->text);
    cf__error(p, (cf_span){at, at + 1}, "a zero byte: this is not a text file");
    return true;
}

static void parse_script(cf_parser *p, bool mode_forced)
{
    if (has_nul(p)) return;
    cf__advance(p);
    while (p->tok.kind == CF_TOK_OPTION)
        if (!parse_option(p, mode_forced)) return;
    untimed_command(p, &p->s->init_cmd, &p->s->init_span);
    parse_events(p);
}

static bool parse_source(cf_script *s, cf_parse_env *env, cf_diags *diags)
{
    uint32_t before = diags->errors;
    s->mem = cf_arena_new();
    s->quiet_us = -1;
    cf_parser p = {.s = s, .mem = s->mem, .diags = diags, .mode = env->mode};
    cf_lexer_init(&p.lx, &s->src, s->mem, env);
    parse_script(&p, env->mode_forced);
    env->mode = p.mode;
    if (diags->errors == before) cf_front_read(s, p.lx.notes, p.lx.note_count, diags);
    return diags->errors == before;
}

bool cf_script_parse_text(cf_script *s, const char *path, const char *text, size_t len, cf_parse_env *env,
                          cf_diags *diags)
{
    *s = (cf_script){0};
    cf_source_from(&s->src, path, text, len);
    return parse_source(s, env, diags);
}

bool cf_script_parse_file(cf_script *s, const char *path, cf_parse_env *env, cf_diags *diags)
{
    const char *why;
    *s = (cf_script){0};
    if (cf_source_read(&s->src, path, &why)) return parse_source(s, env, diags);
    cf_diag_add(diags, CF_ERROR, NULL, (cf_span){0}, "%s: %s", path, why);
    return false;
}

void cf_script_free(cf_script *s)
{
    cf_source_free(&s->src);
    cf_arena_free(s->mem);
    *s = (cf_script){0};
}
