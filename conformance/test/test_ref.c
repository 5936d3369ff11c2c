#define CHECK_MAIN
#include "../target/ref.h"

#include "../../stack/test/check.h"
#include "../packet/addr.h"

static cf_open usual(void)
{
    cf_open o = {
        .mode = CF_MODE_IPV4, .local_prefix = 16, .remote_prefix = 24, .mtu = 1500, .preset = "linux", .seed = 1};
    cf_addr_parse("192.168.0.1", &o.local);
    cf_addr_parse("192.0.2.1", &o.remote);
    return o;
}

static cf_target *start(void)
{
    char why[200];
    cf_open o = usual();
    cf_target *t = cf_target_ref.open(&o, why, sizeof why);
    if (!t) CHECK_FAIL("%s", why);
    return t;
}

static void call(cf_target *t, cf_call_id id, int fd, cf_call_in in, cf_call_out *out)
{
    in.id = id;
    in.name = cf_calls[id].name;
    in.fd = fd;
    *out = (cf_call_out){0};
    t->ops->call(t, &in, out);
}

/* connect() towards the peer on a descriptor that does not block: a SYN leaves. */
static int begin_connect(cf_target *t)
{
    cf_call_out out;
    cf_open o = usual();
    call(t, CF_CALL_socket, -1, (cf_call_in){.num = {2, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 6}}, &out);
    int fd = (int)out.result;
    call(t, CF_CALL_connect, fd, (cf_call_in){.has_addr = true, .addr = o.remote, .port = 8080, .addr_family = 2},
         &out);
    CHECK_EQ(out.err, RS_EINPROGRESS);
    return fd;
}

TEST(an_unknown_preset_is_refused_with_its_name)
{
    char why[200];
    cf_open o = usual();
    o.preset = "plan9";
    CHECK(cf_target_ref.open(&o, why, sizeof why) == NULL);
    CHECK(strstr(why, "plan9") != NULL);
}

TEST(a_tuning_of_a_knob_that_is_none_is_refused)
{
    char why[200];
    cf_open o = usual();
    cf_tuning bad = {"net.ipv4.tcp_nonsense", "1"};
    o.tuning = &bad;
    o.tunings = 1;
    CHECK(cf_target_ref.open(&o, why, sizeof why) == NULL);
    CHECK(strstr(why, "net.ipv4.tcp_nonsense") != NULL);
}

TEST(sleeping_moves_the_clock_to_the_asked_instant)
{
    cf_target *t = start();
    int64_t began = t->ops->now(t);
    t->ops->sleep_until(t, began + 5000000);
    CHECK_EQ(t->ops->now(t), began + 5000000);
    t->ops->close(t);
}

TEST(memory_is_as_small_as_asked_for_and_never_bigger)
{
    char why[200];
    cf_open o = usual();
    o.memory_blocks = 1000000000;
    CHECK(cf_target_ref.open(&o, why, sizeof why) == NULL);
    CHECK(strstr(why, "--memory_blocks=1000000000: there are") != NULL);
    o.memory_blocks = 0;
    o.memory_records = UINT32_MAX;
    CHECK(cf_target_ref.open(&o, why, sizeof why) == NULL);
    CHECK(strstr(why, "--memory_records=4294967295: there are") != NULL);
    o.memory_blocks = 64;
    o.memory_records = 64;
    cf_target *t = cf_target_ref.open(&o, why, sizeof why);
    CHECK(t != NULL);
    t->ops->close(t);
}

TEST(a_busy_machine_wakes_late_and_the_seed_says_how_much)
{
    char why[200];
    int64_t late[3] = {0}, most = 0;
    for (int run = 0; run < 3; run++) {
        cf_open o = usual();
        o.late_us = 100;
        o.seed = run < 2 ? 5 : 6;
        cf_target *t = cf_target_ref.open(&o, why, sizeof why);
        int64_t began = t->ops->now(t);
        for (int i = 1; i <= 20; i++) {
            t->ops->sleep_until(t, began + 1000 * i);
            int64_t by = t->ops->now(t) - began - 1000 * i;
            CHECK(by >= 0 && by <= 100);
            late[run] = late[run] * 3 + by;
            if (by > most) most = by;
        }
        t->ops->close(t);
    }
    CHECK(late[0] == late[1] && late[1] != late[2] && most > 50);
}

TEST(sniffing_jumps_to_the_packet_and_stands_at_its_instant)
{
    cf_sniffed got;
    cf_target *t = start();
    int64_t began = t->ops->now(t);
    begin_connect(t);
    CHECK(t->ops->sniff(t, began + 10, &got));
    CHECK_EQ(got.at_us, began);
    CHECK(t->ops->next_event(t) < INT64_MAX);
    CHECK(t->ops->sniff(t, began + 60000000, &got)); /* the SYN again */
    CHECK(got.at_us > began);
    CHECK_EQ(t->ops->now(t), got.at_us);
    t->ops->close(t);
}

TEST(sniffing_without_a_packet_ends_at_the_deadline)
{
    cf_sniffed got;
    cf_target *t = start();
    int64_t began = t->ops->now(t);
    CHECK(!t->ops->sniff(t, began + 1234567, &got));
    CHECK_EQ(t->ops->now(t), began + 1234567);
    t->ops->close(t);
}

TEST(packets_made_while_the_clock_ran_keep_their_times)
{
    cf_sniffed a, b;
    cf_target *t = start();
    int64_t began = t->ops->now(t);
    begin_connect(t);
    t->ops->sleep_until(t, began + 2500000);
    CHECK(t->ops->sniff(t, began + 2500000, &a));
    CHECK_EQ(a.at_us, began);
    CHECK(t->ops->sniff(t, began + 2500000, &b));
    CHECK(b.at_us > began && b.at_us < began + 2500000);
    t->ops->close(t);
}

TEST(settings_are_taken_refused_or_unknown)
{
    char why[200], value[64];
    cf_target *t = start();
    CHECK_EQ(t->ops->set(t, "net.ipv4.tcp_syn_retries", "3", why, sizeof why), 0);
    CHECK(t->ops->get(t, "net.ipv4.tcp_syn_retries", value, sizeof value));
    CHECK_STR(value, "3");
    CHECK_EQ(t->ops->set(t, "net.ipv4.tcp_syn_retries", "many", why, sizeof why), 3);
    CHECK_EQ(t->ops->set(t, "net.ipv4.tcp_nonsense", "1", why, sizeof why), 2);
    CHECK(!t->ops->get(t, "net.ipv4.tcp_nonsense", value, sizeof value));
    CHECK_EQ(t->ops->set(t, "net.ipv4.tcp_congestion_control", "no such thing", why, sizeof why), 3);
    t->ops->close(t);
}

static void break_it(void *ctx)
{
    cf_target *t = ctx;
    cf_ref_of(t)->same_time = 0;
    snprintf(cf_ref_of(t)->trouble, sizeof cf_ref_of(t)->trouble, "planted");
}

TEST(what_breaks_under_guard_is_told_and_ends_only_the_run)
{
    char why[200];
    cf_target *t = start();
    CHECK(t->ops->broken(t) == NULL);
    CHECK(!t->ops->guarded(t, break_it, t, why, sizeof why));
    CHECK_STR(why, "planted");
    CHECK_STR(t->ops->broken(t), "planted");
    t->ops->close(t);
}
