#define CHECK_MAIN
#include "check.h"

#include "../wire/wire.h"

TEST(every_fault_of_a_packet_has_its_own_name_a_text_and_a_section)
{
    for (int i = 0; i < RS_WIRES; i++) {
        CHECK(strlen(rs_wire_text((rs_wire)i)) > 5);
        CHECK(i == RS_WIRE_OK || strlen(rs_wire_rfc((rs_wire)i)) >= 3);
        for (int j = 0; j < i; j++) CHECK(strcmp(rs_wire_name((rs_wire)i), rs_wire_name((rs_wire)j)) != 0);
    }
    CHECK_STR(rs_wire_name(RS_WIRE_BAD_TCP_CHECKSUM), "BAD_TCP_CHECKSUM");
    CHECK_STR(rs_wire_name(RS_WIRE_OK), "OK");
}

TEST(numbers_outside_the_list_have_no_name)
{
    CHECK_STR(rs_wire_name(RS_WIRES), "?");
    CHECK_STR(rs_wire_text((rs_wire)1000), "?");
    CHECK_STR(rs_wire_rfc((rs_wire)1000), "?");
}
