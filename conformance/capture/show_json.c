#include <string.h>

#include "show.h"

static void put_side(cf_json *j, const char *key, const char *path, uint64_t packets, const char *left_out)
{
    cf_json_object(j, key);
    cf_json_string(j, "path", path);
    cf_json_uint(j, "packets", packets);
    cf_json_array(j, "left_out");
    for (const char *at = left_out; *at;) {
        size_t n = strcspn(at, "\n");
        cf_json_text(j, NULL, at, n);
        at += n + (at[n] == '\n');
    }
    cf_json_end(j);
    cf_json_end(j);
}

static void put_packet(cf_json *j, const char *key, const char *text, int64_t ns, uint64_t number)
{
    if (!text) {
        cf_json_null(j, key);
        return;
    }
    cf_json_object(j, key);
    cf_json_uint(j, "number", number);
    cf_json_int(j, "ns", ns);
    cf_json_string(j, "packet", text);
    cf_json_end(j);
}

static void put_difference(cf_json *j, const cf_difference *x)
{
    cf_json_object(j, NULL);
    cf_json_string(j, "kind", cf_diff_kind_name(x->kind));
    cf_json_string(j, "class", cf_diff_class_name(x->class));
    if (x->field[0]) cf_json_string(j, "field", x->field);
    if (x->a[0]) cf_json_string(j, "a", x->a);
    if (x->b[0]) cf_json_string(j, "b", x->b);
    if (x->rule) {
        cf_json_string(j, "cite", x->rule->cite);
        cf_json_string(j, "reason", x->rule->reason);
    }
    cf_json_end(j);
}

static void put_row(cf_json *j, const cf_diff *d, const cf_diff_row *r)
{
    cf_json_object(j, NULL);
    cf_json_string(j, "from", r->from == '>' ? "client" : "server");
    put_packet(j, "a", r->a, r->a_ns, r->a_number);
    put_packet(j, "b", r->b, r->b_ns, r->b_number);
    cf_json_array(j, "differences");
    for (uint32_t i = r->first; i < r->first + r->count; i++) put_difference(j, &d->items[i]);
    cf_json_end(j);
    cf_json_end(j);
}

static void put_pair(cf_json *j, const cf_diff *d, const cf_diff_pair *p)
{
    cf_json_object(j, NULL);
    cf_json_string(j, "a", p->a[0] ? p->a : NULL);
    cf_json_string(j, "b", p->b[0] ? p->b : NULL);
    for (int c = 0; c < CF_DC_COUNT; c++) cf_json_uint(j, cf_diff_class_name((cf_diff_class)c), p->counts[c]);
    cf_json_array(j, "rows");
    for (uint32_t i = p->first_row; i < p->first_row + p->rows; i++)
        if (d->rows[i].count) put_row(j, d, &d->rows[i]);
    cf_json_end(j);
    cf_json_end(j);
}

void cf_diff_json(cf_json *j, const cf_diff *d)
{
    put_side(j, "a", d->a, d->a_packets, d->a_left_out);
    put_side(j, "b", d->b, d->b_packets, d->b_left_out);
    cf_json_bool(j, "equal", cf_diff_equal(d));
    cf_json_uint(j, "connections", d->connections);
    cf_json_uint(j, "equal_connections", d->equal_connections);
    cf_json_object(j, "counts");
    for (int c = 0; c < CF_DC_COUNT; c++)
        cf_json_uint(j, cf_diff_class_name((cf_diff_class)c), cf_diff_class_count(d, (cf_diff_class)c));
    cf_json_end(j);
    cf_json_object(j, "kinds");
    for (int k = 0; k < CF_D_KINDS; k++) {
        const uint64_t *n = d->counts[k];
        cf_json_uint(j, cf_diff_kind_name((cf_diff_kind)k),
                     n[CF_DC_CHOICE] + n[CF_DC_SHOULD] + n[CF_DC_MUST] + n[CF_DC_UNEXPLAINED]);
    }
    cf_json_end(j);
    cf_json_uint(j, "not_listed", d->not_kept);
    cf_json_array(j, "pairs");
    for (uint32_t i = 0; i < d->pair_count; i++) put_pair(j, d, &d->pairs[i]);
    cf_json_end(j);
}
