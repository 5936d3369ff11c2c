/* rules.h — is a difference allowed? A table decides: the first row that fits gives the class, what it rests on, and
 * why.
 *
 * diff-rules.tsv has the columns kind, field, condition, class, cite, reason:
 *   kind       missing extra moved field time connection, or *
 *   field      a name of fields.h, or * (other kinds than field: *)
 *   condition  words that must all hold, separated by blanks, '!' before one turns it round; "*" none:
 *                syn synack rst fin data ack icmp    what the packet is (ack: nothing but an acknowledgment)
 *                client server                       who sent it
 *                again                               it repeats bytes sent before (either side)
 *                only-psh only-ecn                   the flags differ in nothing else
 *                a-more b-more                       the number is larger there; a-none b-none: it is 0 or absent
 *                a-late b-late                       the packet comes later there
 *                probe                               at most one byte before what was acknowledged: a probe
 *   class      choice should must
 *   cite       requirement ids, sysctl names, separated by blanks
 * What no row fits is unexplained. */
#ifndef CF_CAPTURE_RULES_H
#define CF_CAPTURE_RULES_H

#include "../spec/tsv.h"
#include "align.h"
#include "fields.h"

typedef enum { CF_D_MISSING, CF_D_EXTRA, CF_D_MOVED, CF_D_FIELD, CF_D_TIME, CF_D_CONNECTION, CF_D_KINDS } cf_diff_kind;
typedef enum { CF_DC_CHOICE, CF_DC_SHOULD, CF_DC_MUST, CF_DC_UNEXPLAINED, CF_DC_COUNT } cf_diff_class;
const char *cf_diff_kind_name(cf_diff_kind k);
const char *cf_diff_class_name(cf_diff_class c);

/* What a rule is asked about. */
typedef struct cf_diff_facts {
    cf_diff_kind kind;
    const cf_field_change *change; /* FIELD */
    const cf_seg *a, *b;           /* NULL: not there */
    int64_t late_ns;               /* TIME: how much later in b; negative: earlier */
    int64_t pause_ns;              /* TIME: from the packet before, in b */
} cf_diff_facts;

typedef struct cf_rule {
    int kind, field;  /* -1: any */
    uint32_t yes, no; /* conditions, as bits */
    cf_diff_class class;
    const char *condition, *cite, *reason; /* lent from the table */
    uint32_t line;
} cf_rule;

typedef struct cf_rules {
    cf_tsv table;
    cf_rule *items;
    uint32_t count;
} cf_rules;

/* False with place and reason in why. */
bool cf_rules_load(cf_rules *r, const char *path, char *why, size_t why_cap);
void cf_rules_free(cf_rules *r);
/* NULL: no row fits. r may be NULL: no rules. */
const cf_rule *cf_rules_find(const cf_rules *r, const cf_diff_facts *f);

#endif
