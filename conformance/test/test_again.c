#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/again.h"

static const cf_test shipped = {.id = (char[]){"close/fin"}, .path = (char[]){"/x/close/fin.pkt"}, .shipped = true};
static const cf_test outside = {.id = (char[]){"tcp/it"}, .path = (char[]){"my scripts/it's.pkt"}};

TEST(a_plain_run_is_repeated_by_its_id)
{
    cf_args a = {.target = "ref", .seed = 1};
    cf_pick p = {&shipped, &cf_variants[1]};
    char *line = cf_again(&a, &p);
    CHECK_STR(line, "tcprove run close/fin@ipv6 -v");
    free(line);
}

TEST(everything_that_shapes_the_run_is_in_the_line_and_quoted_for_a_shell)
{
    const char *sets[] = {"net.ipv4.tcp_rmem=1 2 3"}, *options[] = {"mtu=1400"};
    cf_define define = {"A", "x y"};
    cf_args a = {.target = "ref",
                 .preset = "linux",
                 .seed = 9,
                 .late_us = 300,
                 .sets = {sets, 1, 1},
                 .options = {options, 1, 1},
                 .defines = &define,
                 .define_count = 1,
                 .shell_host = true,
                 .strict_segments = true};
    cf_pick p = {&outside, &cf_variants[0]};
    char *line = cf_again(&a, &p);
    CHECK_STR(line,
              "tcprove run 'my scripts/it'\\''s.pkt@ipv4' --preset=linux --set='net.ipv4.tcp_rmem=1 2 3' --mtu=1400 "
              "-D 'A=x y' --seed=9 --late=300 --shell=host --strict-segments -v");
    free(line);
}
