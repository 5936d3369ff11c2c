#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/hash.h"

static uint64_t of_event(const rs_event *ev)
{
    fz_hash_begin();
    fz_hash_event(ev);
    return fz_hash_value();
}

TEST(nothing_is_folded_until_it_is_asked_for)
{
    CHECK(!fz_hashing());
    fz_hash_begin();
    uint64_t empty = fz_hash_value();
    fz_hash_number(7);
    fz_hash_bytes("abc", 3);
    CHECK(fz_hash_value() == empty);
    fz_hash_on();
    CHECK(fz_hashing());
    fz_hash_number(7);
    CHECK(fz_hash_value() != empty);
}

TEST(order_and_borders_of_bytes_count)
{
    fz_hash_on();
    static const char *const parts[][2] = {{"ab", "c"}, {"a", "bc"}, {"c", "ab"}};
    uint64_t got[3];
    for (unsigned i = 0; i < 3; i++) {
        fz_hash_begin();
        for (unsigned k = 0; k < 2; k++) fz_hash_bytes(parts[i][k], strlen(parts[i][k]));
        got[i] = fz_hash_value();
    }
    CHECK(got[0] != got[1] && got[0] != got[2] && got[1] != got[2]);
}

TEST(every_figure_of_an_event_counts_and_no_pointer_does)
{
    fz_hash_on();
    rs_event plain = {.at = {5}, .kind = RS_EV_CWND, .conn = 1, .a = 10, .b = 20, .why = "one"}, other = plain;
    other.why = "another";
    CHECK(of_event(&plain) == of_event(&other));
    rs_event changed[] = {plain, plain, plain, plain, plain, plain};
    changed[0].at.us++;
    changed[1].kind = RS_EV_RTT;
    changed[2].conn++;
    changed[3].a++;
    changed[4].b = -20;
    changed[5].remote.port = 80;
    for (unsigned i = 0; i < 6; i++) CHECK(of_event(&plain) != of_event(&changed[i]));
}

TEST(a_hash_sees_every_bit_the_length_and_what_came_before)
{
    uint8_t bytes[141];
    for (unsigned i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 7);
    uint64_t whole = fz_fold(5, bytes, sizeof bytes);
    CHECK(fz_fold(5, bytes, sizeof bytes) == whole);
    CHECK(fz_fold(6, bytes, sizeof bytes) != whole);
    CHECK(fz_fold(5, bytes, sizeof bytes - 1) != whole);
    for (unsigned bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
        CHECK(fz_fold(5, bytes, sizeof bytes) != whole);
        bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}
