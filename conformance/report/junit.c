/* JUnit XML: one suite, classname = folder of the id, name = id@variant; fail -> failure, error and unsteady -> error,
 * n/a and what is listed as known -> skipped. */
#include <string.h>

#include "report.h"
#include "../text/utf8.h"

static void put_char(FILE *out, unsigned char c)
{
    switch (c) {
    case '<': fputs("&lt;", out); break;
    case '>': fputs("&gt;", out); break;
    case '&': fputs("&amp;", out); break;
    case '"': fputs("&quot;", out); break;
    case '\n': fputs("&#10;", out); break;
    case '\t': fputs("&#9;", out); break;
    default: fputc(c < 0x20 || c == 0x7f ? '?' : c, out);
    }
}

static void put_escaped(FILE *out, const char *text)
{
    while (text && *text) {
        size_t len = cf_utf8_len(text);
        if (len > 1) fwrite(text, 1, len, out);
        else put_char(out, len ? (unsigned char)*text : '?');
        text += len ? len : 1;
    }
}

static void put_attr(FILE *out, const char *name, const char *text)
{
    fprintf(out, " %s=\"", name);
    put_escaped(out, text);
    fputc('"', out);
}

typedef struct {
    FILE *out;
} property_list;

static void put_property(void *ctx, const char *id)
{
    FILE *out = ((property_list *)ctx)->out;
    fputs("        <property name=\"spec\"", out);
    put_attr(out, "value", id);
    fputs("/>\n", out);
}

/* What a listed or surprising outcome becomes; NULL: nothing to add (it passed). */
static const char *element(const cf_entry *e)
{
    cf_outcome o = e->r->outcome;
    if (e->surprise == CF_S_PASS || e->surprise == CF_S_DIFFERENT) return o == CF_RUN_ERROR ? "error" : "failure";
    if (o == CF_NA || (e->listed_at && o != CF_PASS)) return "skipped";
    if (o == CF_FAIL) return "failure";
    return o == CF_RUN_ERROR || o == CF_UNSTEADY ? "error" : NULL;
}

static void put_folder(FILE *out, const char *id, const char *slash)
{
    char folder[512];
    size_t len = (size_t)(slash - id) < sizeof folder ? (size_t)(slash - id) : sizeof folder - 1;
    for (size_t i = 0; i < len; i++) folder[i] = id[i] == '/' ? '.' : id[i];
    folder[len] = '\0';
    put_escaped(out, folder);
}

static void put_case(FILE *out, const cf_entry *e)
{
    const cf_result *r = e->r;
    const char *slash = strrchr(r->id, '/'), *what = element(e);
    fputs("    <testcase classname=\"", out);
    if (slash) put_folder(out, r->id, slash);
    fputs("\" name=\"", out);
    put_escaped(out, r->id);
    fputc('@', out);
    put_escaped(out, r->variant);
    fprintf(out, "\" time=\"%.6f\">\n", (double)r->wall_us / 1e6);
    if (r->spec && *r->spec) {
        fputs("      <properties>\n", out);
        cf_each_spec(r, put_property, &(property_list){out});
        fputs("      </properties>\n", out);
    }
    if (what) {
        fprintf(out, "      <%s", what);
        const char *message = e->listed_reason && strcmp(what, "skipped") == 0 ? e->listed_reason
                              : e->surprise == CF_S_PASS                       ? "listed as failing, but it passed"
                                                                               : r->message;
        put_attr(out, "message", message);
        if (strcmp(what, "skipped") != 0) put_attr(out, "type", r->signature);
        fputs("/>\n", out);
    }
    fputs("    </testcase>\n", out);
}

void cf_report_junit(FILE *out, const cf_report *rep)
{
    uint32_t failures = 0, errors = 0, skipped = 0;
    double seconds = 0;
    for (uint32_t i = 0; i < rep->count; i++) {
        const char *what = element(&rep->entries[i]);
        failures += what && what[0] == 'f';
        errors += what && what[0] == 'e';
        skipped += what && what[0] == 's';
        seconds += (double)rep->entries[i].r->wall_us / 1e6;
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", out);
    put_attr(out, "name", rep->target);
    fprintf(out, " tests=\"%u\" failures=\"%u\" errors=\"%u\" skipped=\"%u\" time=\"%.6f\">\n", rep->count, failures,
            errors, skipped, seconds);
    for (uint32_t i = 0; i < rep->count; i++) put_case(out, &rep->entries[i]);
    fputs("  </testsuite>\n</testsuites>\n", out);
}
