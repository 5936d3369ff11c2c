#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/args.h"

static char why[400];

static bool take(cf_args *a, const char *option, const char *value)
{
    static char word[200]; /* the result points into it */
    char *argv[] = {word};
    snprintf(word, sizeof word, "--%s=%s", option, value);
    return cf_args_read(a, CF_VERB_RUN, 1, argv, why, sizeof why);
}

TEST(every_option_has_a_name_a_command_and_a_help_text)
{
    for (size_t i = 0; i < cf_flag_count; i++) {
        const cf_flag *f = &cf_flags[i];
        if (!f->name || !f->verbs || !f->help || !*f->help || !f->take) CHECK_FAIL("option %zu is not complete", i);
        for (size_t k = 0; k < i; k++)
            if (strcmp(f->name, cf_flags[k].name) == 0 || (f->letter && f->letter == cf_flags[k].letter))
                CHECK_FAIL("--%s is there twice", f->name);
    }
}

static void refuses(const char *option, const char *value, const char *message)
{
    cf_args a;
    bool ok = take(&a, option, value);
    cf_args_free(&a);
    if (ok || !strstr(why, message)) CHECK_FAIL("--%s=%s gives \"%s\"", option, value, ok ? "no error" : why);
}

TEST(values_are_checked_and_the_message_says_what_is_wanted)
{
    refuses("jobs", "many", "wants a number of workers");
    refuses("jobs", "257", "wants a number of workers");
    refuses("jobs", "-1", "wants a number of workers");
    refuses("repeat", "0", "from 1 to 100000");
    refuses("seed", "0xzz", "decimal or 0x");
    refuses("seed", "99999999999999999999", "decimal or 0x");
    refuses("late", "soon", "wants microseconds");
    refuses("late", "1000001", "from 0 to 1000000");
    refuses("timeout", "soon", "wants seconds");
    refuses("timeout", "nan", "wants seconds");
    refuses("shell", "bash", "--shell is");
    refuses("set", "tcp_sack", "a knob and its value");
    refuses("set", "=1", "a knob and its value");
    refuses("define", "=1", "NAME=VALUE");
}

TEST(good_values_arrive)
{
    cf_args a;
    CHECK(take(&a, "seed", "0x7f3a91c2"));
    CHECK_EQ(a.seed, 0x7f3a91c2);
    cf_args_free(&a);
    CHECK(take(&a, "late", "250"));
    CHECK_EQ(a.late_us, 250);
    cf_args_free(&a);
    CHECK(take(&a, "timeout", "0.5s"));
    CHECK_EQ(a.timeout_us, 500000);
    cf_args_free(&a);
    CHECK(take(&a, "shell", "host"));
    CHECK(a.shell_host);
    cf_args_free(&a);
    CHECK(take(&a, "set", "net.ipv4.tcp_sack=0"));
    CHECK_STR(a.sets.items[0], "net.ipv4.tcp_sack=0");
    cf_args_free(&a);
    CHECK(take(&a, "jobs", "0"));
    CHECK(a.jobs_given);
    CHECK_EQ(a.jobs, 0);
    cf_args_free(&a);
}
