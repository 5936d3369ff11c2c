#include "sheet.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../text/mem.h"
#include "info_diff.h"

enum { NS_PER_US = 1000 };

/* ---------- counting ---------- */

static void count(cf_sheet *s, const cf_difference *x)
{
    s->by_rule[x->rule ? (uint32_t)(x->rule - s->rules->items) : s->rules->count]++;
    s->kinds |= 1u << x->kind;
}

static void count_packets(cf_sheet *s, const cf_diff *d)
{
    for (uint32_t i = 0; i < d->count; i++) count(s, &d->items[i]);
    for (int c = 0; c < CF_DC_COUNT; c++) {
        uint64_t n = cf_diff_class_count(d, (cf_diff_class)c);
        s->counts[c] += n;
        s->here += n;
        if (c >= CF_DC_MUST) s->grave += n;
    }
}

/* ---------- one run ---------- */

static void put_html(cf_sheet *s, const char *class, const char *text)
{
    if (s->pages) cf_diff_html_line(&s->html, class, text);
}

static void tell_name(cf_sheet *s, const cf_sheet_run *r, const char *end)
{
    cf_buf name = {0};
    cf_buf_printf(&name, "%s@%s%s", r->id, r->variant, end);
    cf_buf_printf(&s->text, "== %s\n", cf_buf_str(&name));
    put_html(s, "file", cf_buf_str(&name));
    cf_buf_free(&name);
    cf_json_object(&s->j, NULL);
    cf_json_string(&s->j, "id", r->id);
    cf_json_string(&s->j, "variant", r->variant);
}

void cf_sheet_left_out(cf_sheet *s, const cf_sheet_run *r, const char *why)
{
    s->left_out++;
    char *end = cf_mem_fmt(": left out: it %s", why);
    tell_name(s, r, end);
    free(end);
    cf_buf_putc(&s->text, '\n');
    cf_json_string(&s->j, "left_out", why);
    cf_json_end(&s->j);
}

/* A difference that is in no packet. */
static void tell_one(void *ctx, const char *where, const cf_difference *x)
{
    cf_sheet *s = ctx;
    cf_buf line = {0};
    const char *class = cf_diff_class_name(x->class), *kind = cf_diff_kind_name(x->kind);
    s->counts[x->class]++;
    s->here++;
    if (x->class >= CF_DC_MUST) s->grave++;
    count(s, x);
    cf_buf_printf(&line, "%s: %s%s%s, there %s", where, x->kind == CF_D_CALL ? x->field : "",
                  x->kind == CF_D_CALL ? " " : "", *x->a ? x->a : "none", *x->b ? x->b : "none");
    if (x->rule) cf_buf_printf(&line, "  [%s] %s", x->rule->cite, x->rule->reason);
    if (!s->show.summary) cf_buf_printf(&s->text, "    %-11s %s %s\n", class, kind, cf_buf_str(&line));
    put_html(s, class, cf_buf_str(&line));
    cf_buf_free(&line);
    cf_json_object(&s->j, NULL);
    cf_json_string(&s->j, "kind", kind);
    cf_json_string(&s->j, "where", where);
    cf_json_string(&s->j, "class", class);
    cf_json_string(&s->j, "field", x->field);
    cf_json_string(&s->j, "a", x->a);
    cf_json_string(&s->j, "b", x->b);
    if (x->rule) cf_json_string(&s->j, "cite", x->rule->cite);
    if (x->rule) cf_json_string(&s->j, "reason", x->rule->reason);
    cf_json_end(&s->j);
}

/* Code is asked when all is over. */
static bool came_to_its_end(const cf_golden_run *r)
{
    return *r->signature == '\0' || strncmp(r->signature, "code", 4) == 0;
}

/* The line at which a run ended early, 0 when it is not told; LONG_MAX: it came to its end. */
static long last_line(const cf_golden_run *r)
{
    if (came_to_its_end(r)) return LONG_MAX;
    const char *at = strstr(r->signature, "line ");
    return at ? strtol(at + 5, NULL, 10) : 0;
}

/* The signature of a packet that did not come (run/exec_packet.c). */
static bool waited_in_vain(const cf_golden_run *r)
{
    return strncmp(r->signature, "no-packet", 9) == 0;
}

static bool same_verdict(const cf_sheet_run *r)
{
    return strcmp(r->a.outcome, r->b.outcome) == 0 && strcmp(r->a.signature, r->b.signature) == 0;
}

/* When one run ended at what its script did not allow, the other went on alone. */
static int64_t common_end_ns(const cf_sheet_run *r)
{
    int64_t a = came_to_its_end(&r->a) ? INT64_MAX : r->a.end_us, b = came_to_its_end(&r->b) ? INT64_MAX : r->b.end_us;
    int64_t end = a < b ? a : b;
    if (end == INT64_MAX) return 0;
    return end > 0 ? end * NS_PER_US : 1;
}

/* What the run that ended first failed by: "payload" of "field payload line 40", "call" of "call write result line 9".
 */
static void find_topic(const cf_golden_run *r, char *out, size_t cap)
{
    const char *at = r->signature;
    if (strncmp(at, "field ", 6) == 0) at += 6;
    snprintf(out, cap, "%.*s", (int)strcspn(at, " "), at);
}

static bool field_told(const cf_diff *d, const char *field)
{
    for (uint32_t i = 0; i < d->count; i++)
        if (d->items[i].kind == CF_D_FIELD && strcmp(d->items[i].field, field) == 0) return true;
    return false;
}

static bool topic_told(const cf_sheet *s, const cf_diff *d, const char *topic)
{
    static const struct {
        const char *topic;
        uint32_t kinds;
    } list[] = {{"call", 1u << CF_D_CALL},
                {"code", 1u << CF_D_CALL | 1u << CF_D_INFO},
                {"no-packet", 1u << CF_D_MISSING | 1u << CF_D_EXTRA | 1u << CF_D_MOVED | 1u << CF_D_CONNECTION},
                {"time", 1u << CF_D_TIME}};
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcmp(list[i].topic, topic) == 0) return s->kinds & list[i].kinds;
    return field_told(d, topic);
}

/* Verdicts that differ follow from what differs in packets, calls and TCP_INFO; if nothing does, rules know what a
 * script may judge that is not compared. */
static void tell_verdicts(cf_sheet *s, const cf_sheet_run *r, const cf_diff *d, bool near)
{
    char topic[40];
    if (same_verdict(r)) return;
    bool a_first = *r->a.signature && (!*r->b.signature || last_line(&r->a) <= last_line(&r->b));
    find_topic(a_first ? &r->a : &r->b, topic, sizeof topic);
    cf_diff_facts f = {
        .kind = CF_D_OUTCOME, .field = topic, .script = true, .told = topic_told(s, d, topic), .near = near};
    cf_difference x = cf_difference_of(s->rules, &f);
    x.field = "";
    snprintf(x.a, sizeof x.a, "%s%s%.80s", r->a.outcome, *r->a.signature ? ", " : "", r->a.signature);
    snprintf(x.b, sizeof x.b, "%s%s%.80s", r->b.outcome, *r->b.signature ? ", " : "", r->b.signature);
    tell_one(s, "outcome", &x);
}

static void tell_run(cf_sheet *s, const cf_sheet_run *r, const cf_diff *d, const cf_diff_opts *o)
{
    bool whole = came_to_its_end(&r->a) && came_to_its_end(&r->b);
    cf_run_diff how = {.rules = s->rules,
                       .no_time = o->no_time,
                       .time_us = o->time_ns / NS_PER_US,
                       .again_told = d->again_told,
                       .with_digests = d->with_digests,
                       .both_whole = whole,
                       .emit = tell_one,
                       .ctx = s};
    if (!cf_diff_equal(d)) cf_diff_text(&s->text, d, &s->show);
    cf_json_object(&s->j, "packets");
    cf_diff_json(&s->j, d);
    cf_json_end(&s->j);
    if (s->pages) cf_diff_html(&s->html, d);
    count_packets(s, d);
    cf_json_array(&s->j, "others");
    cf_call_diff(&how, r->a.calls, r->b.calls);
    bool near = whole && cf_info_diff(&how, r->a.info, r->b.info);
    tell_verdicts(s, r, d, near);
    cf_json_end(&s->j);
}

/* What equal runs have said is taken back. */
static void take_back(cf_buf *b, size_t len)
{
    if (b->len <= len) return;
    b->len = len;
    b->data[len] = '\0';
}

bool cf_sheet_compare(cf_sheet *s, const cf_sheet_run *r, const cf_diff_opts *o, char *why, size_t why_cap)
{
    cf_diff d;
    cf_diff_opts opts = *o;
    opts.script = true;
    opts.until_ns = common_end_ns(r);
    opts.end_ns[0] = r->a.end_us * NS_PER_US;
    opts.end_ns[1] = r->b.end_us * NS_PER_US;
    long a_line = last_line(&r->a), b_line = last_line(&r->b);
    opts.ended[0] = a_line < LONG_MAX && a_line <= b_line;
    opts.ended[1] = b_line < LONG_MAX && b_line <= a_line;
    opts.waited = waited_in_vain(&r->a) || waited_in_vain(&r->b);
    if (!cf_diff_files(&d, r->a_pcap, r->b_pcap, &opts, why, why_cap)) return false;
    size_t text = s->text.len, json = s->json.len, html = s->html.len;
    cf_json j = s->j;
    s->compared++;
    s->here = s->grave = 0;
    s->kinds = 0;
    tell_name(s, r, "");
    tell_run(s, r, &d, &opts);
    if (s->grave)
        cf_buf_printf(&s->brief, "%s@%s: %llu must or unexplained\n", r->id, r->variant, (unsigned long long)s->grave);
    cf_json_end(&s->j);
    cf_buf_putc(&s->text, '\n');
    cf_diff_free(&d);
    if (s->here) return true;
    s->equal++;
    take_back(&s->text, text);
    take_back(&s->json, json);
    take_back(&s->html, html);
    s->j = j;
    return true;
}

/* ---------- the whole ---------- */

void cf_sheet_begin(cf_sheet *s, const char *title)
{
    s->by_rule = cf_mem_zero(s->rules->count + 1, sizeof *s->by_rule);
    s->j.out = &s->json;
    if (s->pages) cf_diff_html_head(&s->html, title);
    cf_json_object(&s->j, NULL);
    cf_json_array(&s->j, "scripts");
}

static void tell_rules(cf_sheet *s, cf_diff_class class)
{
    for (uint32_t i = 0; i < s->rules->count; i++) {
        const cf_rule *r = &s->rules->items[i];
        if (r->class != class || !s->by_rule[i]) continue;
        cf_buf_printf(&s->text, "    %6llu  %s [%s] (rule %u)\n", (unsigned long long)s->by_rule[i], r->reason, r->cite,
                      r->line);
        cf_json_object(&s->j, NULL);
        cf_json_uint(&s->j, "line", r->line);
        cf_json_string(&s->j, "class", cf_diff_class_name(class));
        cf_json_uint(&s->j, "count", s->by_rule[i]);
        cf_json_string(&s->j, "cite", r->cite);
        cf_json_string(&s->j, "reason", r->reason);
        cf_json_end(&s->j);
    }
}

static void tell_counts(cf_sheet *s)
{
    cf_json_object(&s->j, "counts");
    for (int c = 0; c < CF_DC_COUNT; c++) cf_json_uint(&s->j, cf_diff_class_name((cf_diff_class)c), s->counts[c]);
    cf_json_end(&s->j);
    cf_json_array(&s->j, "rules");
    for (int c = 0; c < CF_DC_COUNT; c++) {
        const char *name = cf_diff_class_name((cf_diff_class)c);
        cf_buf_printf(&s->text, "  %-12s %6llu\n", name, (unsigned long long)s->counts[c]);
        tell_rules(s, (cf_diff_class)c);
    }
    cf_json_end(&s->j);
}

void cf_sheet_end(cf_sheet *s)
{
    char *line = cf_mem_fmt("%u compared, %u equal, %u left out", s->compared, s->equal, s->left_out);
    cf_buf_printf(&s->text, "%s\n", line);
    put_html(s, "sum", line);
    cf_buf_printf(&s->brief, "%s", line);
    for (int c = 0; c < CF_DC_COUNT; c++)
        cf_buf_printf(&s->brief, "%s %llu %s", c ? "," : ":", (unsigned long long)s->counts[c],
                      cf_diff_class_name((cf_diff_class)c));
    cf_buf_putc(&s->brief, '\n');
    free(line);
    if (s->repeated)
        cf_buf_printf(&s->text, "%u tried again alone, %u of them then differed only where they may\n", s->repeated,
                      s->settled);
    cf_json_end(&s->j);
    cf_json_uint(&s->j, "compared", s->compared);
    cf_json_uint(&s->j, "equal", s->equal);
    cf_json_uint(&s->j, "left_out", s->left_out);
    cf_json_uint(&s->j, "repeated", s->repeated);
    cf_json_uint(&s->j, "settled", s->settled);
    tell_counts(s);
    cf_json_end(&s->j);
    cf_buf_putc(&s->json, '\n');
    if (s->pages) cf_diff_html_foot(&s->html);
}

void cf_sheet_free(cf_sheet *s)
{
    cf_buf_free(&s->text);
    cf_buf_free(&s->json);
    cf_buf_free(&s->html);
    cf_buf_free(&s->brief);
    free(s->by_rule);
    s->by_rule = NULL;
}
