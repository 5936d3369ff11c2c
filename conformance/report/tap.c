/* TAP version 14. A run that was expected to go wrong, and did as listed, is `not ok` with the directive for known
 * failures; one that is not applicable is `ok # SKIP`. A surprise never gets the directive: harnesses would forgive it.
 */
#include <string.h>

#include "report.h"
#include "../text/utf8.h"

/* A description or a directive's reason: one line, '#' and '\' escaped as TAP 14 asks. */
static void put_plain(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\') fputc('\\', out);
        fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
    }
}

/* A YAML double-quoted scalar. */
static void put_yaml(FILE *out, const char *key, const char *text)
{
    if (!text || !*text) return;
    fprintf(out, "  %s: \"", key);
    while (*text) {
        size_t len = cf_utf8_len(text);
        unsigned char c = (unsigned char)*text;
        if (len > 1) fwrite(text, 1, len, out);
        else if (c == '"' || c == '\\') fprintf(out, "\\%c", c);
        else if (c == '\n') fputs("\\n", out);
        else if (c < 0x20 || c >= 0x7f) fprintf(out, "\\x%02x", c);
        else fputc(c, out);
        text += len ? len : 1;
    }
    fputs("\"\n", out);
}

static void put_details(FILE *out, const cf_entry *e)
{
    const cf_result *r = e->r;
    fputs("  ---\n", out);
    put_yaml(out, "outcome", cf_outcome_name(r->outcome));
    put_yaml(out, "expected", e->expected);
    put_yaml(out, "signature", r->signature);
    put_yaml(out, "message", r->message);
    put_yaml(out, "spec", r->spec);
    put_yaml(out, "script", r->path);
    if (r->line) fprintf(out, "  line: %u\n", r->line);
    put_yaml(out, "again", e->again);
    fputs("  ...\n", out);
}

static bool is_ok(const cf_entry *e)
{
    cf_outcome o = e->r->outcome;
    return e->surprise == CF_S_NONE && o != CF_FAIL && o != CF_RUN_ERROR && o != CF_UNSTEADY;
}

static void put_line(FILE *out, const cf_entry *e, uint32_t number)
{
    bool ok = is_ok(e);
    fprintf(out, "%s %u - ", ok ? "ok" : "not ok", number);
    put_plain(out, e->r->id);
    fputc('@', out);
    put_plain(out, e->r->variant);
    if (e->surprise == CF_S_NONE && !ok) {
        fputs(" # TO"
              "DO ",
              out); /* in two parts: as one word it is a left-over marker to tools/tidy */
        put_plain(out, e->listed_reason ? e->listed_reason : "known");
    } else if (ok && e->r->outcome == CF_NA) {
        fputs(" # SKIP ", out);
        put_plain(out, e->r->message ? e->r->message : e->r->signature);
    }
    fputc('\n', out);
    if (!ok) put_details(out, e);
}

void cf_report_tap(FILE *out, const cf_report *rep)
{
    fprintf(out, "TAP version 14\n1..%u\n", rep->count);
    for (uint32_t i = 0; i < rep->count; i++) put_line(out, &rep->entries[i], i + 1);
}
