#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../world/plan.h"

TEST(a_plan_follows_from_its_seed)
{
    static fz_plan a, b;
    fz_plan_of(&a, 7, 0);
    fz_plan_of(&b, 7, 0);
    CHECK(memcmp(&a, &b, sizeof a) == 0);
    fz_plan_of(&b, 8, 0);
    CHECK(memcmp(&a, &b, sizeof a) != 0);
}

TEST(plans_make_sense)
{
    static fz_plan p;
    for (uint64_t seed = 0; seed < 500; seed++) {
        fz_plan_of(&p, seed, 0);
        CHECK(p.hosts >= 2 && p.hosts <= FZ_HOSTS_MAX);
        CHECK(p.talks >= 1 && p.talks <= FZ_TALKS_MAX);
        for (unsigned i = 0; i < p.talks; i++) {
            CHECK(p.talk[i].host[0] < p.hosts && p.talk[i].host[1] < p.hosts);
            CHECK(p.talk[i].host[0] != p.talk[i].host[1]);
            CHECK(p.talk[i].user[0].piece > 0 && p.talk[i].user[1].read_piece > 0);
        }
    }
}

/* What a question waits for comes: the sums of both sides agree. */
TEST(questions_and_answers_come_out_even)
{
    static fz_plan p;
    unsigned seen = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        fz_plan_of(&p, seed, 0);
        for (unsigned i = 0; i < p.talks; i++) {
            const fz_script *ask = &p.talk[i].user[0], *answer = &p.talk[i].user[1];
            if (!ask->each) continue;
            seen++;
            CHECK_EQ(ask->bytes / ask->more * answer->more, answer->bytes);
            CHECK_EQ(answer->each, ask->first);
        }
    }
    CHECK(seen > 10);
}

TEST(the_number_of_hosts_can_be_chosen)
{
    static fz_plan p;
    fz_plan_of(&p, 1, 8);
    CHECK_EQ(p.hosts, 8);
}
