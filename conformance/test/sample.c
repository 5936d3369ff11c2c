#include "sample.h"

#include <stdlib.h>
#include <string.h>

static cf_field_diff fields[] = {
    {"flags", ".", ".", "", true},
    {"seq", "1:1001", "1:1001", "", true},
    {"ack", "3001", "2001", "short by 1000 = 1 MSS", false},
    {"opt.sack", "2001:3001", "absent", "", false},
};

static char say_in[] = "R seq RCV.NXT+1, inside the window", say_sock[] = "fd 4: ECONNRESET";
static cf_story_line story[] = {
    {1210000, "in", say_in, 18},
    {1210000, "sock", say_sock, 0},
};

static cf_result results[SAMPLE_COUNT];
static cf_entry entries[SAMPLE_COUNT];
static cf_source script;
static cf_reqs reqs;

static void set(int i, const char *id, const char *variant, cf_outcome o, const char *signature, const char *message)
{
    results[i] = (cf_result){.id = (char *)(uintptr_t)id,
                             .variant = (char *)(uintptr_t)variant,
                             .target = (char *)(uintptr_t)"ref/rfc",
                             .path = (char *)(uintptr_t)"scripts/established/rst.pkt",
                             .outcome = o,
                             .message = (char *)(uintptr_t)message,
                             .spec = (char *)(uintptr_t)"RFC5961-rst-inwindow-challenge (MUST)",
                             .level = (char *)(uintptr_t)"MUST",
                             .title = (char *)(uintptr_t)"A RST in the window, not at RCV.NXT, draws a challenge ACK.",
                             .seed = 7,
                             .virtual_us = 4210000,
                             .wall_us = 610,
                             .hash = 0xabcdef,
                             .packets_in = 3,
                             .packets_out = 2,
                             .script_sha = "4be1a5d3c0ffee004be1a5d3c0ffee004be1a5d3c0ffee004be1a5d3c0ffee00"};
    snprintf(results[i].signature, sizeof results[i].signature, "%s", signature);
    bool bad = o == CF_FAIL || o == CF_RUN_ERROR || o == CF_UNSTEADY;
    entries[i] = (cf_entry){
        .r = &results[i], .surprise = bad ? CF_S_WORSE : CF_S_NONE, .expected = bad ? "pass" : cf_outcome_name(o)};
}

static void explain_failure(int i)
{
    cf_result *r = &results[i];
    r->line = 3;
    r->span = (cf_span){63, 88};
    r->hint = (char *)(uintptr_t)"the connection was reset at line 2";
    r->diff = fields;
    r->diffs = sizeof fields / sizeof *fields;
    r->script_packet = (char *)(uintptr_t)". 1:1001(1000) ack 3001 <sack 2001:3001>";
    r->wire_packet = (char *)(uintptr_t)". 1:1001(1000) ack 2001";
    r->story = story;
    r->stories = sizeof story / sizeof *story;
    entries[i].src = &script;
    entries[i].again = "tcprove run established/rst@ipv4 -v";
}

static void list(int i, const char *outcome, const char *signature)
{
    entries[i].surprise = CF_S_NONE;
    entries[i].expected = outcome;
    entries[i].listed_at = "lwip.expect:4";
    entries[i].listed_signature = signature;
    entries[i].listed_reason = "500 ms slow timer; by design";
}

static void fill(void)
{
    static const char text[] =
        "0 socket(..., SOCK_STREAM) = 3\n+.01 < R 1001:1001(0) win 0\n+0 > . 1:1001(1000) ack 3001\n";
    char why[200];
    cf_source_from(&script, "scripts/established/rst.pkt", text, sizeof text - 1);
    if (!cf_reqs_load(&reqs, TCPROVE_SPEC_DIR, why, sizeof why)) fprintf(stderr, "%s\n", why);
    set(SAMPLE_PASS, "close/fin", "ipv4", CF_PASS, "", NULL);
    set(SAMPLE_FAIL, "established/rst", "ipv4", CF_FAIL, "field ack line 3",
        "live packet field tcp_ack_seq: expected: 3001");
    set(SAMPLE_FAIL_AGAIN, "established/rst", "ipv6", CF_FAIL, "field ack line 3",
        "live packet field tcp_ack_seq: expected: 3001");
    set(SAMPLE_NA, "loss/sack", "ipv4", CF_NA, "needs sack", "needs sack");
    set(SAMPLE_ERROR, "loss/crash", "ipv4", CF_RUN_ERROR, "crash SIGSEGV",
        "the worker died of SIGSEGV (11) in this run");
    set(SAMPLE_KNOWN, "loss/rto", "ipv4", CF_FAIL, "time line 14", "timing error");
    set(SAMPLE_GOOD_NEWS, "loss/rto", "ipv6", CF_PASS, "", NULL);
    set(SAMPLE_DIFFERENT, "loss/tail", "ipv4", CF_FAIL, "field seq line 9", "live packet field tcp_seq");
    set(SAMPLE_LAX, "options/mss", "ipv4", CF_LAX, "second branch", NULL);
    set(SAMPLE_UNSTEADY, "options/ts", "ipv4", CF_UNSTEADY, "unsteady",
        "3 runs differ: pass x2, fail (time line 4) x1");
    results[SAMPLE_UNSTEADY].tries = 6;
    set(SAMPLE_SEEN, "options/win", "ipv4", CF_SEEN, "", NULL);
    explain_failure(SAMPLE_FAIL);
    explain_failure(SAMPLE_FAIL_AGAIN);
    list(SAMPLE_KNOWN, "fail", "time line 14");
    list(SAMPLE_GOOD_NEWS, "fail", "time line 14");
    entries[SAMPLE_GOOD_NEWS].surprise = CF_S_PASS;
    list(SAMPLE_DIFFERENT, "fail", "no-packet line 9");
    entries[SAMPLE_DIFFERENT].surprise = CF_S_DIFFERENT;
    entries[SAMPLE_ERROR].said = "last words\nof the worker\n";
    results[SAMPLE_LAX].level = (char *)(uintptr_t)"SHOULD";
}

static cf_report make(uint32_t count, uint32_t scripts)
{
    if (!script.text) fill();
    return (cf_report){.version = "0.1",
                       .target = "ref (in process)",
                       .preset = "rfc",
                       .seed = 7,
                       .entries = entries,
                       .count = count,
                       .scripts = scripts,
                       .elapsed_us = 900000,
                       .reqs = &reqs};
}

const cf_report *sample_report(void)
{
    static cf_report rep;
    rep = make(SAMPLE_COUNT, 9);
    return &rep;
}

const cf_report *sample_green(void)
{
    static cf_report rep;
    rep = make(1, 1);
    return &rep;
}

void sample_free(void)
{
    cf_source_free(&script);
    cf_reqs_free(&reqs);
    memset(&script, 0, sizeof script);
}
