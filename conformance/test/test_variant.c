#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/variant.h"

static unsigned fitting(cf_test t)
{
    unsigned set = 0;
    for (int i = 0; i < CF_VARIANTS; i++)
        if (cf_variant_fits(&cf_variants[i], &t)) set |= 1u << i;
    return set;
}

TEST(variants_are_found_by_their_names)
{
    CHECK_EQ(cf_variant_find("ipv4")->mode, CF_MODE_IPV4);
    CHECK_EQ(cf_variant_find("v6")->mode, CF_MODE_IPV6);
    CHECK_EQ(cf_variant_find("ipv4-mapped-ipv6")->mode, CF_MODE_MAPPED);
    CHECK_EQ(cf_variant_find("ipv4_mapped_ipv6")->mode, CF_MODE_MAPPED);
    CHECK(cf_variant_find("ipx") == NULL);
}

TEST(a_list_of_variants_is_a_set)
{
    char wrong[40];
    CHECK_EQ(cf_variant_set("all", wrong, sizeof wrong), 7);
    CHECK_EQ(cf_variant_set("ipv4,mapped", wrong, sizeof wrong), 5);
    CHECK_EQ(cf_variant_set("ipv4,ipv7", wrong, sizeof wrong), 0);
    CHECK_STR(wrong, "ipv7");
}

TEST(a_script_without_restrictions_runs_in_all_three)
{
    CHECK_EQ(fitting((cf_test){.path = "close/fin.pkt"}), 7);
}

TEST(the_end_of_the_file_name_restricts)
{
    CHECK_EQ(fitting((cf_test){.path = "mtu/basic-v4.pkt"}), 5);
    CHECK_EQ(fitting((cf_test){.path = "mtu/basic-v6.pkt"}), 2);
}

TEST(the_family_line_restricts)
{
    CHECK_EQ(fitting((cf_test){.path = "x.pkt", .family = "ipv4 ipv6"}), 3);
    CHECK_EQ(fitting((cf_test){.path = "x.pkt", .family = "ipv6"}), 2);
}

TEST(the_scripts_own_ip_version_restricts_to_one)
{
    CHECK_EQ(fitting((cf_test){.path = "x.pkt", .mode_given = true, .mode = CF_MODE_MAPPED}), 4);
}

TEST(each_variant_gives_the_symbols_that_suite_runners_define)
{
    for (int i = 0; i < CF_VARIANTS; i++) {
        bool cookie = false, level = false;
        for (uint32_t k = 0; k < cf_variants[i].define_count; k++) {
            cookie = cookie || strcmp(cf_variants[i].defines[k].name, "TFO_COOKIE") == 0;
            level = level || strcmp(cf_variants[i].defines[k].name, "CMSG_LEVEL_IP") == 0;
        }
        CHECK(cookie);
        CHECK(level);
    }
}
