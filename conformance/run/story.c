#include "story.h"

#include <stdio.h>

#include "../text/mem.h"

/* Stable: lines of the same instant keep their order of arrival. Insertion sort, for they are nearly in order. */
static void sort_lines(cf_story_line *l, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        cf_story_line one = l[i];
        uint32_t k = i;
        for (; k && l[k - 1].at_us > one.at_us; k--) l[k] = l[k - 1];
        l[k] = one;
    }
}

static uint32_t without(cf_story_line *l, uint32_t n, const char *kind)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (strcmp(l[i].kind, kind) == 0) free(l[i].text);
        else l[kept++] = l[i];
    }
    return kept;
}

void cf_story_take(cf_dialogue *d, bool with_cwnd, cf_result *r)
{
    sort_lines(d->line, d->count);
    if (!with_cwnd) d->count = without(d->line, d->count, "cwnd");
    uint32_t first = d->count > CF_STORY_MAX ? d->count - CF_STORY_MAX : 0;
    for (uint32_t i = 0; i < first; i++) free(d->line[i].text);
    r->stories = d->count - first;
    r->story = cf_mem_zero(r->stories, sizeof *r->story);
    for (uint32_t i = 0; i < r->stories; i++) r->story[i] = d->line[first + i];
    free(d->line);
    d->line = NULL;
    d->count = d->cap = 0;
}

void cf_story_explain(cf_result *r)
{
    uint32_t in = r->stories;
    for (uint32_t i = 0; i < r->stories; i++)
        if (strcmp(r->story[i].kind, "in") == 0) in = i;
    for (uint32_t i = in; i < r->stories && r->line >= r->story[in].line; i++) {
        if (strcmp(r->story[i].kind, "drop") != 0) continue;
        char *was = r->hint;
        r->hint = cf_mem_fmt("%s%sthe stack on the packet of line %u: %s", was ? was : "", was ? "\n" : "",
                             r->story[in].line, r->story[i].text);
        free(was);
        return;
    }
}
