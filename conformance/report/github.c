/* Annotations for GitHub workflows: one "::error file=...,line=...::text" for each surprise. */
#include "report.h"

static void put(FILE *out, const char *text, bool property)
{
    for (; text && *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '%' || c == '\n' || c == '\r' || (property && (c == ':' || c == ','))) fprintf(out, "%%%02X", c);
        else fputc(c, out);
    }
}

void cf_report_github(FILE *out, const cf_report *rep)
{
    for (uint32_t i = 0; i < rep->count; i++) {
        const cf_entry *e = &rep->entries[i];
        if (e->surprise == CF_S_NONE) continue;
        fputs("::error file=", out);
        put(out, e->r->path, true);
        if (e->r->line) fprintf(out, ",line=%u", e->r->line);
        fputs(",title=", out);
        put(out, e->r->id, true);
        fputs(" @", out);
        put(out, e->r->variant, true);
        fputs("::", out);
        put(out, e->surprise == CF_S_PASS ? "listed as failing, but it passed" : e->r->message, false);
        fputc('\n', out);
    }
}
