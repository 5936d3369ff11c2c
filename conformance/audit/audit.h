/* audit.h — a passive judge: was what this capture shows sent by correct TCPs? For any stack, any capture.
 *
 *     cf_audit a;
 *     cf_audit_run(&a, &capture, &opts);
 *     if (a.broken[CF_BY_MUST]) ... a.finding[i] ...
 *     cf_audit_free(&a);
 *
 * Only what is certain is said (README.md). The capture must have been read with rolling hashes (capture.h). Memory:
 * the capture's, a few kilobytes for the connection at hand, and at most CF_FINDINGS_MAX findings; further ones are
 * counted. */
#ifndef CF_AUDIT_AUDIT_H
#define CF_AUDIT_AUDIT_H

#include "../capture/capture.h"
#include "../text/json.h"

typedef enum {
#define X(name, class, oracle, requirement, text) CF_RULE_##name,
#include "rule.def"
#undef X
    CF_RULES_OF_AUDIT
} cf_rule_id;

typedef enum { CF_BY_MUST, CF_BY_SHOULD, CF_BY_CLASSES } cf_by;

typedef struct cf_rule_of_audit {
    const char *name; /* "ack-beyond" */
    cf_by class;
    const char *oracle, *requirement, *text;
} cf_rule_of_audit;
extern const cf_rule_of_audit cf_rules_of_audit[CF_RULES_OF_AUDIT];
/* "ACK_BEYOND" as people write it: "ack-beyond". Lends until the next call. */
const char *cf_rule_of_audit_name(cf_rule_id id);

/* Which ends: an address decides alone, else the role in the connection. */
typedef enum { CF_ENDS_NONE, CF_ENDS_CLIENT, CF_ENDS_SERVER, CF_ENDS_BOTH, CF_ENDS_ADDRESS } cf_which_ends;
typedef struct cf_end_choice {
    cf_which_ends which;
    uint8_t addr[16]; /* as in cf_conn */
    uint8_t family;
} cf_end_choice;

typedef struct cf_audit_opts {
    cf_end_choice side; /* whose packets are judged */
    cf_end_choice tap;  /* where the capture was taken: packets of these ends stand in it as they were sent */
    bool complete;      /* it has every packet that was there; not believed when the file says otherwise (read.h) */
} cf_audit_opts;

enum { CF_FINDINGS_MAX = 1000, CF_FINDING_TEXT = 160 };
typedef struct cf_finding {
    cf_rule_id rule;
    uint32_t conn;              /* in the capture, from 0 */
    uint64_t frame;             /* its number in the file, from 1 */
    int64_t at_ns;              /* since the start of the connection */
    uint8_t dir;                /* CF_CLIENT or CF_SERVER: whose packet */
    char text[CF_FINDING_TEXT]; /* with the numbers */
} cf_finding;

typedef struct cf_audit {
    uint64_t judged[CF_RULES_OF_AUDIT], by_rule[CF_RULES_OF_AUDIT]; /* how often, and how often broken */
    uint64_t broken[CF_BY_CLASSES];
    uint64_t packets; /* judged */
    uint32_t lossy;   /* connections of which the capture lost packets, or may have: it says that it dropped some */
    cf_finding *finding;
    uint32_t count, cap;
    uint64_t suspected[CF_RULES_OF_AUDIT]; /* not proven: one packet that the capture dropped explains it (suspect.h) */
    uint64_t occasions[CF_RULES_OF_AUDIT]; /* ... and how many such packets that takes at least */
    cf_finding *held;                      /* the first CF_FINDINGS_MAX of them; the others are in held_beyond */
    uint32_t held_count, held_cap;
    uint64_t held_beyond[CF_RULES_OF_AUDIT];
} cf_audit;

/* "client", "server", "both" or an address (IPv4, IPv6). False when text is none of these. */
bool cf_end_choice_read(cf_end_choice *out, const char *text);

void cf_audit_run(cf_audit *a, cf_capture *c, const cf_audit_opts *o);
void cf_audit_free(cf_audit *a);

/* show_audit.c: for people (all: the table of rules, and findings beyond the first of a rule), and as members of an
 * object that the caller has opened. */
void cf_audit_text(cf_buf *out, const cf_audit *a, const cf_capture *c, bool all);
void cf_audit_json(cf_json *j, const cf_audit *a, const cf_capture *c);

#endif
