#include "parcel.h"

#include "../text/mem.h"

/* ---------- names that live on ---------- */

typedef struct name_cell {
    struct name_cell *next;
    char *text;
} name_cell;
static name_cell *names;

const char *cf_parcel_name(const char *text)
{
    if (!text) return NULL;
    for (name_cell *c = names; c; c = c->next)
        if (strcmp(c->text, text) == 0) return c->text;
    name_cell *c = cf_mem_zero(1, sizeof *c);
    c->text = cf_mem_str(text);
    c->next = names;
    return (names = c)->text;
}

/* ---------- the owned texts of a result, in one order for both ways ---------- */

enum { TEXTS = 15 };

static void texts_of(cf_result *r, char **at[TEXTS])
{
    char **all[TEXTS] = {&r->id,    &r->variant,       &r->target,      &r->path,  &r->message,
                         &r->hint,  &r->script_packet, &r->wire_packet, &r->spec,  &r->level,
                         &r->title, &r->notes,         &r->pcap,        &r->calls, &r->info};
    memcpy(at, all, sizeof all);
}

/* ---------- packing ---------- */

static void put_text(cf_buf *b, const char *text)
{
    uint32_t len = text ? (uint32_t)strlen(text) : UINT32_MAX;
    cf_buf_put(b, (const char *)&len, sizeof len);
    if (text) cf_buf_put(b, text, len);
}

void cf_parcel_pack(cf_buf *b, const cf_result *r)
{
    cf_result copy = *r;
    char **at[TEXTS];
    texts_of(&copy, at);
    cf_buf_put(b, (const char *)r, sizeof *r);
    for (int i = 0; i < TEXTS; i++) put_text(b, *at[i]);
    for (uint32_t i = 0; i < r->diffs; i++) {
        cf_buf_put(b, (const char *)&r->diff[i], sizeof r->diff[i]);
        put_text(b, r->diff[i].field);
    }
    for (uint32_t i = 0; i < r->stories; i++) {
        cf_buf_put(b, (const char *)&r->story[i], sizeof r->story[i]);
        put_text(b, r->story[i].text);
    }
}

/* ---------- opening ---------- */

typedef struct {
    const char *at, *end;
    bool ok;
} cursor;

static void take(cursor *c, void *out, size_t len)
{
    if (!c->ok || (size_t)(c->end - c->at) < len) {
        c->ok = false;
        memset(out, 0, len);
        return;
    }
    memcpy(out, c->at, len);
    c->at += len;
}

static char *take_text(cursor *c)
{
    uint32_t len;
    take(c, &len, sizeof len);
    if (!c->ok || len == UINT32_MAX) return NULL;
    if ((size_t)(c->end - c->at) < len) {
        c->ok = false;
        return NULL;
    }
    char *text = cf_mem_copy(c->at, len);
    c->at += len;
    return text;
}

static void take_diffs(cursor *c, cf_result *r, uint32_t count)
{
    r->diff = count ? cf_mem_zero(count, sizeof *r->diff) : NULL;
    for (; r->diffs < count && c->ok; r->diffs++) {
        cf_field_diff *d = &r->diff[r->diffs];
        take(c, d, sizeof *d);
        char *name = take_text(c);
        d->field = cf_parcel_name(name);
        free(name);
    }
}

static void take_stories(cursor *c, cf_result *r, uint32_t count)
{
    r->story = count ? cf_mem_zero(count, sizeof *r->story) : NULL;
    for (; r->stories < count && c->ok; r->stories++) {
        take(c, &r->story[r->stories], sizeof *r->story);
        r->story[r->stories].text = take_text(c);
    }
}

bool cf_parcel_open(const char *bytes, size_t len, cf_result *r)
{
    cursor c = {bytes, bytes + len, true};
    take(&c, r, sizeof *r);
    uint32_t diffs = r->diffs, stories = r->stories;
    r->diff = NULL;
    r->story = NULL;
    r->diffs = r->stories = 0;
    char **at[TEXTS];
    texts_of(r, at);
    for (int i = 0; i < TEXTS; i++) *at[i] = take_text(&c);
    /* No count can be larger than the bytes that hold its items. */
    c.ok = c.ok && diffs <= len / sizeof *r->diff && stories <= len / sizeof *r->story;
    if (c.ok) take_diffs(&c, r, diffs);
    if (c.ok) take_stories(&c, r, stories);
    if (c.ok && c.at == c.end) return true;
    cf_result_free(r);
    memset(r, 0, sizeof *r);
    return false;
}
