#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../spec/req.h"
#include "fixture.h"

static cf_reqs *reqs(void)
{
    static cf_reqs r;
    char why[300];
    if (!r.count && !cf_reqs_load(&r, TCPROVE_SPEC_DIR, why, sizeof why)) CHECK_FAIL("%s", why);
    return &r;
}

TEST(the_tables_hold_all_labels_of_rfc_9293)
{
    static const struct {
        const char *kind;
        int last;
    } labels[] = {{"MUST", 69}, {"SHLD", 31}, {"MAY", 18}, {"REC", 1}};
    for (size_t k = 0; k < 4; k++)
        for (int i = 1; i <= labels[k].last; i++) {
            char id[32];
            snprintf(id, sizeof id, "%s-%d", labels[k].kind, i);
            if (!cf_reqs_find(reqs(), id)) CHECK_FAIL("%s is missing", id);
        }
}

TEST(ids_are_different_and_every_row_has_a_level_a_title_and_a_rule)
{
    const cf_reqs *r = reqs();
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_req *q = &r->items[i];
        if (cf_reqs_find(r, q->id) != q) CHECK_FAIL("%s is there twice", q->id);
        if (!*q->level || !*q->title || !*q->paraphrase) CHECK_FAIL("%s is not complete", q->id);
    }
}

TEST(a_requirement_is_found_by_its_full_and_by_its_short_name)
{
    CHECK(cf_reqs_find(reqs(), "MUST-13") != NULL);
    CHECK(cf_reqs_find(reqs(), "MUST-13") == cf_reqs_find(reqs(), "rfc9293-must-13"));
    CHECK_STR(cf_reqs_find(reqs(), "MUST-13")->id, "RFC9293-MUST-13");
    CHECK_STR(cf_reqs_find(reqs(), "MUST-13")->doc, "RFC 9293");
    CHECK_STR(cf_reqs_find(reqs(), "RFC7323-ts-rst")->doc, "RFC 7323");
    CHECK(cf_reqs_find(reqs(), "MUST-130") == NULL);
    CHECK(cf_reqs_find(reqs(), "S03") != NULL);
}

TEST(a_name_covers_what_continues_it_after_a_dash)
{
    CHECK(cf_req_covers("RFC7323", "RFC7323-ts-rst"));
    CHECK(!cf_req_covers("RFC732", "RFC7323-ts-rst"));
    CHECK(cf_req_covers("RFC9293", "MUST-13"));
    CHECK(cf_req_covers("RFC9293", "RFC9293-EV-LISTEN-SYN-1"));
    CHECK(!cf_req_covers("RFC9293", "RFC7323-ts-rst"));
    CHECK(cf_req_covers("MUST-13", "RFC9293-MUST-13"));
    CHECK(!cf_req_covers("MUST-1", "MUST-13"));
    CHECK(cf_req_covers("EV-LISTEN", "RFC9293-EV-LISTEN-SYN-1"));
    CHECK(!cf_req_covers("", "MUST-13"));
}

TEST(words_that_are_requirements_are_told_from_paths)
{
    static const char *const yes[] = {"RFC7323", "MUST-13", "EV-LISTEN-SYN-1", "LNX-wscale-10", "S03"};
    static const char *const no[] = {"close", "handshake/syn", "RFCx", "S3", "S033", "MUSTARD"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (!cf_req_is_name(yes[i])) CHECK_FAIL("%s is a requirement", yes[i]);
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (cf_req_is_name(no[i])) CHECK_FAIL("%s is no requirement", no[i]);
}

TEST(levels_are_weighed_by_their_key_word)
{
    CHECK_EQ(cf_req_weight("MUST NOT"), 3);
    CHECK_EQ(cf_req_weight("RECOMMENDED"), 2);
    CHECK_EQ(cf_req_weight("MAY"), 1);
    CHECK_EQ(cf_req_weight("DEF"), 0);
    CHECK_EQ(cf_req_weight(NULL), 0);
}

TEST(a_folder_without_tables_is_refused_with_the_name_of_the_file)
{
    cf_reqs r;
    char why[300];
    CHECK(!cf_reqs_load(&r, "/nowhere", why, sizeof why));
    CHECK(strstr(why, "rfc9293.tsv") != NULL);
}

TEST(a_reason_belongs_to_one_row_that_there_is)
{
    static const char head[] = "id\trfc\tsection\tlevel\ttitle\tparaphrase\n", none[] = "id\treason\nRFC1-b\twhy\n",
                      twice[] = "id\treason\nRFC1-a\twhy\nRFC1-a\tagain\n", good[] = "id\treason\nRFC1-a\twhy\n";
    cf_reqs r;
    char why[300];
    tree_new();
    tree_put("rfc9293.tsv", head);
    tree_put("behaviours.tsv", head);
    tree_put("extensions.tsv", "id\trfc\tsection\tlevel\ttitle\tparaphrase\nRFC1-a\tRFC 1\t1\tMUST\ta\ta\n");
    tree_put("untested.tsv", none);
    CHECK(!cf_reqs_load(&r, tree_path(""), why, sizeof why));
    CHECK(strstr(why, "untested.tsv:2: \"RFC1-b\" is no requirement") != NULL);
    tree_put("untested.tsv", twice);
    CHECK(!cf_reqs_load(&r, tree_path(""), why, sizeof why));
    CHECK(strstr(why, "untested.tsv:3: \"RFC1-a\" is there twice") != NULL);
    tree_put("untested.tsv", good);
    CHECK(cf_reqs_load(&r, tree_path(""), why, sizeof why));
    CHECK_STR(cf_reqs_find(&r, "RFC1-a")->untested, "why");
    cf_reqs_free(&r);
    tree_free();
}
