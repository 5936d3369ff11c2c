/* report.h — what came out, in the forms that people and machines want.
 *
 * Every report is a pure function of cf_report: no clock, no file but the one it writes to, the same input gives the
 * same bytes. The command line fills cf_report; colour and width are decided there. */
#ifndef CF_REPORT_REPORT_H
#define CF_REPORT_REPORT_H

#include "../run/result.h"
#include "../spec/req.h"

typedef enum {
    CF_S_NONE,     /* as expected */
    CF_S_WORSE,    /* went wrong, not listed */
    CF_S_PASS,     /* listed as something worse, and passed */
    CF_S_DIFFERENT /* listed, but went another way */
} cf_surprise;

/* One run and what was expected of it. All pointers are borrowed. */
typedef struct cf_entry {
    const cf_result *r;
    cf_surprise surprise;
    const char *expected;  /* outcome: "pass", or what the expectation file lists */
    const char *listed_at; /* "lwip.expect:4"; NULL when not listed */
    const char *listed_signature, *listed_reason;
    const cf_source *src; /* the script, when it could be read and something went wrong; else NULL */
    const char *again;    /* command line that runs it again; NULL: none */
    const char *said;     /* what was printed during the run; NULL: nothing */
} cf_entry;

typedef struct cf_report {
    const char *version; /* "0.1" */
    const char *target;  /* "ref (in process, virtual time)" */
    const char *preset;  /* NULL: not said */
    uint64_t seed;
    const cf_entry *entries;
    uint32_t count;
    uint32_t scripts;     /* how many different scripts */
    int64_t elapsed_us;   /* real time of the whole run; only people's reports show it */
    const cf_reqs *reqs;  /* NULL: rules are not shown */
    bool colour, verbose; /* verbose: all failures in full, and stories of passing runs */
} cf_report;

/* ---------- summary.c ---------- */
typedef struct cf_counts {
    uint32_t outcome[CF_OUTCOMES];
    uint32_t must, should, other; /* of those that passed (lax included) */
    uint32_t known;               /* fail, error, unsteady as listed */
    uint32_t surprises;
    int64_t virtual_us;
} cf_counts;
cf_counts cf_count(const cf_report *rep);
/* The level of a run: its own, else that of the strongest requirement it cites; "" when unknown. */
const char *cf_level(const cf_report *rep, const cf_result *r);
/* Calls fn for each requirement id of a result's spec line. */
void cf_each_spec(const cf_result *r, void (*fn)(void *ctx, const char *id), void *ctx);
/* "6 h 12 m", "3 m 20 s", "4.21 s", "610 us". Returns buf. */
const char *cf_duration(char *buf, size_t cap, int64_t us);

/* ---------- for people: tty.c, tty_fail.c ---------- */
void cf_report_tty(FILE *out, const cf_report *rep);
/* Only what went wrong and the last line. */
void cf_report_quiet(FILE *out, const cf_report *rep);
/* One failure in full. others: further variants that went the same way, "@ipv6 ..."; may be "". */
void cf_report_failure(FILE *out, const cf_report *rep, const cf_entry *e, const char *others);
/* The story of a run, all of it. */
void cf_report_story(FILE *out, const cf_result *r, uint32_t last_lines, bool colour);

/* ---------- for machines ---------- */
void cf_report_jsonl(FILE *out, const cf_report *rep); /* result.schema.json */
void cf_report_tap(FILE *out, const cf_report *rep);   /* TAP 14 */
void cf_report_junit(FILE *out, const cf_report *rep);
void cf_report_github(FILE *out, const cf_report *rep); /* workflow annotations */

#endif
