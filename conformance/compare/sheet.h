/* sheet.h — what a comparison of many runs came to, as text, JSON and one HTML page: each run that differs, and at the
 * end the differences by class and by rule.
 *
 *     cf_sheet s = {.rules = &rules, .show = ...};
 *     cf_sheet_begin(&s, title);
 *     for each run: cf_sheet_left_out(&s, &run, why)   or   cf_sheet_compare(&s, &run, &opts, why, cap)
 *     cf_sheet_end(&s);                                s.text, s.json, s.html are complete
 *     cf_sheet_free(&s); */
#ifndef CF_COMPARE_SHEET_H
#define CF_COMPARE_SHEET_H

#include "../capture/show.h"
#include "golden.h"

typedef struct cf_sheet_run {
    const char *id, *variant;
    cf_golden_run a, b; /* here and there; outcome NULL: it did not run */
    const char *a_pcap, *b_pcap;
} cf_sheet_run;

typedef struct cf_sheet {
    const cf_rules *rules;
    cf_diff_show show;
    bool pages; /* HTML is wanted */
    cf_buf text, json, html;
    cf_buf brief; /* a line for each run with a must or an unexplained, and the closing line */
    cf_json j;
    uint32_t compared, equal, left_out;
    uint32_t repeated, settled; /* set by the caller: runs that were tried again alone; those that then differed only
                                   where they may */
    uint64_t counts[CF_DC_COUNT];
    uint64_t *by_rule; /* and the unexplained behind the last rule */
    uint64_t here;     /* differences of the run at work */
    uint64_t grave;    /* ... of them must and unexplained */
    uint32_t kinds;    /* ... a bit for each kind among them */
} cf_sheet;

void cf_sheet_begin(cf_sheet *s, const char *title);
void cf_sheet_left_out(cf_sheet *s, const cf_sheet_run *r, const char *why);
/* False with the reason in why: a capture could not be read. */
bool cf_sheet_compare(cf_sheet *s, const cf_sheet_run *r, const cf_diff_opts *o, char *why, size_t why_cap);
void cf_sheet_end(cf_sheet *s);
void cf_sheet_free(cf_sheet *s);

#endif
