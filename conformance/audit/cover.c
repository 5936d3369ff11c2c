#include "cover.h"

#include <string.h>

/* Ranges [i, k) become one, joined with [from, to). */
static void join(cf_cover *c, unsigned i, unsigned k, cf_offset from, cf_offset to)
{
    if (k > i) {
        if (c->range[i].from < from) from = c->range[i].from;
        if (c->range[k - 1].to > to) to = c->range[k - 1].to;
    }
    memmove(&c->range[i + 1], &c->range[k], (c->count - k) * sizeof c->range[0]);
    c->range[i].from = from;
    c->range[i].to = to;
    c->count = c->count - (k - i) + 1;
}

void cf_cover_add(cf_cover *c, cf_offset from, cf_offset to)
{
    if (from >= to || c->full) return;
    unsigned i = c->count;
    while (i > 0 && c->range[i - 1].to >= from) i--;
    unsigned k = i;
    while (k < c->count && c->range[k].from <= to) k++;
    if (k == i && c->count == CF_COVER_MAX) c->full = true;
    else join(c, i, k, from, to);
}

/* From behind: what is asked about is new most of the time. */
static int holder(const cf_cover *c, cf_offset at)
{
    for (unsigned i = c->count; i > 0; i--) {
        if (c->range[i - 1].to < at) return -1;
        if (c->range[i - 1].from <= at) return (int)i - 1;
    }
    return -1;
}

bool cf_cover_has(const cf_cover *c, cf_offset from, cf_offset to)
{
    if (c->full || from >= to) return true;
    int i = holder(c, from);
    return i >= 0 && c->range[i].to >= to;
}

cf_offset cf_cover_reach(const cf_cover *c, cf_offset at)
{
    int i = holder(c, at);
    return i >= 0 ? c->range[i].to : at;
}
