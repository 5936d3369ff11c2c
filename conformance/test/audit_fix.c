#include "audit_fix.h"

#include <stdio.h>
#include <stdlib.h>

#define SCALED_SYN "\2\4\5\xb4\1\3\3\7", 8
const beat opened[3] = {
    {0, '>', "S", 0, 0, 0, 64240, SCALED_SYN, 0},
    {1, '<', "S.", 0, 0, 1, 65160, SCALED_SYN, 0},
    {2, '>', ".", 1, 0, 1, 502, NULL, 0, 0},
};

uint64_t story_breaks(cf_rule_id rule, bool open, cf_which_ends tap, const beat *b, size_t n, uint64_t *judged)
{
    cf_capture c;
    cf_audit a;
    cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}, .tap = {.which = tap}, .complete = true};
    cf_capture_start(&c, "story", true);
    if (open) story_more(&c, &(shape){0}, opened, 3);
    story_more(&c, &(shape){0}, b, n);
    cf_audit_run(&a, &c, &o);
    for (uint32_t i = 0; i < a.count; i++)
        if (a.finding[i].rule != rule) {
            fprintf(stderr, "frame %llu breaks another rule: %s\n", (unsigned long long)a.finding[i].frame,
                    a.finding[i].text);
            abort();
        }
    uint64_t broken = a.by_rule[rule];
    if (judged) *judged = a.judged[rule];
    cf_audit_free(&a);
    cf_capture_free(&c);
    return broken;
}
