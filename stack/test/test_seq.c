#define CHECK_MAIN
#include "check.h"

#include "../wire/seg.h"
#include "../wire/seq.h"

static rs_seq at(uint32_t raw)
{
    return rs_seq_of(raw);
}

TEST(before_and_after_hold_across_the_end_of_the_numbers)
{
    CHECK(rs_seq_before(at(0xffffffff), at(0)));
    CHECK(rs_seq_after(at(5), at(0xfffffff0)));
    CHECK(!rs_seq_before(at(7), at(7)));
    CHECK(rs_seq_before_eq(at(7), at(7)));
    CHECK(rs_seq_before(at(0), at(0x7fffffff)));
    CHECK(!rs_seq_before(at(0), at(0x80000001)));
}

TEST(inside_is_half_open_and_wraps)
{
    CHECK(rs_seq_inside(at(0xfffffffe), at(0xfffffffe), 4));
    CHECK(rs_seq_inside(at(1), at(0xfffffffe), 4));
    CHECK(!rs_seq_inside(at(2), at(0xfffffffe), 4));
    CHECK(!rs_seq_inside(at(0xfffffffd), at(0xfffffffe), 4));
    CHECK(!rs_seq_inside(at(9), at(9), 0));
}

TEST(distance_and_addition_undo_each_other)
{
    CHECK_EQ(rs_seq_dist(at(0xfffffff0), at(0x10)), 0x20);
    CHECK(rs_seq_eq(rs_seq_add(at(0xfffffff0), 0x20), at(0x10)));
    CHECK(rs_seq_eq(rs_seq_sub(at(0x10), 0x20), at(0xfffffff0)));
    CHECK_EQ(rs_seq_max(at(0xfffffff0), at(3)).raw, 3);
    CHECK_EQ(rs_seq_min(at(0xfffffff0), at(3)).raw, 0xfffffff0);
}

TEST(syn_and_fin_each_take_one_number)
{
    rs_seg s = {.seq = {0xffffffff}, .flags = RS_SYN | RS_FIN, .text = {NULL, 3}};
    CHECK_EQ(rs_seg_len(&s), 5);
    CHECK_EQ(rs_seg_end(&s).raw, 4);
    s.flags = RS_ACK | RS_PSH | RS_URG | RS_RST;
    CHECK_EQ(rs_seg_len(&s), 3);
}
