#include "report.h"

#include "../text/json.h"

static void put_spec(void *ctx, const char *id)
{
    cf_json_string(ctx, NULL, id);
}

static void put_diffs(cf_json *j, const cf_result *r)
{
    cf_json_array(j, "fields");
    for (uint32_t i = 0; i < r->diffs; i++) {
        const cf_field_diff *d = &r->diff[i];
        cf_json_object(j, NULL);
        cf_json_string(j, "field", d->field);
        cf_json_bool(j, "same", d->same);
        cf_json_string(j, "script", d->script);
        cf_json_string(j, "wire", d->wire);
        cf_json_string(j, "remark", d->remark);
        cf_json_end(j);
    }
    cf_json_end(j);
}

static void put_stories(cf_json *j, const cf_result *r)
{
    cf_json_array(j, "dialogue");
    for (uint32_t i = 0; i < r->stories; i++) {
        const cf_story_line *s = &r->story[i];
        cf_json_object(j, NULL);
        cf_json_int(j, "at_us", s->at_us);
        cf_json_string(j, "kind", s->kind);
        cf_json_string(j, "text", s->text);
        cf_json_uint(j, "line", s->line);
        cf_json_end(j);
    }
    cf_json_end(j);
}

static void put_hex(cf_json *j, const char *key, uint64_t value)
{
    char text[20];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)value);
    cf_json_string(j, key, text);
}

static void put_verdict(cf_json *j, const cf_entry *e)
{
    static const char *const surprises[] = {
        [CF_S_NONE] = NULL, [CF_S_WORSE] = "worse", [CF_S_PASS] = "pass", [CF_S_DIFFERENT] = "different"};
    const cf_result *r = e->r;
    cf_json_string(j, "outcome", cf_outcome_name(r->outcome));
    cf_json_string(j, "expected", e->expected);
    cf_json_string(j, "surprise", surprises[e->surprise]);
    cf_json_string(j, "signature", r->signature);
    cf_json_array(j, "spec");
    cf_each_spec(r, put_spec, j);
    cf_json_end(j);
}

/* What explains the outcome; the dialogue only where something went wrong: passing runs would fill the file. */
static void put_reasons(cf_json *j, const cf_result *r, bool dialogue)
{
    cf_json_uint(j, "line", r->line);
    cf_json_string(j, "message", r->message);
    cf_json_string(j, "hint", r->hint);
    cf_json_string(j, "notes", r->notes);
    cf_json_string(j, "script_packet", r->script_packet);
    cf_json_string(j, "wire_packet", r->wire_packet);
    put_diffs(j, r);
    if (dialogue) put_stories(j, r);
}

static void put_record(cf_json *j, const cf_report *rep, const cf_entry *e)
{
    const cf_result *r = e->r;
    const char *level = cf_level(rep, r);
    cf_json_object(j, NULL);
    cf_json_string(j, "id", r->id);
    cf_json_string(j, "path", r->path);
    cf_json_string(j, "variant", r->variant);
    cf_json_string(j, "target", r->target);
    put_verdict(j, e);
    cf_json_string(j, "level", *level ? level : NULL);
    cf_json_string(j, "title", r->title);
    put_reasons(j, r, rep->verbose || (r->outcome != CF_PASS && r->outcome != CF_NA));
    cf_json_string(j, "script_sha", r->script_sha);
    cf_json_string(j, "pcap", r->pcap);
    if (r->pcap) cf_json_string(j, "calls", r->calls);
    if (r->pcap) cf_json_string(j, "info", r->info);
    put_hex(j, "seed", r->seed);
    put_hex(j, "packets_hash", r->hash);
    cf_json_uint(j, "packets_in", r->packets_in);
    cf_json_uint(j, "packets_out", r->packets_out);
    cf_json_int(j, "virtual_us", r->virtual_us);
    cf_json_int(j, "late_us", r->late_us);
    if (r->off) cf_json_int(j, "margin_us", r->margin_us);
    if (r->tries) cf_json_uint(j, "tries", r->tries);
    cf_json_int(j, "wall_us", r->wall_us);
    cf_json_end(j);
}

void cf_report_jsonl(FILE *out, const cf_report *rep)
{
    cf_buf b = {0};
    for (uint32_t i = 0; i < rep->count; i++) {
        cf_json j = {.out = &b};
        put_record(&j, rep, &rep->entries[i]);
        fprintf(out, "%s\n", cf_buf_str(&b));
        cf_buf_clear(&b);
    }
    cf_buf_free(&b);
}
