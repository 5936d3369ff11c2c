#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../capture/rules.h"
#include "../packet/encode.h"
#include "../spec/req.h"
#include "../text/buf.h"
#include "fixture.h"

#define HEAD "kind\tfield\tcondition\tclass\tcite\treason\n"

static char why[400];
static cf_rules rules;

static bool load(const char *text)
{
    tree_new();
    bool ok = cf_rules_load(&rules, tree_put("r.tsv", text), why, sizeof why);
    tree_free();
    return ok;
}

static const char *asked(const cf_diff_facts *f)
{
    const cf_rule *r = cf_rules_find(&rules, f);
    return r ? r->reason : "none";
}

static const char *reason(cf_diff_kind kind, const cf_field_change *change, const cf_seg *a, const cf_seg *b)
{
    cf_diff_facts f = {.kind = kind, .field = "", .a = a, .b = b};
    if (change) {
        f.field = cf_field_name(change->field);
        f.x = change->x;
        f.y = change->y;
    }
    return asked(&f);
}

TEST(the_first_row_that_fits_decides)
{
    static const cf_seg ack = {.flags = CF_ACK}, again = {.flags = CF_ACK, .len = 5, .mark = CF_M_AGAIN},
                        syn = {.flags = CF_SYN};
    CHECK(load(HEAD "missing\t*\tack !again\tchoice\tX\tone\nmissing\t*\tagain data\tshould\tX\ttwo\n"
                    "*\t*\tsyn\tmust\tX\tthree\n"));
    CHECK_STR(reason(CF_D_MISSING, NULL, &ack, NULL), "one");
    CHECK_STR(reason(CF_D_EXTRA, NULL, NULL, &ack), "none");
    CHECK_STR(reason(CF_D_MISSING, NULL, &again, NULL), "two");
    CHECK_STR(reason(CF_D_TIME, NULL, &syn, &syn), "three");
    cf_rules_free(&rules);
}

TEST(a_field_rule_looks_at_the_field_and_at_who_has_more)
{
    static const cf_seg x = {.flags = CF_ACK, .dir = 1}, y = {.flags = CF_ACK | CF_PSH, .dir = 1};
    cf_field_change more = {.field = CF_F_WIN, .x = 5, .y = 4}, less = {.field = CF_F_WIN, .x = 4, .y = 5},
                    flags = {.field = CF_F_FLAGS, .x = 1, .y = 2};
    CHECK(load(HEAD "field\twin\ta-more server\tchoice\tX\tone\nfield\tflags\tonly-psh\tchoice\tX\ttwo\n"));
    CHECK_STR(reason(CF_D_FIELD, &more, &x, &y), "one");
    CHECK_STR(reason(CF_D_FIELD, &less, &x, &y), "none");
    CHECK_STR(reason(CF_D_FIELD, &flags, &x, &y), "two");
    cf_rules_free(&rules);
}

#define MS INT64_C(1000000)

TEST(limits_are_times_parts_of_the_pause_and_numbers)
{
    static const cf_seg ack = {.flags = CF_ACK};
    CHECK(load(HEAD "time\t*\tlate<=10%\tchoice\tX\tpart\ntime\t*\tlate<=40ms\tchoice\tX\ttime\n"
                    "info\tsnd_cwnd\tby<=1\tchoice\tX\tone\ninfo\tsnd_cwnd\tby<=50%\tshould\tX\thalf\n"));
    CHECK_STR(
        asked(&(cf_diff_facts){.kind = CF_D_TIME, .a = &ack, .b = &ack, .late_ns = 55 * MS, .pause_ns = 605 * MS}),
        "part");
    CHECK_STR(
        asked(&(cf_diff_facts){.kind = CF_D_TIME, .a = &ack, .b = &ack, .late_ns = -40 * MS, .pause_ns = 160 * MS}),
        "time");
    CHECK_STR(
        asked(&(cf_diff_facts){.kind = CF_D_TIME, .a = &ack, .b = &ack, .late_ns = 41 * MS, .pause_ns = 160 * MS}),
        "none");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_INFO, .field = "snd_cwnd", .x = 10, .y = 11}), "one");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_INFO, .field = "snd_cwnd", .x = 10, .y = 5}), "half");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_INFO, .field = "snd_cwnd", .x = 10, .y = 4}), "none");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_INFO, .field = "rto", .x = 10, .y = 11}), "none");
    cf_rules_free(&rules);
}

TEST(what_only_one_side_does_is_told_from_what_both_do)
{
    static const cf_seg data = {.flags = CF_ACK, .len = 10};
    static const cf_place in = {0}, out = {.overruns = true};
    CHECK(load(HEAD "*\t*\toverruns\tmust\tX\tover\n"));
    cf_diff_facts f = {.kind = CF_D_FIELD, .field = "win", .a = &data, .b = &data, .pa = &in, .pb = &out};
    CHECK_STR(asked(&f), "over");
    f.pa = &out;
    CHECK_STR(asked(&f), "none");
    f.b = NULL;
    f.pb = NULL;
    CHECK_STR(asked(&f), "over");
    cf_rules_free(&rules);
}

TEST(what_follows_from_something_else_is_known_by_its_facts)
{
    static const cf_seg again = {.flags = CF_ACK, .len = 5, .mark = CF_M_AGAIN};
    CHECK(load(HEAD "missing\t*\tending\tchoice\tX\tend\nmissing\t*\tagain acked<=10ms\tshould\tX\tsoon\n"
                    "info\trto\ta-fallback\tshould\tX\tthree\ninfo\t*\ttold\tshould\tX\tfollows\n"
                    "info\tsnd_mss\tsigned b-more by<=3%\tchoice\tX\tsigned\n"
                    "outcome\tcode\tnear\tchoice\tX\tticks\noutcome\tpayload\t*\tchoice\tX\tcut\n"));
    cf_diff_facts f = {.kind = CF_D_MISSING, .field = "", .a = &again, .acked_ns = 9 * MS};
    CHECK_STR(asked(&f), "none");
    f.acked = true;
    CHECK_STR(asked(&f), "soon");
    f.acked_ns = 11 * MS;
    CHECK_STR(asked(&f), "none");
    f.ending = true;
    CHECK_STR(asked(&f), "end");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_INFO, .field = "rto", .x = 3000000, .y = 208000}), "three");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_INFO, .field = "rto", .x = 208000, .y = 3000000}), "none");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_INFO, .field = "segs_out", .told = true}), "follows");
    cf_diff_facts mss = {.kind = CF_D_INFO, .field = "snd_mss", .x = 980, .y = 1000};
    CHECK_STR(asked(&mss), "none");
    mss.with_digests = true;
    CHECK_STR(asked(&mss), "signed");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_OUTCOME, .field = "code"}), "none");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_OUTCOME, .field = "code", .near = true}), "ticks");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_OUTCOME, .field = "payload"}), "cut");
    cf_rules_free(&rules);
}

TEST(a_cookie_of_zeros_is_known_among_the_options)
{
    static const cf_seg asks = {.flags = CF_SYN, .opt_len = 4, .opts = {34, 2, 1, 1}},
                        zeros = {.flags = CF_SYN, .opt_len = 9, .opts = {1, 34, 8, 0, 0, 0, 0, 0, 0}},
                        shows = {.flags = CF_SYN, .opt_len = 9, .opts = {1, 34, 8, 0, 0, 0, 0, 0, 7}},
                        torn = {.flags = CF_SYN, .opt_len = 3, .opts = {1, 34, 8}};
    CHECK(load(HEAD "field\toptions\tzero-cookie\tshould\tX\tzero\n"));
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_FIELD, .field = "options", .a = &asks, .b = &zeros}), "zero");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_FIELD, .field = "options", .a = &zeros, .b = &asks}), "zero");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_FIELD, .field = "options", .a = &asks, .b = &shows}), "none");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_FIELD, .field = "options", .a = &zeros, .b = &zeros}), "none");
    CHECK_STR(asked(&(cf_diff_facts){.kind = CF_D_FIELD, .field = "options", .a = &asks, .b = &torn}), "none");
    cf_rules_free(&rules);
}

TEST(a_mistake_in_the_table_is_told_with_its_line)
{
    CHECK(!load(HEAD "missing\t*\t*\tchoice\tX\tfine\nmising\t*\t*\tchoice\tX\tx\n"));
    CHECK(strstr(why, "r.tsv:3:") != NULL && strstr(why, "mising") != NULL);
    CHECK(!load(HEAD "field\twindow\t*\tchoice\tX\tx\n"));
    CHECK(strstr(why, "no field") != NULL);
    CHECK(!load(HEAD "field\twin\tack sny\tchoice\tX\tx\n"));
    CHECK(strstr(why, "\"sny\"") != NULL);
    CHECK(!load(HEAD "field\twin\tlate<=5\tchoice\tX\tx\n"));
    CHECK(!load(HEAD "field\twin\tlate<=5h\tchoice\tX\tx\n"));
    CHECK(!load(HEAD "field\twin\tlate\tchoice\tX\tx\n"));
    CHECK(!load(HEAD "field\twin\tack<=5\tchoice\tX\tx\n"));
    CHECK(!load(HEAD "field\twin\tby<=5ms\tchoice\tX\tx\n"));
    CHECK(!load(HEAD "call\twin\t*\tchoice\tX\tx\n"));
    CHECK(!load(HEAD "field\twin\t*\tunexplained\tX\tx\n"));
    CHECK(!load(HEAD "field\twin\t*\tchoice\t\tx\n"));
}

TEST(every_shipped_rule_cites_a_requirement_or_a_setting)
{
    cf_reqs reqs;
    CHECK(cf_rules_load(&rules, TCPROVE_SPEC_DIR "/diff-rules.tsv", why, sizeof why));
    CHECK(cf_reqs_load(&reqs, TCPROVE_SPEC_DIR, why, sizeof why));
    CHECK(rules.count > 20);
    for (uint32_t i = 0; i < rules.count; i++) {
        for (const char *at = rules.items[i].cite; *at; at += strspn(at, " ")) {
            char word[80];
            size_t n = strcspn(at, " ");
            snprintf(word, sizeof word, "%.*s", (int)n, at);
            bool sysctl = strncmp(word, "net.ipv4.", 9) == 0;
            if (!sysctl && !cf_reqs_find(&reqs, word)) CHECK_FAIL("line %u: %s", i + 2, word);
            at += n;
        }
    }
    cf_reqs_free(&reqs);
    cf_rules_free(&rules);
}

/* ---------- the table in conformance/README.md ---------- */

#define README TCPROVE_SOURCE_DIR "/conformance/README.md"
static const char begin_mark[] =
    "<!-- differences: from spec/diff-rules.tsv; CHECK_GOLDEN=write conformance_test_rules -->\n";
static const char end_mark[] = "<!-- end of differences -->\n";

static char *file_text(const char *path)
{
    FILE *f = fopen(path, "r");
    static char text[200000];
    CHECK(f != NULL);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static void put_cell(cf_buf *b, const char *text)
{
    cf_buf_puts(b, " ");
    for (; *text; text++) {
        if (*text == '|') cf_buf_putc(b, '\\');
        cf_buf_putc(b, *text);
    }
    cf_buf_puts(b, " |");
}

static void put_table(cf_buf *b)
{
    cf_buf_puts(b, "| class | what differs | when | rests on | why it may |\n|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < rules.count; i++) {
        const cf_rule *r = &rules.items[i];
        if (r->class == CF_DC_MUST) continue;
        char what[80];
        snprintf(what, sizeof what, "%s%s%s", r->kind < 0 ? "any" : cf_diff_kind_name((cf_diff_kind)r->kind),
                 r->field ? " " : "", r->field ? r->field : "");
        cf_buf_puts(b, "|");
        put_cell(b, cf_diff_class_name(r->class));
        put_cell(b, what);
        put_cell(b, strcmp(r->condition, "*") == 0 ? "always" : r->condition);
        put_cell(b, r->cite);
        put_cell(b, r->reason);
        cf_buf_puts(b, "\n");
    }
}

static void write_table(const char *text, const char *begin, const char *end, const cf_buf *table)
{
    cf_buf all = {0};
    cf_buf_put(&all, text, (size_t)(begin - text));
    cf_buf_put(&all, table->data, table->len);
    cf_buf_puts(&all, end);
    FILE *f = fopen(README, "w");
    CHECK(f && fwrite(all.data, 1, all.len, f) == all.len);
    fclose(f);
    cf_buf_free(&all);
}

TEST(the_readme_lists_every_choice_and_should_with_its_reason)
{
    cf_buf table = {0};
    CHECK(cf_rules_load(&rules, TCPROVE_SPEC_DIR "/diff-rules.tsv", why, sizeof why));
    put_table(&table);
    char *text = file_text(README), *begin = strstr(text, begin_mark), *end = begin ? strstr(begin, end_mark) : NULL;
    CHECK(end != NULL);
    begin += strlen(begin_mark);
    bool same = strncmp(begin, cf_buf_str(&table), table.len) == 0 && begin + table.len == end;
    const char *write = getenv("CHECK_GOLDEN");
    if (write && strcmp(write, "write") == 0) write_table(text, begin, end, &table);
    else CHECK(same);
    cf_buf_free(&table);
    cf_rules_free(&rules);
}
