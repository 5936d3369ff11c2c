#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../target/helper.h"

/* Reads from the descriptor of the call. */
static void make(void *ctx, const cf_call_in *in, cf_call_out *out)
{
    (void)ctx;
    out->result = read(in->fd, in->buf, in->len);
    out->done_at_us = 77;
}

static uint8_t room[8];

/* First: the memory of a thread that has ended is kept for the next one. */
static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++) count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* A sanitizer takes memory of its own and ends the process when it gets none. */
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED
#endif
#endif

/* The room for descriptors, or for memory, ends before the helper has all it needs. */
static void start_with(int resource, rlim_t most)
{
    struct rlimit old, low;
    cf_helper h = {0};
    int before = open_descriptors();
    CHECK_EQ(getrlimit(resource, &old), 0);
    low = (struct rlimit){.rlim_cur = most, .rlim_max = old.rlim_max};
    CHECK_EQ(setrlimit(resource, &low), 0);
    cf_helper_start(&h, make, NULL);
    CHECK_EQ(setrlimit(resource, &old), 0);
    CHECK(!h.started);
    CHECK_EQ(open_descriptors(), before);
    cf_helper_stop(&h);
}

TEST(a_helper_that_cannot_start_leaves_nothing_open)
{
    int next = dup(0);
    CHECK(next >= 0);
    close(next);
    start_with(RLIMIT_NOFILE, (rlim_t)next);
    start_with(RLIMIT_NOFILE, (rlim_t)next + 1);
#ifndef WATCHED
    start_with(RLIMIT_AS, 4096);
#endif
}

TEST(a_call_has_begun_when_it_sleeps_and_is_done_once)
{
    int ends[2];
    cf_helper h = {0};
    cf_call_out out = {0};
    CHECK_EQ(pipe(ends), 0);
    cf_helper_start(&h, make, NULL);
    cf_call_in in = {.name = "read", .fd = ends[0], .buf = room, .len = sizeof room};
    CHECK(!cf_helper_done(&h, 0, &out)); /* nothing was begun */
    CHECK(cf_helper_begin(&h, &in));
    CHECK(cf_helper_busy(&h));
    CHECK(!cf_helper_begin(&h, &in)); /* one at a time */
    CHECK(!cf_helper_done(&h, 1000, &out));
    CHECK_EQ(write(ends[1], "abc", 3), 3);
    CHECK(cf_helper_done(&h, 2000000, &out));
    CHECK_EQ(out.result, 3);
    CHECK_EQ(out.done_at_us, 77);
    CHECK(!cf_helper_busy(&h));
    CHECK(!cf_helper_done(&h, 0, &out));
    cf_helper_stop(&h);
    close(ends[0]);
    close(ends[1]);
}

TEST(a_helper_is_stopped_inside_a_call_that_never_ends)
{
    int ends[2];
    cf_helper h = {0};
    CHECK_EQ(pipe(ends), 0);
    cf_helper_start(&h, make, NULL);
    cf_call_in in = {.name = "read", .fd = ends[0], .buf = room, .len = sizeof room};
    CHECK(cf_helper_begin(&h, &in));
    cf_helper_stop(&h);
    cf_helper_stop(&h); /* and once more is harmless */
    close(ends[0]);
    close(ends[1]);
}

TEST(without_a_thread_nothing_begins)
{
    cf_helper h = {0};
    cf_call_in in = {.name = "read"};
    CHECK(!cf_helper_begin(&h, &in));
}
