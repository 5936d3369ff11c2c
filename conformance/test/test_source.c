#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>
#include <unistd.h>

#include "../text/source.h"

static void place_is(const cf_source *s, uint32_t offset, uint32_t line, uint32_t column)
{
    uint32_t l, c;
    cf_source_place(s, offset, &l, &c);
    CHECK_EQ(l, line);
    CHECK_EQ(c, column);
}

TEST(offsets_become_lines_and_columns_from_one)
{
    cf_source s;
    cf_source_from(&s, "a.pkt", "ab\n\ncde", 7);
    CHECK_EQ(s.lines, 3);
    place_is(&s, 0, 1, 1);
    place_is(&s, 2, 1, 3);
    place_is(&s, 3, 2, 1);
    place_is(&s, 4, 3, 1);
    place_is(&s, 6, 3, 3);
    place_is(&s, 99, 3, 4);
    cf_source_free(&s);
}

TEST(a_line_comes_without_its_end)
{
    cf_source s;
    size_t len;
    cf_source_from(&s, "a.pkt", "one\r\ntwo\n", 9);
    CHECK_EQ(strncmp(cf_source_line(&s, 1, &len), "one", 3), 0);
    CHECK_EQ(len, 3);
    cf_source_line(&s, 2, &len);
    CHECK_EQ(len, 3);
    cf_source_line(&s, 3, &len);
    CHECK_EQ(len, 0);
    cf_source_line(&s, 77, &len);
    CHECK_EQ(len, 0);
    cf_source_free(&s);
}

TEST(an_empty_text_has_one_empty_line)
{
    cf_source s;
    cf_source_from(&s, "empty", "", 0);
    CHECK_EQ(s.lines, 1);
    place_is(&s, 0, 1, 1);
    cf_source_free(&s);
}

TEST(a_file_is_read_whole)
{
    char path[] = "/tmp/test_source_XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    FILE *f = fdopen(fd, "w");
    for (int i = 0; i < 30000; i++) fputs("line\n", f);
    fclose(f);
    cf_source s;
    const char *why = NULL;
    CHECK(cf_source_read(&s, path, &why));
    CHECK_EQ(s.len, 150000);
    CHECK_EQ(s.lines, 30001);
    CHECK_STR(s.path, path);
    cf_source_free(&s);
    unlink(path);
}

TEST(what_cannot_be_read_is_refused_with_a_reason)
{
    cf_source s;
    const char *why = NULL;
    CHECK(!cf_source_read(&s, "/nonexistent/x.pkt", &why));
    CHECK_STR(why, "No such file or directory");
    CHECK(!cf_source_read(&s, "/tmp", &why));
    CHECK_STR(why, "is a directory");
    CHECK(!cf_source_read(&s, "/dev/zero", &why));
    CHECK_STR(why, "is larger than 16 MiB");
}
