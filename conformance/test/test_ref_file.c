/* Files and pipes of the target ref. */
#define CHECK_MAIN
#include "../target/ref_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../stack/include/refstack/types.h"
#include "../../stack/test/check.h"

static cf_ref_files fs;
static char buf[CF_REF_PIPE_BYTES + 100];

TEST(a_pipe_gives_back_what_was_put_in_and_then_its_end)
{
    int64_t ends[2];
    memset(&fs, 0, sizeof fs);
    CHECK_EQ(cf_ref_file_pipe(&fs, ends), 0);
    int r = (int)ends[0], w = (int)ends[1];
    CHECK_EQ(cf_ref_file_read(&fs, r, buf, 10, -1), -RS_EAGAIN);
    CHECK_EQ(cf_ref_file_write(&fs, w, "hello", 5), 5);
    CHECK_EQ(cf_ref_file_peek(&fs, r, buf, 10, -1), 5);
    CHECK_EQ(cf_ref_file_read(&fs, r, buf, 3, -1), 3);
    CHECK(memcmp(buf, "hel", 3) == 0);
    CHECK_EQ(cf_ref_file_close(&fs, w), 0);
    CHECK_EQ(cf_ref_file_read(&fs, r, buf, 10, -1), 2);
    CHECK_EQ(cf_ref_file_read(&fs, r, buf, 10, -1), 0);
    cf_ref_files_free(&fs);
}

TEST(a_pipe_holds_so_much_and_no_more)
{
    int64_t ends[2];
    memset(&fs, 0, sizeof fs);
    cf_ref_file_pipe(&fs, ends);
    CHECK_EQ(cf_ref_file_room(&fs, (int)ends[1]), CF_REF_PIPE_BYTES);
    CHECK_EQ(cf_ref_file_write(&fs, (int)ends[1], buf, sizeof buf), CF_REF_PIPE_BYTES);
    CHECK_EQ(cf_ref_file_write(&fs, (int)ends[1], buf, 1), -RS_EAGAIN);
    cf_ref_file_close(&fs, (int)ends[0]);
    CHECK_EQ(cf_ref_file_write(&fs, (int)ends[1], buf, 1), -RS_EPIPE);
    cf_ref_files_free(&fs);
}

TEST(a_file_is_read_where_it_stands_or_where_one_asks)
{
    char path[] = "/tmp/tcprove-test-XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0 && write(fd, "0123456789", 10) == 10);
    close(fd);
    memset(&fs, 0, sizeof fs);
    int f = cf_ref_file_open(&fs, path, 0);
    CHECK(cf_ref_is_file(f));
    CHECK_EQ(cf_ref_file_read(&fs, f, buf, 3, -1), 3);
    CHECK_EQ(cf_ref_file_read(&fs, f, buf, 3, 7), 3);
    CHECK(memcmp(buf, "789", 3) == 0);
    CHECK_EQ(cf_ref_file_read(&fs, f, buf, 100, -1), 7);
    CHECK(memcmp(buf, "3456789", 7) == 0);
    CHECK_EQ(cf_ref_file_write(&fs, f, "x", 1), -RS_EBADF);
    CHECK_EQ(cf_ref_file_close(&fs, f), 0);
    CHECK_EQ(cf_ref_file_close(&fs, f), -RS_EBADF);
    unlink(path);
    CHECK_EQ(cf_ref_file_open(&fs, path, 0), -RS_ENOENT);
}

TEST(descriptors_know_their_flags)
{
    int64_t ends[2];
    memset(&fs, 0, sizeof fs);
    cf_ref_file_pipe(&fs, ends);
    CHECK_EQ(cf_ref_file_fcntl(&fs, (int)ends[1], 3, 0), 1);
    CHECK_EQ(cf_ref_file_fcntl(&fs, (int)ends[1], 4, 04000), 0);
    CHECK_EQ(cf_ref_file_fcntl(&fs, (int)ends[1], 3, 0), 04001);
    CHECK_EQ(cf_ref_file_fcntl(&fs, (int)ends[1], 77, 0), -RS_EINVAL);
    cf_ref_files_free(&fs);
}
