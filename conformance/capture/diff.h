/* diff.h — two captures compared: the differences, each with its class and reason, and the packets around them.
 *
 *     cf_diff_opts o = cf_diff_defaults();
 *     o.rules = &rules;
 *     cf_diff d;
 *     cf_diff_captures(&d, &a, &b, &o);          captures from capture.h, from files or from memory
 *     if (!cf_diff_equal(&d)) cf_diff_text(&out, &d, &show);
 *     cf_diff_free(&d);
 *
 * Connections are paired (pair.h), their packets aligned (align.h), then compared as views (view.h). Counts are of all
 * differences; the first `keep` of them are kept in detail with the packets around them. */
#ifndef CF_CAPTURE_DIFF_H
#define CF_CAPTURE_DIFF_H

#include "capture.h"
#include "rules.h"

typedef struct cf_diff_opts {
    const cf_rules *rules; /* NULL: everything is unexplained */
    bool bytes_only;       /* segmentation does not matter; captures must be read with rolling */
    bool no_time;          /* times are not compared */
    bool script;           /* both are runs of one script under the same settings (rules ask) */
    int64_t until_ns;      /* > 0: packets after this time are left out on both sides: one run had ended */
    bool ended[2];       /* a, b: that run ended early. What only the other has after its last packet is left out ... */
    int64_t end_ns[2];   /* when the runs ended; 0: not known */
    bool waited;         /* ... but for the first of it: the run ended because that did not come */
    int64_t time_ns;     /* times differ when they are further apart than this ... */
    double time_percent; /* ... and than this part of the pause before the packet */
    uint32_t keep;
} cf_diff_opts;
cf_diff_opts cf_diff_defaults(void); /* 10 ms, 5 %, 2000 kept */

typedef struct cf_difference {
    cf_diff_kind kind;
    cf_diff_class class;
    const cf_rule *rule; /* NULL: unexplained; lent from the rules */
    const char *field;   /* static; "" but for FIELD */
    char a[100], b[100];
} cf_difference;
/* Class and reason of what the facts tell; the two values are left empty. */
cf_difference cf_difference_of(const cf_rules *rules, const cf_diff_facts *f);

/* One line of the ladder: the same packet on both sides, or a packet of one. Texts are owned, NULL: not there. */
typedef struct cf_diff_row {
    char from; /* '>' from the client, '<' from the server */
    bool gap;  /* equal packets before it are not shown */
    bool moved;
    char *a, *b;
    int64_t a_ns, b_ns; /* since the first packet of the connection */
    uint64_t a_number, b_number;
    uint32_t first, count; /* differences */
} cf_diff_row;

/* A pair of connections with differences, or a connection without a partner. */
typedef struct cf_diff_pair {
    char a[120], b[120]; /* "" when there is none */
    uint64_t a_packets, b_packets;
    uint32_t first_row, rows;
    uint64_t counts[CF_DC_COUNT];
} cf_diff_pair;

typedef struct cf_diff {
    char *a, *b; /* paths */
    uint64_t a_packets, b_packets;
    uint32_t connections, equal_connections; /* pairs and the unpaired; those without difference */
    uint64_t counts[CF_D_KINDS][CF_DC_COUNT];
    bool damaged[2];   /* a, b: the file ends in something that is no packet; what came before was compared */
    uint64_t not_kept; /* differences counted only */
    bool with_digests; /* segments are signed */
    bool again_told;   /* one side sends something again that the other does not, and a rule explains it */
    cf_diff_pair *pairs;
    uint32_t pair_count, pair_cap;
    cf_diff_row *rows;
    uint32_t row_count, row_cap;
    cf_difference *items;
    uint32_t count, cap;
    char *a_left_out, *b_left_out; /* lines of capture.h; "" nothing */
} cf_diff;

void cf_diff_captures(cf_diff *d, cf_capture *a, cf_capture *b, const cf_diff_opts *o);
/* Reads both files first. False with the reason in why: one of them could not be read. */
bool cf_diff_files(cf_diff *d, const char *a, const char *b, const cf_diff_opts *o, char *why, size_t why_cap);
void cf_diff_free(cf_diff *d);
bool cf_diff_equal(const cf_diff *d);
uint64_t cf_diff_class_count(const cf_diff *d, cf_diff_class c);

#endif
