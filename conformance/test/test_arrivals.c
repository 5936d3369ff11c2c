#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/arrivals.h"
#include "capture_fix.h"

#define OPENED                                                                                                         \
    {0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0}, {0, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},                               \
        {1, '>', ".", 1, 0, 1, 9999, NULL, 0, 0}

static cf_capture c;
static cf_recording r, a;
static bool late;

static void arrive(const beat *b, size_t n)
{
    char why[200];
    story(&c, &(shape){0}, b, n);
    if (!cf_record(&r, &c, 0, CF_SERVER, why, sizeof why)) CHECK_FAIL("%s", why);
    cf_arrivals(&a, &r, late);
}

static void done(void)
{
    cf_recording_free(&a);
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(what_came_and_went_one_by_one_stays_as_it_is)
{
    arrive(whole, 10);
    CHECK_EQ(a.count, 10);
    for (uint32_t i = 0; i < 10; i++) CHECK_EQ(a.segs[i].number, r.segs[i].number);
    done();
}

TEST(segments_without_an_answer_between_them_are_one_arrival)
{
    beat b[] = {OPENED,
                {5, '>', ".", 1, 1000, 1, 9999, NULL, 0, 0},
                {5, '>', ".", 1001, 1000, 1, 9999, NULL, 0, 0},
                {5, '>', "P.", 2001, 500, 1, 9999, NULL, 0, 0},
                {5, '<', ".", 1, 0, 2501, 9999, NULL, 0, 0},
                {9, '>', ".", 2501, 10, 1, 9999, NULL, 0, 0},
                {20, '>', ".", 2511, 10, 1, 9999, NULL, 0, 0},
                {20, '>', ".", 2531, 10, 1, 9999, NULL, 0, 0}};
    arrive(b, 10);
    CHECK_EQ(a.count, 8);
    CHECK_EQ(a.segs[3].len, 2500);
    CHECK_EQ(a.segs[3].flags & 0x08, 0x08);
    CHECK_EQ(a.segs[5].len, 10); /* much later, and after a gap: each alone */
    CHECK_EQ(a.segs[7].pos, 2531);
    done();
}

TEST(an_acknowledgment_goes_back_before_what_it_does_not_cover)
{
    beat b[] = {OPENED,
                {5, '>', "P.", 1, 1000, 1, 9999, NULL, 0, 0},
                {5, '>', "P.", 1001, 1000, 1, 9999, NULL, 0, 0},
                {5, '>', "P.", 2001, 1000, 1, 9999, NULL, 0, 0},
                {6, '<', ".", 1, 0, 1001, 9999, NULL, 0, 0},
                {7, '<', ".", 1, 0, 3001, 9999, NULL, 0, 0}};
    arrive(b, 8);
    CHECK_EQ(a.count, 7);
    CHECK_EQ(a.segs[4].ack_pos, 1001);
    CHECK_EQ(a.segs[4].at_ns, a.segs[5].at_ns);
    CHECK_EQ(a.segs[5].len, 2000);
    CHECK_EQ(a.segs[6].ack_pos, 3001);
    done();
}

TEST(a_duplicate_acknowledgment_stays_behind_what_drew_it)
{
    beat b[] = {OPENED,
                {5, '>', ".", 1, 1000, 1, 9999, NULL, 0, 0},
                {5, '<', ".", 1, 0, 1001, 9999, NULL, 0, 0},
                {6, '>', ".", 2001, 1000, 1, 9999, NULL, 0, 0},
                {6, '<', ".", 1, 0, 1001, 9999, NULL, 0, 0}};
    arrive(b, 7);
    CHECK_EQ(a.count, 7);
    CHECK_EQ(a.segs[5].pos, 2001);
    CHECK_EQ(a.segs[6].ack_pos, 1001);
    done();
}

TEST(an_acknowledgment_that_came_into_a_burst_is_taken_behind_it)
{
    beat b[] = {OPENED,
                {5, '<', "P.", 1, 1000, 1, 9999, NULL, 0, 0},
                {5, '>', ".", 1, 0, 1001, 9999, NULL, 0, 0},
                {5, '<', "P.", 1001, 1000, 1, 9999, NULL, 0, 0},
                {5, '>', ".", 1, 0, 2001, 9999, NULL, 0, 0},
                {9, '<', "P.", 2001, 1000, 1, 9999, NULL, 0, 0}};
    late = true;
    arrive(b, 8);
    CHECK_EQ(a.segs[4].pos, 1001);
    CHECK_EQ(a.segs[5].ack_pos, 1001);
    CHECK_EQ(a.segs[6].ack_pos, 2001); /* much later: not one burst */
    CHECK_EQ(a.segs[7].pos, 2001);
    done();
    b[2].win = 1500 >> 7; /* no window without that acknowledgment */
    arrive(b, 8);
    CHECK_EQ(a.segs[4].ack_pos, 1001);
    done();
    late = false;
}
