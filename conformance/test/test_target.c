#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../target/target.h"

TEST(the_reference_stack_is_a_target)
{
    const cf_target_ops *t = cf_target_find("ref");
    CHECK(t != NULL);
    CHECK_STR(t->name, "ref");
    CHECK(t->caps & CF_CAP(VIRTUAL_CLOCK));
}

TEST(a_target_nobody_registered_is_not_found)
{
    CHECK(cf_target_find("lwip") == NULL);
}

TEST(capabilities_are_known_by_the_names_scripts_use)
{
    CHECK_EQ(cf_cap_find("challenge-ack"), CF_CAPBIT_CHALLENGE_ACK);
    CHECK_STR(cf_cap_name(CF_CAPBIT_SACK), "sack");
    CHECK_EQ(cf_cap_find("teleport"), -1);
    for (int i = 0; i < CF_CAPBITS; i++) CHECK_EQ(cf_cap_find(cf_cap_name(i)), i);
    CHECK(cf_cap_text(CF_CAPBIT_URG)[0] != '\0');
    CHECK_STR(cf_cap_name(CF_CAPBITS), "?");
}
