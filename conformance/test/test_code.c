#define CHECK_MAIN
#include "../run/code.h"

#include "../../stack/test/check.h"

static cf_code code;
static cf_event blocks[4];
static cf_buf printed;
static cf_code_failure failure;

static int info(cf_target *t, int fd, const char **names, int64_t *values, int cap)
{
    (void)t;
    if (fd < 0 || cap < 2) return -1;
    names[0] = "snd_cwnd";
    values[0] = 10 + fd;
    names[1] = "SK_MEMINFO_DROPS";
    values[1] = 0;
    return 2;
}

static const cf_target_ops ops = {.info = info};
static cf_target target = {&ops};

static bool run(const char *a, const char *b)
{
    const char *texts[] = {a, b};
    cf_code_free(&code);
    cf_buf_clear(&printed);
    cf_buf_free(&failure.text);
    cf_buf_free(&failure.values);
    failure = (cf_code_failure){0};
    for (int i = 0; i < 2; i++) {
        blocks[i] = (cf_event){.kind = CF_EV_CODE,
                               .text = texts[i],
                               .text_line = 10u * (uint32_t)(i + 1),
                               .line = 10u * (uint32_t)(i + 1)};
        CHECK(cf_code_take(&code, &blocks[i], &target, &(cf_code_of){.live_fd = i}));
    }
    return cf_code_run(&code, "t.pkt", "python3", &printed, &failure);
}

TEST(each_block_sees_the_values_of_its_own_time)
{
    CHECK(run("assert tcpi_snd_cwnd == 10; before = tcpi_snd_cwnd", "assert tcpi_snd_cwnd == 11 and before == 10"));
    CHECK(run("print(SK_MEMINFO_DROPS)", "pass"));
    CHECK_STR(cf_buf_str(&printed), "0\n");
}

TEST(the_first_failure_is_told_with_its_line_and_values)
{
    CHECK(!run("assert True", "\nassert tcpi_snd_cwnd == 9, 'x'"));
    CHECK_EQ(failure.line, 21);
    CHECK_STR(cf_buf_str(&failure.text), "AssertionError: x");
    CHECK_STR(cf_buf_str(&failure.values), "tcpi_snd_cwnd = 11");
}

TEST(one_block_beyond_the_subset_takes_all_to_python)
{
    CHECK(run("n = [i for i in range(3)]; print(len(n))", "assert n[2] == 2 and tcpi_snd_cwnd / 11 == 1.0"));
    CHECK_STR(cf_buf_str(&printed), "3\n");
    CHECK(!run("n = {'a': 1}", "assert n['a'] == tcpi_snd_cwnd, 'from python'"));
    CHECK_EQ(failure.line, 20);
    CHECK_STR(cf_buf_str(&failure.text), "AssertionError: from python");
}

TEST(names_of_linux_the_target_does_not_offer_are_found)
{
    CHECK(run("pass", "assert tcpi_snd_cwnd == 11 and my_tcpi_rtt == 2 if 0 else 1"));
    CHECK(cf_code_missing(&code) == NULL);
    blocks[0].text = "assert tcpi_rtt > 5";
    CHECK(cf_code_take(&code, &blocks[0], &target, &(cf_code_of){.live_fd = 0}));
    CHECK_STR(cf_code_missing(&code), "tcpi_rtt");
}

static int inner(cf_target *t, uint16_t local_port, uint16_t remote_port, const char **names, int64_t *values, int cap)
{
    (void)t;
    CHECK(cap > 0);
    names[0] = "refstack_ports";
    values[0] = local_port + remote_port;
    return 1;
}

TEST(a_block_that_looks_inside_needs_no_descriptor_but_a_target_that_tells)
{
    static const cf_target_ops telling = {.info = info, .inner = inner};
    cf_target other = {&telling};
    cf_event block = {.kind = CF_EV_CODE, .text = "assert refstack_ports == 7"};
    CHECK(!cf_code_looks_inside(&block, &target));
    CHECK(cf_code_looks_inside(&block, &other));
    cf_code_free(&code);
    CHECK(cf_code_take(&code, &block, &other, &(cf_code_of){-1, 3, 4}));
    CHECK(cf_code_run(&code, "t.pkt", "python3", &printed, &failure));
}

TEST(a_descriptor_the_target_knows_nothing_of_gives_no_snapshot)
{
    CHECK(!cf_code_take(&code, &blocks[0], &target, &(cf_code_of){.live_fd = -1}));
    cf_code_free(&code);
    cf_buf_free(&printed);
    cf_buf_free(&failure.text);
    cf_buf_free(&failure.values);
}
