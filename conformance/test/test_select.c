#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/select.h"
#include "fixture.h"

#define BODY "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"

static char why[600];

static void plant(void)
{
    tree_new();
    tree_put("scripts/close/fin.pkt", "//: title: A FIN is acknowledged\n//: spec: MUST-13 (MUST)\n" BODY);
    tree_put("scripts/close/time-wait/rst.pkt",
             "//: title: A RST does not end TIME-WAIT\n//: spec: RFC1337-ignore-rst (SHOULD)\n//: needs: sack\n" BODY);
    tree_put("scripts/rst/listen.pkt", "//: title: A RST to a listener is ignored\n//: spec: EV-LISTEN-RST-1 (MUST)\n"
                                       "//: bug: CVE-1-2, lwIP-ab+cd\n" BODY);
    tree_put("scripts/bugs/old.pkt", "//: title: Old\n//: bug: lwIP-ef\n//: family: ipv4\n" BODY);
    tree_put("scripts/rst/only-v6.pkt", "//: title: Over IPv6 too\n" BODY);
    tree_put("else/deep/one.pkt", BODY);
    tree_put("empty/readme.txt", "");
}

/* "id@variant ..." of what the words (separated by '|') select, or "!" and the message. */
static const char *pick(const char *words, unsigned variants)
{
    static char text[2000];
    char copy[400], *list[8];
    uint32_t n = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *w = copy; w && *w && n < 8;) {
        list[n++] = w;
        w = strchr(w, '|');
        if (w) *w++ = '\0';
    }
    cf_selection s;
    snprintf(text, sizeof text, "!");
    char root[200];
    snprintf(root, sizeof root, "%s", tree_path("scripts"));
    if (cf_select(&s, root, (const char *const *)list, n, variants, why, sizeof why)) {
        text[0] = '\0';
        for (uint32_t i = 0; i < s.count; i++) {
            size_t len = strlen(text);
            snprintf(text + len, sizeof text - len, "%s%s@%s", i ? " " : "", s.picks[i].test->id,
                     s.picks[i].variant->name);
        }
    }
    cf_selection_free(&s);
    return text;
}

static void selects(const char *words, unsigned variants, const char *want)
{
    plant();
    char got[2000];
    snprintf(got, sizeof got, "%s", pick(words, variants));
    tree_free();
    if (strcmp(got, want) != 0) CHECK_FAIL("\"%s\" selects \"%s\", expected \"%s\" (%s)", words, got, want, why);
}

TEST(no_word_selects_every_shipped_script_in_every_variant_that_fits)
{
    selects("", 7,
            "bugs/old@ipv4 close/fin@ipv4 close/fin@ipv6 close/fin@ipv4-mapped-ipv6 "
            "close/time-wait/rst@ipv4 close/time-wait/rst@ipv6 close/time-wait/rst@ipv4-mapped-ipv6 "
            "rst/listen@ipv4 rst/listen@ipv6 rst/listen@ipv4-mapped-ipv6 rst/only-v6@ipv6");
}

TEST(names_select_by_folder_id_pattern_and_variant)
{
    selects("close", 1, "close/fin@ipv4 close/time-wait/rst@ipv4");
    selects("close/fin", 1, "close/fin@ipv4");
    selects("close/fin@ipv6", 7, "close/fin@ipv6");
    selects("close/fin@*", 3, "close/fin@ipv4 close/fin@ipv6");
    selects("**/rst", 1, "close/time-wait/rst@ipv4");
}

TEST(requirements_select_the_scripts_that_cite_them)
{
    selects("RFC9293-MUST-13", 1, "close/fin@ipv4");
    selects("MUST-13", 1, "close/fin@ipv4");
    selects("RFC1337", 1, "close/time-wait/rst@ipv4");
    selects("RFC9293", 1, "close/fin@ipv4 rst/listen@ipv4");
    selects("EV-LISTEN", 1, "rst/listen@ipv4");
}

TEST(bugs_select_the_scripts_that_name_them_wherever_they_stand)
{
    selects("bugs", 1, "bugs/old@ipv4 rst/listen@ipv4");
    selects("bugs/", 1, "bugs/old@ipv4 rst/listen@ipv4");
    selects("bugs/CVE-1-2", 3, "rst/listen@ipv4 rst/listen@ipv6");
    selects("bugs/lwIP-*", 1, "bugs/old@ipv4 rst/listen@ipv4");
    selects("bugs/lwIP-ab+cd@ipv6", 7, "rst/listen@ipv6");
    selects("bugs/lwIP-ab", 1, "!");
}

TEST(names_add_up_and_filters_cut_down)
{
    selects("close|RFC9293", 1, "close/fin@ipv4 close/time-wait/rst@ipv4 rst/listen@ipv4");
    selects("close|level:must", 1, "close/fin@ipv4");
    selects("level:SHOULD", 1, "close/time-wait/rst@ipv4");
    selects("close|-needs:sack", 1, "close/fin@ipv4");
    selects("state:listen|event:RST", 1, "rst/listen@ipv4");
    selects("title:listener", 1, "rst/listen@ipv4");
    selects("spec:RFC1337|-family:ipv4", 7, "!");
}

TEST(a_word_that_is_no_name_selects_by_title)
{
    selects("acknowledged", 1, "close/fin@ipv4");
}

TEST(paths_select_scripts_outside)
{
    plant();
    char word[300], got[2000];
    snprintf(word, sizeof word, "%s", tree_path("else"));
    snprintf(got, sizeof got, "%s", pick(word, 1));
    CHECK_STR(got, "else/deep/one@ipv4");
    snprintf(word, sizeof word, "%s@ipv6", tree_path("else/deep/one.pkt"));
    snprintf(got, sizeof got, "%s", pick(word, 7));
    CHECK(strstr(got, "else/deep/one@ipv6") != NULL);
    snprintf(word, sizeof word, "%s", tree_path("scripts/close/fin.pkt"));
    snprintf(got, sizeof got, "%s", pick(word, 1));
    CHECK_STR(got, "close/fin@ipv4");
    tree_free();
}

static void refuses(const char *words, const char *message)
{
    plant();
    char got[2000];
    snprintf(got, sizeof got, "%s", pick(words, 7));
    tree_free();
    if (strcmp(got, "!") != 0 || !strstr(why, message)) CHECK_FAIL("\"%s\" gives \"%s\" with \"%s\"", words, got, why);
}

TEST(a_word_that_means_nothing_is_an_error_with_the_nearest_names)
{
    refuses("clsoe", "close");
    refuses("close|zzzzzz", "nothing is named \"zzzzzz\"");
    refuses("close/fn", "close/fin");
    refuses("RFC1338", "RFC1337");
}

TEST(words_that_are_wrong_in_themselves_are_told)
{
    refuses("lvel:MUST", "unknown filter");
    refuses(" ", "an empty word selects nothing");
    refuses("close| ", "an empty word selects nothing");
    refuses("level:", "has no value");
    refuses("close/fin@ipv5", "unknown variant \"ipv5\"");
    refuses("@ipv6", "names no script before the '@'; for all of them in one variant: --variants ipv6");
    refuses("@", "--variants ipv4");
    refuses("./no/such.pkt", "no such file");
    refuses("close|level:MAY", "no script passes all filters");
}

TEST(a_folder_without_scripts_is_told)
{
    plant();
    char word[300];
    snprintf(word, sizeof word, "%s", tree_path("empty"));
    pick(word, 7);
    tree_free();
    CHECK(strstr(why, "there is no .pkt file in it") != NULL);
}
