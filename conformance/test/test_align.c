#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/align.h"
#include "../packet/encode.h"
#include "capture_fix.h"

/* What came out, as letters: = same, - only in a, + only in b, m moved. */
static char out[20000];
static size_t outs;

static void put(void *ctx, const cf_step *s)
{
    (void)ctx;
    if (outs + 1 < sizeof out) out[outs++] = s->moved ? 'm' : !s->b ? '-' : !s->a ? '+' : '=';
    out[outs] = '\0';
}

/* A row of data packets by their numbers; each takes 10 bytes, a LONG one 20. */
enum { AGAIN = 1 << 20, LONG = 1 << 21, NUMBER = AGAIN - 1 };
typedef struct {
    const int *n;
    size_t count, at;
} row;

static bool next(void *source, cf_unit *u)
{
    row *r = source;
    if (r->at == r->count) return false;
    int n = r->n[r->at] & NUMBER;
    uint32_t len = r->n[r->at] & LONG ? 20 : 10;
    uint8_t mark = r->n[r->at++] & AGAIN ? CF_M_AGAIN : 0;
    *u = (cf_unit){.s = {.pos = 1 + 10 * n, .len = len, .flags = CF_ACK, .ack_pos = 1, .mark = mark},
                   .packets = 1,
                   .end = 1 + 10 * n + (cf_offset)len,
                   .ack = 1};
    return true;
}

static const char *align(const int *a, size_t n, const int *b, size_t m)
{
    row x = {a, n, 0}, y = {b, m, 0};
    outs = 0;
    out[0] = '\0';
    cf_align(next, &x, &y, put, NULL);
    return out;
}
#define ALIGN(a, b) align(a, sizeof(a) / sizeof *(a), b, sizeof(b) / sizeof *(b))

TEST(packets_align_by_meaning_not_by_index)
{
    static const int a[] = {0, 1, 2, 3, 4}, b[] = {0, 2, 3, 7, 4};
    CHECK_STR(ALIGN(a, a), "=====");
    CHECK_STR(ALIGN(a, b), "=-==+=");
    CHECK_STR(ALIGN(b, a), "=+==-=");
}

TEST(a_packet_at_another_place_has_moved)
{
    static const int a[] = {0, 1, 2, 3, 4, 5}, b[] = {0, 2, 3, 1, 4, 5};
    CHECK_STR(ALIGN(a, b), "=m====");
    CHECK_STR(ALIGN(b, a), "=m====");
}

/* What goes again is that which goes again there, also when it went the first time as a part of something longer. */
TEST(what_goes_again_is_not_taken_for_the_first_time)
{
    static const int first[] = {0, 1, AGAIN | 1}, longer[] = {LONG | 0, AGAIN | 1};
    CHECK_STR(ALIGN(first, longer), "=-=");
    CHECK_STR(ALIGN(longer, first), "=+=");
}

TEST(one_side_may_be_empty)
{
    static const int a[] = {0, 1, 2};
    CHECK_STR(align(a, 3, a, 0), "---");
    CHECK_STR(align(a, 0, a, 3), "+++");
    CHECK_STR(align(a, 0, a, 0), "");
}

TEST(a_gap_longer_than_the_window_is_bridged)
{
    static int a[3000], b[2400];
    for (int i = 0; i < 3000; i++) a[i] = i;
    for (int i = 0; i < 2400; i++) b[i] = i < 1000 ? i : i + 600;
    align(a, 3000, b, 2400);
    size_t same = 0, missing = 0;
    for (size_t i = 0; i < outs; i++) {
        same += out[i] == '=';
        missing += out[i] == '-';
    }
    CHECK_EQ(same, 2400);
    CHECK_EQ(missing, 600);
    CHECK_EQ(outs, 3000);
}

TEST(every_packet_comes_out_once_whatever_is_compared)
{
    static int a[1500], b[1500];
    uint32_t state = 3;
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 1500; i++) {
            a[i] = (int)((state = state * 1664525 + 1013904223) >> 24) % 50;
            b[i] = (int)((state = state * 1664525 + 1013904223) >> 24) % 50;
        }
        size_t n = 1000 + (size_t)round, m = 1500 - (size_t)round, of_a = 0, of_b = 0;
        align(a, n, b, m);
        for (size_t i = 0; i < outs; i++) {
            of_a += out[i] != '+';
            of_b += out[i] != '-';
        }
        CHECK_EQ(of_a, n);
        CHECK_EQ(of_b, m);
    }
}

static int units_of(const beat *b, size_t n, cf_unit *u, int most)
{
    cf_capture c;
    cf_units src;
    cf_capture_start(&c, "units", true);
    story_more(&c, &(shape){0}, b, n);
    cf_units_start(&src, &c.conns, &c.conns.items[0], true);
    int count = 0;
    while (count < most && cf_units_next(&src, &u[count])) count++;
    cf_capture_free(&c);
    return count;
}

TEST(runs_of_bytes_are_the_same_however_they_were_cut_and_repeated)
{
    static const beat one[] = {{0, '>', "S", 0, 0, 0, 1, NULL, 0, 0},
                               {1, '<', "S.", 0, 0, 1, 1, NULL, 0, 0},
                               {2, '>', ".", 1, 0, 1, 1, NULL, 0, 0},
                               {3, '>', "P.", 1, 300, 1, 1, NULL, 0, 5},
                               {4, '<', ".", 1, 0, 301, 1, NULL, 0, 0}};
    static const beat two[] = {{0, '>', "S", 0, 0, 0, 1, NULL, 0, 0},   {1, '<', "S.", 0, 0, 1, 1, NULL, 0, 0},
                               {3, '>', ".", 1, 100, 1, 1, NULL, 0, 5}, {4, '<', ".", 1, 0, 101, 1, NULL, 0, 0},
                               {5, '>', ".", 1, 100, 1, 1, NULL, 0, 5}, {6, '>', "P.", 101, 200, 1, 1, NULL, 0, 5}};
    cf_unit u[8], v[8];
    CHECK_EQ(units_of(one, 5, u, 8), 3);
    CHECK_EQ(units_of(two, 6, v, 8), 3);
    CHECK_EQ(u[2].s.len, 300);
    CHECK_EQ(v[2].s.len, 300);
    CHECK_EQ(v[2].packets, 2);
    CHECK(u[2].s.hash == v[2].s.hash);
}

TEST(what_is_missing_before_a_match_does_not_take_the_match_with_it)
{
    static int a[600], b[400];
    for (int i = 0; i < 600; i++) a[i] = i < 200 ? 5000 + i : i - 200; /* 200 that b lacks, then the same */
    for (int i = 0; i < 400; i++) b[i] = i;
    align(b, 400, a, 600);
    size_t same = 0;
    for (size_t i = 0; i < outs; i++) same += out[i] == '=';
    CHECK_EQ(same, 400);
    CHECK_EQ(outs, 600);
}

static const beat lost[] = {{0, '>', "S", 0, 0, 0, 1, NULL, 0, 0},    {1, '<', "S.", 0, 0, 1, 1, NULL, 0, 0},
                            {2, '>', ".", 1, 100, 1, 1, NULL, 0, 5},  {3, '>', ".", 201, 100, 1, 1, NULL, 0, 7},
                            {4, '<', ".", 1, 0, 101, 1, NULL, 0, 0},  {5, '>', ".", 101, 100, 1, 1, NULL, 0, 6},
                            {6, '<', "P.", 1, 50, 301, 1, NULL, 0, 8}};

TEST(bytes_that_fill_a_gap_are_in_the_run_and_in_their_place)
{
    beat b[7];
    cf_unit u[8], v[8], x[8];
    memcpy(b, lost, sizeof b);
    CHECK_EQ(units_of(b, 7, u, 8), 4);
    CHECK_EQ(u[2].s.len, 300);
    CHECK_EQ(u[2].packets, 3);
    b[3] = (beat){3, '>', ".", 101, 100, 1, 1, NULL, 0, 6}; /* without the loss: the same */
    b[5] = (beat){5, '>', ".", 201, 100, 1, 1, NULL, 0, 7};
    CHECK_EQ(units_of(b, 7, v, 8), 4);
    CHECK(u[2].s.hash == v[2].s.hash);
    b[3].fill = 9; /* other bytes in the gap */
    CHECK_EQ(units_of(b, 7, x, 8), 4);
    CHECK(u[2].s.hash != x[2].s.hash);
}

TEST(bytes_behind_a_gap_that_the_capture_never_fills_are_told_all_the_same)
{
    beat b[7];
    cf_unit u[8];
    memcpy(b, lost, sizeof b);
    b[5] = b[4];
    CHECK_EQ(units_of(b, 7, u, 8), 5); /* the peer acknowledges beyond it, and answers after it */
    CHECK_EQ(u[3].s.pos, 201);
    CHECK_EQ(u[4].s.dir, CF_SERVER);
    CHECK_EQ(units_of(b, 6, u, 8), 4); /* the connection ends */
    CHECK_EQ(u[3].s.pos, 201);
}

TEST(more_than_can_wait_for_a_gap_goes_on_without_it)
{
    beat b[104] = {lost[0], lost[1], lost[2]};
    cf_unit u[8];
    for (uint32_t i = 3; i < 104; i++) b[i] = (beat){(int)i, '>', ".", 200 + i * 10, 10, 1, 1, NULL, 0, 7};
    CHECK_EQ(units_of(b, 104, u, 8), 4);
    CHECK_EQ(u[3].s.len, 1010);
}
