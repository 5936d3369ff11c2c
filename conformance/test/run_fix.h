/* run_fix.h — running a few lines of script on the reference stack from a unit test. */
#ifndef RUN_FIX_H
#define RUN_FIX_H

#include "../../stack/test/check.h"
#include "../run/result.h"
#include "../target/target.h"

#define HANDSHAKE                                                                                                      \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                                                    \
    "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n"                                                         \
    "+0 bind(3, ..., ...) = 0\n"                                                                                       \
    "+0 listen(3, 1) = 0\n"                                                                                            \
    "+0 < S 0:0(0) win 32792 <mss 1000,sackOK,nop,nop,nop,wscale 7>\n"                                                 \
    "+0 > S. 0:0(0) ack 1 <...>\n"                                                                                     \
    "+.01 < . 1:1(0) ack 1 win 257\n"                                                                                  \
    "+0 accept(3, ..., ...) = 4\n"

static inline cf_run_opts fix_opts(void)
{
    return (cf_run_opts){.target = cf_target_find("ref"), .preset = "linux", .variant = "ipv4", .seed = 7};
}

static inline cf_result fix_run_with(const char *text, const cf_run_opts *o)
{
    cf_result r;
    cf_run_text("t.pkt", text, strlen(text), "t", o, &r);
    return r;
}

static inline cf_result fix_run(const char *text)
{
    cf_run_opts o = fix_opts();
    return fix_run_with(text, &o);
}

/* Ends the test with the message of the run if the outcome is another one. */
static inline void fix_is(cf_result *r, cf_outcome want)
{
    static char said[400];
    if (r->outcome == want) return;
    snprintf(said, sizeof said, "%s: %s", cf_outcome_name(r->outcome), r->message ? r->message : "");
    cf_result_free(r);
    CHECK_STR(said, cf_outcome_name(want));
}

/* The script comes out like this, with this in its message; then it is forgotten. */
static inline void fix_script(const char *text, cf_outcome want, const char *message)
{
    static char said[600];
    cf_result r = fix_run(text);
    fix_is(&r, want);
    snprintf(said, sizeof said, "%s", r.message ? r.message : "");
    cf_result_free(&r);
    if (message && !strstr(said, message)) CHECK_STR(said, message);
}

#endif
