/* script_text.h — scripts out of strings, for tests of the parser. */
#ifndef CF_TEST_SCRIPT_TEXT_H
#define CF_TEST_SCRIPT_TEXT_H

#include <string.h>

#include "../script/ast.h"
#include "../script/fmt.h"
#include "../text/buf.h"

/* One script at a time; the next one frees it. */
static cf_script script_at_hand;
static cf_diags script_diags;

static inline void script_drop(void)
{
    cf_script_free(&script_at_hand);
    cf_diags_free(&script_diags);
}

/* NULL if it does not parse; the messages are in script_diags. */
static inline cf_script *parse_mode(const char *text, cf_ip_mode mode)
{
    cf_parse_env env = {.mode = mode};
    script_drop();
    return cf_script_parse_text(&script_at_hand, "t.pkt", text, strlen(text), &env, &script_diags) ? &script_at_hand
                                                                                                   : NULL;
}

static inline cf_script *parse(const char *text)
{
    return parse_mode(text, CF_MODE_IPV4);
}

/* The only event of "+0 <text>"; NULL if it is not accepted. */
static inline const cf_event *event_of(const char *text, cf_ip_mode mode)
{
    char line[2000];
    snprintf(line, sizeof line, "+0 %s\n", text);
    cf_script *s = parse_mode(line, mode);
    return s && s->events == 1 ? &s->event[0] : NULL;
}

/* First message, "" if there is none; and where it points. */
static inline const char *first_message(uint32_t *line, uint32_t *column)
{
    *line = *column = 0;
    if (script_diags.count == 0) return "";
    const cf_diag *d = &script_diags.items[0];
    if (d->src) cf_source_place(d->src, d->span.start, line, column);
    return d->msg;
}

/* The event in its canonical spelling, without the time. */
static inline const char *canonical(const char *text, cf_ip_mode mode)
{
    static cf_buf out;
    const cf_event *e = event_of(text, mode);
    cf_buf_clear(&out);
    if (!e) return "(not accepted)";
    if (e->kind == CF_EV_PACKET) cf_fmt_packet(&out, &e->pkt);
    else cf_fmt_call(&out, &e->call);
    return cf_buf_str(&out);
}

#define CHECK_SAID(words)                                                                                              \
    do {                                                                                                               \
        uint32_t l_, c_;                                                                                               \
        const char *m_ = first_message(&l_, &c_);                                                                      \
        if (!strstr(m_, words)) CHECK_FAIL("message is \"%s\", expected words \"%s\"", m_, words);                     \
    } while (0)
#define CHECK_HINT(words)                                                                                              \
    do {                                                                                                               \
        const char *h_ = script_diags.count ? script_diags.items[0].hint : "";                                         \
        if (!strstr(h_, words)) CHECK_FAIL("hint is \"%s\", expected words \"%s\"", h_, words);                        \
    } while (0)

#endif
