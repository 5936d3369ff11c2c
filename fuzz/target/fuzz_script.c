/* fuzz_script — any bytes as a script: lexer, parser, front matter, resolver, formatter.
 *
 * The parser may refuse, but then it must say where; what it accepts must survive being written in the canonical
 * spelling and read again. Input: the text, so that every script is a seed; its length chooses the IP mode and the
 * leniency. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../conformance/script/ast.h"
#include "../../conformance/script/fmt.h"
#include "../../conformance/script/same.h"
#include "../../conformance/text/buf.h"
#include "../prog/fail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* A message without a place inside the text is of no use to anybody. */
static void check_diags(const cf_diags *d, bool accepted)
{
    if (!accepted && d->errors == 0) fz_fail("script refused silently", "no error says why");
    if (accepted && d->errors != 0) fz_fail("script accepted with errors", "first: %s", d->items[0].msg);
    for (uint32_t i = 0; i < d->count; i++) {
        const cf_diag *one = &d->items[i];
        if (one->src && (one->span.start > one->span.end || one->span.end > one->src->len))
            fz_fail("diagnostic outside the text", "[%u, %u) of %u: %s", one->span.start, one->span.end, one->src->len,
                    one->msg);
        if (one->msg[0] == '\0') fz_fail("empty diagnostic", "at %u", one->span.start);
    }
}

/* Canonical text is read again, means the same and is a fixed point. */
static void check_round_trip(const cf_script *s, cf_ip_mode mode)
{
    cf_buf text = {0}, again = {0};
    cf_fmt_script(&text, s);
    cf_script other;
    cf_diags diags = {0};
    cf_parse_env env = {.mode = mode, .mode_forced = true};
    bool good = cf_script_parse_text(&other, "again.pkt", cf_buf_str(&text), text.len, &env, &diags);
    if (!good) {
        fz_fail("canonical text refused", "%s\n%s", diags.count ? diags.items[0].msg : "?", cf_buf_str(&text));
    } else {
        uint32_t at = 0;
        const char *what = cf_script_differs(s, &other, &at);
        if (what) fz_fail("canonical text differs", "event %u: %s\n%s", at, what, cf_buf_str(&text));
        cf_fmt_script(&again, &other);
        if (strcmp(cf_buf_str(&text), cf_buf_str(&again)) != 0)
            fz_fail("canonical text is no fixed point", "%s\nbecomes\n%s", cf_buf_str(&text), cf_buf_str(&again));
    }
    cf_diags_free(&diags);
    cf_script_free(&other);
    cf_buf_free(&text);
    cf_buf_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const cf_ip_mode modes[] = {CF_MODE_IPV4, CF_MODE_IPV6, CF_MODE_MAPPED};
    cf_script s;
    cf_diags diags = {0};
    cf_parse_env env = {.mode = modes[len % 3]};
    bool good = cf_script_parse_text(&s, "fuzz.pkt", (const char *)data, len, &env, &diags);
    check_diags(&diags, good);
    if (good) {
        check_round_trip(&s, env.mode);
        cf_diags resolving = {0};
        bool resolved = cf_script_resolve(&s, len % 2 == 0, &resolving);
        check_diags(&resolving, resolved);
        cf_diags_free(&resolving);
    }
    cf_diags_free(&diags);
    cf_script_free(&s);
    return 0;
}
