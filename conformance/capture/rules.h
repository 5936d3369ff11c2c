/* rules.h — is a difference allowed? A table decides: the first row that fits gives the class, what it rests on, and
 * why.
 *
 * diff-rules.tsv has the columns kind, field, condition, class, cite, reason:
 *   kind       missing extra moved field time connection call info outcome, or *
 *   field      field: a name of fields.h; call: result errno output time count; info: a name of TCP_INFO; outcome: what
 *              the first run to end failed by (payload, time, call, code, ... : run/result.h, signature); else *
 *   condition  words that must all hold, separated by blanks, '!' before one turns it round; "*" none. The words are
 * the rows of condition.def. Some take a limit: "late<=500ms", "late<=13%", "by<=1" class      choice should must cite
 * requirement ids, sysctl names, separated by blanks What no row fits is unexplained: a rule that allows something says
 * under which conditions. */
#ifndef CF_CAPTURE_RULES_H
#define CF_CAPTURE_RULES_H

#include "../spec/tsv.h"
#include "fields.h"
#include "trail.h"

typedef enum {
    CF_D_MISSING,
    CF_D_EXTRA,
    CF_D_MOVED,
    CF_D_FIELD,
    CF_D_TIME,
    CF_D_CONNECTION,
    CF_D_CALL,    /* the result of a system call */
    CF_D_INFO,    /* TCP_INFO at the end */
    CF_D_OUTCOME, /* the verdict on the run */
    CF_D_KINDS
} cf_diff_kind;
typedef enum { CF_DC_CHOICE, CF_DC_SHOULD, CF_DC_MUST, CF_DC_UNEXPLAINED, CF_DC_COUNT } cf_diff_class;
const char *cf_diff_kind_name(cf_diff_kind k);
const char *cf_diff_class_name(cf_diff_class c);

/* What a rule is asked about. */
typedef struct cf_diff_facts {
    cf_diff_kind kind;
    const char *field; /* as in the table; "" when the kind has none */
    int64_t x, y;      /* the two values as numbers; 0 when they are none */
    bool absent[2];    /* it is not there at all in a, in b */
    bool script;       /* both sides ran the same script under the same settings */
    /* packets */
    const cf_seg *a, *b;     /* NULL: not there */
    const cf_place *pa, *pb; /* where they stand in their captures; with a and b */
    const cf_view *va, *vb;  /* FIELD */
    int64_t late_ns;         /* TIME, MOVED: how much later in b; negative: earlier */
    int64_t pause_ns;        /* TIME: from the packet before, in b */
    bool covered;            /* the other side says the same, apart_ns later (negative: earlier) */
    bool more;               /* the side whose packet says less sends the next bytes within 10 ms */
    bool unacked;            /* its bytes are not acknowledged on the other side for another second */
    bool ending;             /* the other run ended before a timer of it that is a little late could have run out */
    bool acked;              /* its bytes are acknowledged on the other side, acked_ns later */
    int64_t apart_ns, acked_ns;
    bool told;         /* INFO, OUTCOME: it follows from a difference that was told already */
    bool with_digests; /* INFO: segments are signed */
    bool near;         /* OUTCOME: times in TCP_INFO were equal only within the tolerance */
} cf_diff_facts;

enum { CF_RULE_TESTS = 10 };
typedef struct cf_rule_test {
    uint8_t which;
    bool turned, percent;
    int64_t limit; /* ns, per cent, or a plain number */
} cf_rule_test;
typedef struct cf_rule {
    int kind;          /* -1: any */
    const char *field; /* NULL: any */
    cf_rule_test test[CF_RULE_TESTS];
    uint32_t tests;
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
