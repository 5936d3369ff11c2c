/* tcprove list: what would run. */
#include <string.h>

#include "../text/buf.h"
#include "cli.h"

static void put_variants(cf_buf *b, const cf_pick *picks, uint32_t n)
{
    static const char *const marks[CF_VARIANTS] = {"4", "6", "m"};
    for (uint32_t i = 0; i < n; i++) cf_buf_puts(b, marks[picks[i].variant - cf_variants]);
}

static void put_test(const cf_test *t, const char *variants, int width, bool verbose)
{
    printf("%-*s  %-3s  %-6s  %s\n", width, t->id, variants, t->level ? t->level : "-", t->title ? t->title : "-");
    if (!verbose) return;
    printf("    path   %s\n", t->path);
    if (t->spec) printf("    spec   %s\n", t->spec);
    if (t->needs) printf("    needs  %s\n", t->needs);
    if (t->bug) printf("    bug    %s\n", t->bug);
}

int cf_cmd_list(cf_args *a)
{
    cf_places places;
    cf_selection sel;
    int status = cf_choose(a, &places, &sel);
    if (status) return status;
    int width = 0;
    for (uint32_t i = 0; i < sel.count; i++) {
        int len = (int)strlen(sel.picks[i].test->id);
        if (len > width && len <= 60) width = len;
    }
    for (uint32_t i = 0, n; i < sel.count; i += n) {
        for (n = 1; i + n < sel.count && sel.picks[i + n].test == sel.picks[i].test;) n++;
        cf_buf variants = {0};
        put_variants(&variants, &sel.picks[i], n);
        put_test(sel.picks[i].test, cf_buf_str(&variants), width, a->verbose);
        cf_buf_free(&variants);
    }
    printf("%u scripts, %u runs (4 = ipv4, 6 = ipv6, m = ipv4-mapped-ipv6)\n", sel.scripts, sel.count);
    cf_selection_free(&sel);
    cf_places_free(&places);
    return CF_EXIT_OK;
}
