#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/signs.h"
#include "capture_fix.h"

#define OPENED                                                                                                         \
    {0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0}, {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},                               \
        {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0}

static cf_capture c;
static cf_recording r;

static void record(const beat *b, size_t n)
{
    char why[200];
    story(&c, &(shape){0}, b, n);
    if (!cf_record(&r, &c, 0, CF_SERVER, why, sizeof why)) CHECK_FAIL("%s", why);
}

static void done(void)
{
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(an_answer_to_a_bare_third_segment_says_that_it_was_not_taken)
{
    const beat b[] = {OPENED, {2, '<', ".", 1, 0, 1, 9999, NULL, 0, 0}};
    record(b, 4);
    CHECK(!cf_sign_taken(&r, 2));
    done();
    record(whole, 10);
    CHECK(cf_sign_taken(&r, 2));
    CHECK(cf_next_of_stack(&r, 9) == NULL);
    CHECK_EQ(cf_next_of_stack(&r, 0)->flags & 0x02, 0x02);
    done();
}

TEST(a_signature_that_the_stack_has_no_key_for_is_not_taken)
{
    beat b[] = {OPENED, {9, '>', "P.", 1, 10, 1, 9999, NULL, 0, 0}, {9, '<', ".", 1, 0, 11, 9999, NULL, 0, 0}};
    record(b, 5);
    CHECK(cf_sign_taken(&r, 2));
    done();
    b[2].opts = "\x13\x12"
                "0123456789abcdef"
                "\1\1";
    b[2].opt_len = 20;
    record(b, 5);
    CHECK(!cf_sign_taken(&r, 2));
    done();
}

TEST(bytes_acknowledged_after_a_fin_show_that_one_half_was_open)
{
    beat b[] = {OPENED,
                {9, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0},
                {20, '>', "P.", 1, 10, 2, 9999, NULL, 0, 0},
                {20, '<', ".", 2, 0, 11, 9999, NULL, 0, 0}};
    record(b, 6);
    CHECK(cf_sign_half_open(&r, 3, 0));
    CHECK(!cf_sign_half_open(&r, 3, 10)); /* they had come before */
    done();
    b[5] = (beat){20, '<', "R", 2, 0, 0, 0, NULL, 0, 0};
    record(b, 6);
    CHECK(!cf_sign_half_open(&r, 3, 0));
    done();
}

TEST(a_reset_right_behind_a_packet_answers_it)
{
    beat b[] = {OPENED, {9, '>', "P.", 1, 10, 1, 9999, NULL, 0, 0}, {9, '<', "R.", 1, 0, 11, 0, NULL, 0, 0}};
    record(b, 5);
    CHECK(!cf_sign_unasked(&r, 4));
    CHECK(!cf_sign_unasked(&r, 3));
    done();
    b[4].ms = 900;
    record(b, 5);
    CHECK(cf_sign_unasked(&r, 4));
    done();
}
