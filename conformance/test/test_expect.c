#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/expect.h"
#include "fixture.h"

static bool read_text(cf_expect *e, cf_diags *d, const char *text)
{
    memset(e, 0, sizeof *e);
    memset(d, 0, sizeof *d);
    tree_new();
    bool ok = cf_expect_read(e, tree_put("lwip.expect", text), d);
    tree_free();
    return ok;
}

static cf_verdict_kind judge(cf_expect *e, const char *id, const char *variant, cf_outcome o, const char *signature)
{
    cf_result r = {.id = (char *)(uintptr_t)id, .variant = (char *)(uintptr_t)variant, .outcome = o};
    snprintf(r.signature, sizeof r.signature, "%s", signature);
    return cf_expect_judge(e, &r).kind;
}

static const char good[] = "# known\n"
                           "fail  loss/rto/first   @*     time line 14   500 ms slow timer; by design\n"
                           "lax\toptions/mss\t@ipv6\tfield opt.mss\tsends 536\n"
                           "n/a   sack/**          @*     needs sack     not in 2.2\n";

TEST(what_went_wrong_as_listed_is_expected)
{
    cf_expect e;
    cf_diags d;
    CHECK(read_text(&e, &d, good));
    CHECK_EQ(judge(&e, "loss/rto/first", "ipv4", CF_FAIL, "time line 14"), CF_V_EXPECTED);
    CHECK_EQ(judge(&e, "options/mss", "ipv6", CF_LAX, "field opt.mss"), CF_V_EXPECTED);
    CHECK_EQ(judge(&e, "sack/a/b", "ipv4", CF_NA, "needs sack"), CF_V_EXPECTED);
    CHECK(e.items[2].used);
    cf_expect_free(&e);
}

TEST(a_listed_test_that_passes_is_a_surprise)
{
    cf_expect e;
    cf_diags d;
    CHECK(read_text(&e, &d, good));
    CHECK_EQ(judge(&e, "loss/rto/first", "ipv4", CF_PASS, ""), CF_V_UNEXPECTED_PASS);
    cf_expect_free(&e);
}

TEST(another_signature_or_outcome_than_listed_is_a_surprise)
{
    cf_expect e;
    cf_diags d;
    CHECK(read_text(&e, &d, good));
    CHECK_EQ(judge(&e, "loss/rto/first", "ipv4", CF_FAIL, "time line 15"), CF_V_DIFFERENT);
    CHECK_EQ(judge(&e, "loss/rto/first", "ipv4", CF_RUN_ERROR, "time line 14"), CF_V_DIFFERENT);
    cf_expect_free(&e);
}

TEST(what_is_not_listed_must_not_go_wrong)
{
    cf_expect e;
    cf_diags d;
    CHECK(read_text(&e, &d, good));
    CHECK_EQ(judge(&e, "options/mss", "ipv4", CF_FAIL, "field opt.mss"), CF_V_UNEXPECTED);
    CHECK_EQ(judge(&e, "close/fin", "ipv4", CF_RUN_ERROR, "crash SIGSEGV"), CF_V_UNEXPECTED);
    CHECK_EQ(judge(&e, "close/fin", "ipv4", CF_UNSTEADY, "unsteady"), CF_V_UNEXPECTED);
    CHECK_EQ(judge(&e, "close/fin", "ipv4", CF_PASS, ""), CF_V_EXPECTED);
    CHECK_EQ(judge(&e, "close/fin", "ipv4", CF_NA, "needs ecn"), CF_V_EXPECTED);
    cf_expect_free(&e);
}

static void refuses(const char *text, const char *words)
{
    cf_expect e;
    cf_diags d;
    bool ok = read_text(&e, &d, text);
    bool told = d.errors > 0 && strstr(d.items[0].msg, words);
    cf_diags_free(&d);
    cf_expect_free(&e);
    if (ok || !told) CHECK_FAIL("\"%s\" should be refused with \"%s\"", text, words);
}

TEST(lines_that_say_too_little_or_nonsense_are_refused)
{
    refuses("fail  a/b  @*  sig\n", "five columns, this line has 4");
    refuses("fail a/b @* sig reason\n", "this line has 1");
    refuses("maybe  a/b  @*  sig  why\n", "unknown outcome");
    refuses("pass  a/b  @*  sig  why\n", "cannot be listed");
    refuses("fail  a/b  ipv4  sig  why\n", "must name a variant");
    refuses("fail  a/b  @*  s1  why\nfail  a/b  @*  s2  why\n", "listed twice");
}

TEST(a_file_that_cannot_be_read_is_refused_with_its_name)
{
    cf_expect e = {0};
    cf_diags d = {0};
    CHECK(!cf_expect_read(&e, "/nowhere/x.expect", &d));
    CHECK(strstr(d.items[0].msg, "/nowhere/x.expect") != NULL);
    cf_diags_free(&d);
    cf_expect_free(&e);
}
