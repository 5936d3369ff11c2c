#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/show.h"
#include "diff_fix.h"

static size_t count(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text += strlen(what)) n++;
    return n;
}

TEST(the_page_is_whole_and_asks_for_nothing_else)
{
    cf_diff d;
    cf_buf out = {0};
    sample_diff(&d);
    cf_diff_html_head(&out, "a < b");
    cf_diff_html(&out, &d);
    cf_diff_html_foot(&out);
    const char *page = cf_buf_str(&out);
    CHECK(strncmp(page, "<!doctype html>", 15) == 0);
    CHECK(strstr(page, "<title>a &lt; b</title>") != NULL);
    static const char *const foreign[] = {"<script", "http:", "https:", "src=", "<link", "url("};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) CHECK(strstr(page, foreign[i]) == NULL);
    static const char *const tags[] = {"table", "tr", "td", "h2", "p", "body", "html"};
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        char open[12], attr[12], close[12];
        snprintf(open, sizeof open, "<%s>", tags[i]);
        snprintf(attr, sizeof attr, "<%s ", tags[i]);
        snprintf(close, sizeof close, "</%s>", tags[i]);
        CHECK_EQ(count(page, open) + count(page, attr), count(page, close));
    }
    cf_buf_free(&out);
    sample_diff_free(&d);
}

TEST(text_from_captures_cannot_become_markup)
{
    cf_buf out = {0};
    cf_diff_html_line(&out, "note", "<b>&\"");
    CHECK_STR(cf_buf_str(&out), "<p class=\"note\">&lt;b&gt;&amp;&quot;</p>\n");
    cf_buf_free(&out);
}
