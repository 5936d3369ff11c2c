#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/args.h"

static char why[400];

/* Reads words separated by '|'. The texts must outlive the result, so they are static. */
static bool read_words(cf_args *a, cf_verb_bit verb, const char *words)
{
    static char copy[600];
    static char *list[24];
    int n = 0;
    snprintf(copy, sizeof copy, "%s", words);
    for (char *w = copy; w && *w && n < 24;) {
        list[n++] = w;
        w = strchr(w, '|');
        if (w) *w++ = '\0';
    }
    return cf_args_read(a, verb, n, list, why, sizeof why);
}

TEST(both_spellings_of_a_value_and_of_a_name_are_the_same)
{
    static const char *const spellings[] = {"--pcap-dir|out", "--pcap-dir=out", "--pcap_dir|out", "--pcap_dir=out"};
    for (size_t i = 0; i < 4; i++) {
        cf_args a;
        CHECK(read_words(&a, CF_VERB_RUN, spellings[i]));
        CHECK_STR(a.pcap_dir, "out");
        CHECK_EQ(a.words.count, 0);
        cf_args_free(&a);
    }
}

TEST(packetdrills_options_are_taken_in_both_spellings_and_handed_on)
{
    cf_args a;
    CHECK(read_words(&a, CF_VERB_RUN, "--tolerance_usecs=5000|--mtu|1400|--non-fatal=packet|--send_omit_free|x.pkt"));
    CHECK_EQ(a.options.count, 4);
    CHECK_STR(a.options.items[0], "tolerance_usecs=5000");
    CHECK_STR(a.options.items[1], "mtu=1400");
    CHECK_STR(a.options.items[2], "non_fatal=packet");
    CHECK_STR(a.options.items[3], "send_omit_free");
    CHECK_STR(a.words.items[0], "x.pkt");
    cf_args_free(&a);
}

TEST(ip_version_names_the_variant)
{
    cf_args a;
    CHECK(read_words(&a, CF_VERB_RUN, "--ip_version=ipv6|x.pkt"));
    CHECK_STR(a.ip_version, "ipv6");
    CHECK(a.variants == NULL);
    cf_args_free(&a);
}

TEST(the_word_after_variants_is_its_value_if_it_is_a_list_of_variants)
{
    cf_args a;
    CHECK(read_words(&a, CF_VERB_RUN, "--variants|ipv4,mapped|close"));
    CHECK_STR(a.variants, "ipv4,mapped");
    CHECK_EQ(a.words.count, 1);
    cf_args_free(&a);
    CHECK(read_words(&a, CF_VERB_RUN, "--variants|close"));
    CHECK_STR(a.variants, "all");
    CHECK_STR(a.words.items[0], "close");
    cf_args_free(&a);
    CHECK(read_words(&a, CF_VERB_RUN, "--variants"));
    CHECK_STR(a.variants, "all");
    cf_args_free(&a);
}

TEST(every_option_that_takes_a_value_takes_it_behind_a_sign_or_as_the_next_word)
{
    char words[120];
    for (size_t i = 0; i < cf_flag_count; i++) {
        const cf_flag *f = &cf_flags[i];
        if (!f->value || f->value[0] == '[') continue;
        const char *value =
            strchr("jst", f->name[0]) || strcmp(f->name, "connection") == 0 || strcmp(f->name, "at") == 0 ? "1" : "A=1";
        cf_verb_bit verb = (cf_verb_bit)(f->verbs & -f->verbs); /* the first that takes it */
        if (strcmp(f->name, "set") == 0) value = "A=1";
        if (strcmp(f->name, "shell") == 0) value = "host";
        if (strcmp(f->name, "repeat") == 0 || strcmp(f->name, "late") == 0) value = "1";
        cf_args a;
        snprintf(words, sizeof words, "--%s|%s|x.pkt", f->name, value);
        if (!read_words(&a, verb, words)) CHECK_FAIL("%s: %s", words, why);
        CHECK_EQ(a.words.count, 1);
        cf_args_free(&a);
        snprintf(words, sizeof words, "--%s=%s|x.pkt", f->name, value);
        if (!read_words(&a, verb, words)) CHECK_FAIL("%s: %s", words, why);
        CHECK_EQ(a.words.count, 1);
        cf_args_free(&a);
    }
}

TEST(letters_may_stand_together_and_with_their_value)
{
    cf_args a;
    CHECK(read_words(&a, CF_VERB_RUN, "-vq|-j4|-DA=1|-D|B=2"));
    CHECK(a.verbose && a.quiet);
    CHECK_EQ(a.jobs, 4);
    CHECK_EQ(a.define_count, 2);
    CHECK_STR(a.defines[0].name, "A");
    CHECK_STR(a.defines[1].value, "2");
    cf_args_free(&a);
}

TEST(a_filter_turned_round_and_what_follows_two_dashes_are_words)
{
    cf_args a;
    CHECK(read_words(&a, CF_VERB_RUN, "-needs:sack|-v|--|--json|-"));
    CHECK_EQ(a.words.count, 3);
    CHECK_STR(a.words.items[0], "-needs:sack");
    CHECK_STR(a.words.items[1], "--json");
    CHECK_STR(a.words.items[2], "-");
    cf_args_free(&a);
}

TEST(without_options_the_defaults_hold)
{
    cf_args a;
    CHECK(read_words(&a, CF_VERB_RUN, ""));
    CHECK_STR(a.target, "ref");
    CHECK(a.preset == NULL);
    CHECK_EQ(a.seed, 1);
    CHECK_EQ(a.repeat, 1);
    CHECK_EQ(a.timeout_us, -1);
    CHECK(!a.jobs_given);
    cf_args_free(&a);
}

static void refuses(cf_verb_bit verb, const char *words, const char *message)
{
    cf_args a;
    bool ok = read_words(&a, verb, words);
    cf_args_free(&a);
    if (ok || !strstr(why, message)) CHECK_FAIL("\"%s\" gives \"%s\"", words, ok ? "no error" : why);
}

TEST(a_misspelt_option_is_answered_with_the_nearest)
{
    refuses(CF_VERB_RUN, "--jsno|x", "did you mean --json?");
    refuses(CF_VERB_RUN, "--tolerance_usec=4", "did you mean --tolerance_usecs?");
    refuses(CF_VERB_RUN, "--qqqqqqqq", "unknown option --qqqqqqqq");
    refuses(CF_VERB_RUN, "-x", "unknown option -x");
}

TEST(options_that_do_not_belong_to_the_command_are_refused)
{
    refuses(CF_VERB_LIST, "--json|x", "no meaning for this command");
    refuses(CF_VERB_EXPLAIN, "--mtu=1400", "no meaning for this command");
}

TEST(missing_and_superfluous_values_are_refused)
{
    refuses(CF_VERB_RUN, "--json", "--json wants a value");
    refuses(CF_VERB_RUN, "--json=", "the one given is empty");
    refuses(CF_VERB_RUN, "--variants=|x", "the one given is empty");
    refuses(CF_VERB_RUN, "--quiet=yes", "--quiet takes no value");
    refuses(CF_VERB_RUN, "--mtu", "requires an argument");
    refuses(CF_VERB_RUN, "--mtu=big", "bad --mtu: big; allowed: 0 to 2147483647");
    refuses(CF_VERB_RUN, "--wire_client", "there is no wire mode");
}
