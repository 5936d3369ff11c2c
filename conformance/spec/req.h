/* req.h — the requirement tables: what the documents ask of a TCP, one row each.
 *
 * rfc9293.tsv holds the labelled requirements of RFC 9293 (MUST-1 ...) and its state x event rows (EV-...);
 * extensions.tsv those of the companions; behaviours.tsv (S01 ...) what a
 * user of TCP sees of them. Here every id is full: "RFC9293-MUST-13", "RFC5961-rst-exact". The short form
 * of the first table
 * ("MUST-13") is understood wherever an id is taken. untested.tsv says of some rows why no script tests them.
 *
 * Life: cf_reqs_load -> look-ups -> cf_reqs_free. Rows are lent until cf_reqs_free. */
#ifndef CF_SPEC_REQ_H
#define CF_SPEC_REQ_H

#include "tsv.h"

typedef struct cf_req {
    const char *id;  /* full */
    const char *doc; /* "RFC 9293" */
    const char *section, *level, *title, *paraphrase, *observable;
    const char *recipe;   /* stimulus and expectation */
    const char *priority; /* "1" first, to "3"; "" where the table has none */
    const char *untested; /* why there is no script for it; NULL when nothing is said */
} cf_req;

typedef struct cf_reqs {
    cf_tsv table[4];
    char **ids; /* the built full ids; owned */
    uint32_t ids_count;
    cf_req *items; /* in table order */
    uint32_t count;
} cf_reqs;

/* Reads the tables of the folder; untested.tsv may be missing. False with the reason in why. */
bool cf_reqs_load(cf_reqs *r, const char *dir, char *why, size_t why_cap);
void cf_reqs_free(cf_reqs *r);
/* By full or short id, letter case ignored; NULL if there is none. */
const cf_req *cf_reqs_find(const cf_reqs *r, const char *id);
/* Does the name cover the id? A name covers itself, and what continues it after a '-': "RFC7323" covers
 * "RFC7323-ts-rst", "RFC9293-EV-LISTEN" covers "RFC9293-EV-LISTEN-SYN-1". Short forms on either side; letter case
 * ignored. */
bool cf_req_covers(const char *name, const char *id);
/* Does the word look like a requirement or a document, as "MUST-13", "RFC7323", "EV-LISTEN" and "S03" do? */
bool cf_req_is_name(const char *word);
/* 3 MUST, 2 SHOULD, 1 MAY, 0 everything else. "MUST NOT", "REQUIRED", "RECOMMENDED", ... count as their kind. */
int cf_req_weight(const char *level);

#endif
