#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../script/calls.h"

TEST(the_thirty_two_calls_are_found_by_name)
{
    CHECK_EQ(CF_CALLS, 32);
    for (unsigned i = 0; i < CF_CALLS; i++) {
        const cf_call_desc *d = cf_call_find(cf_calls[i].name);
        CHECK(d != NULL);
        CHECK_EQ(d->id, i);
        CHECK(d->min <= d->max);
        CHECK_EQ(strlen(d->kinds), d->max);
    }
    CHECK(cf_call_find("fork") == NULL);
}

TEST(calls_that_make_descriptors_say_so)
{
    CHECK(cf_call_find("socket")->gives_fd);
    CHECK(cf_call_find("accept")->gives_fd);
    CHECK(cf_call_find("epoll_create")->gives_fd);
    CHECK(!cf_call_find("listen")->gives_fd);
    CHECK(!cf_call_find("pipe")->gives_fd); /* its descriptors are arguments */
}
