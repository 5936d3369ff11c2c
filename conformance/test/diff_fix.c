#include "diff_fix.h"

#include <stdlib.h>
#include <string.h>

#include "capture_fix.h"

static cf_rules rules;

void sample_diff(cf_diff *d)
{
    cf_capture a, b;
    char why[400];
    beat other[12];
    cf_diff_opts o = cf_diff_defaults();
    if (!cf_rules_load(&rules, TCPROVE_SPEC_DIR "/diff-rules.tsv", why, sizeof why)) abort();
    o.rules = &rules;
    memcpy(other, whole, 10 * sizeof *other);
    other[1].win = 1000; /* choice */
    other[4].ms += 100;  /* a delayed acknowledgment */
    for (int i = 5; i < 10; i++) other[i].ms += 100;
    other[5].fill = 8; /* other bytes: unexplained */
    other[9] = (beat){132, '>', "R", 101, 0, 0, 0, NULL, 0, 0};
    story(&a, &(shape){0}, whole, 10);
    story(&b, &(shape){0}, other, 10);
    story_more(&b, &(shape){.port = {4001, 81}}, whole, 3);
    cf_diff_captures(d, &a, &b, &o);
    cf_capture_free(&a);
    cf_capture_free(&b);
}

void sample_diff_free(cf_diff *d)
{
    cf_diff_free(d);
    cf_rules_free(&rules);
}
