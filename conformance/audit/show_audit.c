#include <inttypes.h>

#include "audit.h"

static const char *const class_name[CF_BY_CLASSES] = {"must", "should"};
static const char *const end_name[2] = {"client", "server"};

const char *cf_rule_of_audit_name(cf_rule_id id)
{
    static char out[40];
    const char *from = cf_rules_of_audit[id].name;
    size_t n = 0;
    for (; from[n] && n + 1 < sizeof out; n++) out[n] = from[n] == '_' ? '-' : (char)(from[n] | 0x20);
    out[n] = '\0';
    return out;
}

static void put_finding(cf_buf *out, const cf_finding *f, const cf_capture *c)
{
    char name[120];
    const cf_rule_of_audit *r = &cf_rules_of_audit[f->rule];
    cf_conn_name(&c->conns.items[f->conn], name, sizeof name);
    cf_buf_printf(out, "%s: %s\n", class_name[r->class], r->text);
    cf_buf_printf(out, "  frame %" PRIu64 ", %.6f s, the %s of %s\n", f->frame, (double)f->at_ns / 1e9,
                  end_name[f->dir], name);
    cf_buf_printf(out, "  %s  [%s %s]\n", f->text, r->oracle, r->requirement);
}

/* Without all: the first of each rule, and how many more there are. */
static void put_findings(cf_buf *out, const cf_audit *a, const cf_capture *c, bool all)
{
    bool told[CF_RULES_OF_AUDIT] = {false};
    for (uint32_t i = 0; i < a->count; i++) {
        const cf_finding *f = &a->finding[i];
        if (!all && told[f->rule]) continue;
        put_finding(out, f, c);
        if (!all && a->by_rule[f->rule] > 1)
            cf_buf_printf(out, "  and %" PRIu64 " more of this kind; -v shows them\n", a->by_rule[f->rule] - 1);
        told[f->rule] = true;
    }
}

static void put_rules(cf_buf *out, const cf_audit *a)
{
    cf_buf_printf(out, "%-16s %-6s %-6s %12s %8s\n", "rule", "class", "oracle", "judged", "broken");
    for (int i = 0; i < CF_RULES_OF_AUDIT; i++)
        cf_buf_printf(out, "%-16s %-6s %-6s %12" PRIu64 " %8" PRIu64 "\n", cf_rule_of_audit_name((cf_rule_id)i),
                      class_name[cf_rules_of_audit[i].class], cf_rules_of_audit[i].oracle, a->judged[i], a->by_rule[i]);
}

static uint64_t suspicions(const cf_audit *a)
{
    uint64_t n = 0;
    for (int i = 0; i < CF_RULES_OF_AUDIT; i++) n += a->suspected[i];
    return n;
}

static void put_suspicions(cf_buf *out, const cf_audit *a)
{
    uint64_t n = suspicions(a);
    if (!n) return;
    cf_buf_printf(out,
                  "%" PRIu64 " suspicion%s not told: each can be explained by one packet that the capture dropped "
                  "(--complete: it dropped none)\n",
                  n, n == 1 ? "" : "s");
    for (int i = 0; i < CF_RULES_OF_AUDIT; i++)
        if (a->suspected[i])
            cf_buf_printf(out, "  %s %" PRIu64 "\n", cf_rule_of_audit_name((cf_rule_id)i), a->suspected[i]);
}

void cf_audit_text(cf_buf *out, const cf_audit *a, const cf_capture *c, bool all)
{
    uint64_t judged = 0;
    cf_capture_left_out(c, out);
    put_findings(out, a, c, all);
    if (all) put_rules(out, a);
    for (int i = 0; i < CF_RULES_OF_AUDIT; i++) judged += a->judged[i];
    if (a->lossy)
        cf_buf_printf(out,
                      "the capture lost packets of %u connection%s, or may have: what needs them all was not judged "
                      "there\n",
                      a->lossy, a->lossy == 1 ? "" : "s");
    put_suspicions(out, a);
    cf_buf_printf(
        out, "%" PRIu64 " must, %" PRIu64 " should; %" PRIu64 " packets of %u connections, %" PRIu64 " judgements\n",
        a->broken[CF_BY_MUST], a->broken[CF_BY_SHOULD], a->packets, c->conns.count, judged);
}

static void put_finding_json(cf_json *j, const cf_finding *f, const cf_capture *c)
{
    char name[120];
    const cf_rule_of_audit *r = &cf_rules_of_audit[f->rule];
    cf_conn_name(&c->conns.items[f->conn], name, sizeof name);
    cf_json_object(j, NULL);
    cf_json_string(j, "rule", cf_rule_of_audit_name(f->rule));
    cf_json_string(j, "class", class_name[r->class]);
    cf_json_string(j, "oracle", r->oracle);
    cf_json_string(j, "requirement", r->requirement);
    cf_json_string(j, "connection", name);
    cf_json_string(j, "end", end_name[f->dir]);
    cf_json_uint(j, "frame", f->frame);
    cf_json_int(j, "at_ns", f->at_ns);
    cf_json_string(j, "text", f->text);
    cf_json_end(j);
}

void cf_audit_json(cf_json *j, const cf_audit *a, const cf_capture *c)
{
    cf_json_uint(j, "packets", a->packets);
    cf_json_uint(j, "connections", c->conns.count);
    cf_json_uint(j, "lossy", a->lossy);
    cf_json_object(j, "counts");
    for (int i = 0; i < CF_BY_CLASSES; i++) cf_json_uint(j, class_name[i], a->broken[i]);
    cf_json_end(j);
    cf_json_object(j, "rules");
    for (int i = 0; i < CF_RULES_OF_AUDIT; i++) {
        cf_json_object(j, cf_rule_of_audit_name((cf_rule_id)i));
        cf_json_uint(j, "judged", a->judged[i]);
        cf_json_uint(j, "broken", a->by_rule[i]);
        cf_json_uint(j, "suspected", a->suspected[i]);
        cf_json_end(j);
    }
    cf_json_end(j);
    cf_json_array(j, "findings");
    for (uint32_t i = 0; i < a->count; i++) put_finding_json(j, &a->finding[i], c);
    cf_json_end(j);
}
