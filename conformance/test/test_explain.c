#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "../target/target.h"
#include "fixture.h"

static cf_test items[] = {{.id = (char[]){"close/fin"},
                           .path = (char[]){"/x/close/fin.pkt"},
                           .shipped = true,
                           .title = (char[]){"A FIN is acknowledged"},
                           .spec = (char[]){"MUST-13 (MUST)"},
                           .bug = (char[]){"CVE-1, lwIP-2"}}};
static cf_tests tests = {items, 1, 1};

typedef struct {
    const char *word;
    cf_reqs reqs;
    bool found;
    int way;
} question;

static void ask(void *stream, void *ctx)
{
    question *q = ctx;
    q->found = q->way == 0   ? cf_explain_requirement(stream, &q->reqs, &tests, q->word)
               : q->way == 1 ? cf_explain_script(stream, &q->reqs, &tests, q->word)
               : q->way == 2 ? cf_explain_state(stream, TCPROVE_SPEC_DIR, &tests, q->word)
               : q->way == 3 ? cf_explain_reason(stream, q->word)
                             : cf_explain_audit(stream, &q->reqs, q->word);
}

static const char *answer(int way, const char *word, bool *found)
{
    char why[300];
    question q = {.word = word, .way = way};
    if (!cf_reqs_load(&q.reqs, TCPROVE_SPEC_DIR, why, sizeof why)) CHECK_FAIL("%s", why);
    const char *text = written_by(ask, &q);
    *found = q.found;
    cf_reqs_free(&q.reqs);
    return text;
}

TEST(a_requirement_is_told_with_its_rule_and_its_tests)
{
    bool found;
    const char *text = answer(0, "MUST-13", &found);
    CHECK(found);
    CHECK(strstr(text, "RFC9293-MUST-13   RFC 9293 3.6.1   MUST") != NULL);
    CHECK(strstr(text, "close/fin") != NULL);
    CHECK(strstr(answer(0, "MUST-14", &found), "no shipped script cites it") != NULL);
}

TEST(a_document_is_told_as_the_list_of_its_requirements)
{
    bool found;
    const char *text = answer(0, "RFC1337", &found);
    CHECK(found);
    CHECK(strstr(text, "RFC1337-ignore-rst") != NULL);
    CHECK(strstr(text, "3 requirements, 0 of them cited") != NULL);
    answer(0, "RFC99999", &found);
    CHECK(!found);
}

TEST(a_script_is_told_with_the_rule_behind_it)
{
    bool found;
    const char *text = answer(1, "close/fin", &found);
    CHECK(found);
    CHECK(strstr(text, "A FIN is acknowledged") != NULL);
    CHECK(strstr(text, "ipv4-mapped-ipv6") != NULL);
    CHECK(strstr(text, "RFC9293-MUST-13 (MUST, RFC 9293 3.6.1)") != NULL);
    CHECK(strstr(text, "  bug        CVE-1, lwIP-2\n") != NULL);
    answer(1, "close", &found);
    CHECK(!found);
}

TEST(a_state_is_told_with_what_leads_out_and_in)
{
    bool found;
    const char *text = answer(2, "time_wait", &found);
    CHECK(found);
    CHECK(strstr(text, "in TIME-WAIT\n") != NULL);
    CHECK(strstr(text, "into TIME-WAIT\n") != NULL);
    CHECK(strstr(text, "explain EV-TIME_WAIT") != NULL);
    answer(2, "SLEEPING", &found);
    CHECK(!found);
}

TEST(a_drop_reason_of_the_reference_stack_is_told)
{
    bool found;
    const char *name, *text, *rfc;
    const cf_target_ops *ref = cf_target_find("ref");
    CHECK(ref->reason(0, &name, &text, &rfc));
    CHECK(strstr(answer(3, name, &found), text) != NULL);
    CHECK(found);
    answer(3, "NO_SUCH_REASON", &found);
    CHECK(!found);
}

TEST(a_rule_of_audit_is_told_by_its_name_and_by_its_oracle)
{
    bool found;
    const char *text = answer(4, "no-backoff", &found);
    CHECK(found);
    CHECK(strstr(text, "no-backoff   a rule of `tcprove audit`, MUST; oracle O14 of the fuzzers\n") != NULL);
    CHECK(strstr(text, "RFC6298-backoff (MUST, RFC 6298 5.5)") != NULL);
    text = answer(4, "o22", &found);
    CHECK(strstr(text, "ack-beyond ") != NULL);
    CHECK(strstr(text, "\nack-back ") != NULL);
    answer(4, "O99", &found);
    CHECK(!found);
}
