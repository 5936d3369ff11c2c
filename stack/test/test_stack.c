/* A stack in its arena. What it does is tested everywhere else; copies in test_clone. */
#define CHECK_MAIN
#include "world.h"

static char arena[1 << 24] __attribute__((aligned(64)));

static rs_config config(void)
{
    rs_config cfg = small(rs_config_rfc());
    CHECK_EQ(rs_config_add_local(&cfg, rs_addr_v4(192, 0, 2, 1), 24).code, 0);
    return cfg;
}

TEST(an_invalid_configuration_has_no_size)
{
    rs_config cfg = config();
    CHECK(rs_stack_size(&cfg) > 0 && rs_stack_size(&cfg) < sizeof arena);
    cfg.limits.conns = 0;
    CHECK_EQ(rs_stack_size(&cfg), 0);
    rs_stack *st;
    CHECK_EQ(rs_stack_init(&st, arena, sizeof arena, &cfg, (rs_time){0}).code, RS_EINVAL);
}

TEST(limits_beyond_the_addresses_of_a_machine_have_no_size)
{
    rs_config cfg = config();
    cfg.limits.conns = 1u << 26;
    CHECK(rs_config_check(&cfg) == NULL);
    size_t size = rs_stack_size(&cfg);
    CHECK(sizeof(size_t) > 4 ? size > UINT32_MAX : size == 0);
}

TEST(a_host_where_nobody_may_rest_sets_no_memory_aside_for_it)
{
    rs_config cfg = config();
    cfg.limits.awake = 0;
    size_t packed = rs_stack_size(&cfg);
    cfg.limits.awake = cfg.limits.conns;
    CHECK(rs_stack_size(&cfg) < packed);
}

TEST(a_small_or_crooked_arena_is_refused)
{
    rs_config cfg = config();
    rs_stack *st;
    CHECK_EQ(rs_stack_init(&st, arena, rs_stack_size(&cfg) - 1, &cfg, (rs_time){0}).code, RS_ENOMEM);
    CHECK_EQ(rs_stack_init(&st, arena + 8, rs_stack_size(&cfg), &cfg, (rs_time){0}).code, RS_EINVAL);
    CHECK_EQ(rs_stack_init(&st, arena, rs_stack_size(&cfg), &cfg, (rs_time){0}).code, 0);
    CHECK_SOUND(rs_stack_broken(st));
}

TEST(a_big_limit_costs_nothing_until_it_is_used)
{
    rs_config few = config(), many = config();
    many.limits.conns = many.limits.sockets = 1000000;
    rs_stack *st;
    CHECK(rs_stack_size(&many) > 500000000);
    CHECK_EQ(rs_stack_init(&st, arena, rs_stack_size(&few), &few, (rs_time){0}).code, 0);
    CHECK(rs_stack_used(st) < 16384);
}

TEST(a_fresh_stack_has_nothing_to_do)
{
    rs_config cfg = config();
    rs_stack *st;
    rs_bytes pkt;
    CHECK_EQ(rs_stack_init(&st, arena, sizeof arena, &cfg, (rs_time){0}).code, 0);
    CHECK(!rs_stack_output(st, (rs_time){0}, &pkt));
    CHECK(rs_time_is_never(rs_stack_next_deadline(st)));
    rs_stack_advance(st, (rs_time){1000000000});
    CHECK(!rs_stack_output(st, (rs_time){1000000000}, &pkt));
}

TEST(knobs_of_a_running_stack_change_at_once)
{
    rs_config cfg = config();
    rs_stack *st;
    CHECK_EQ(rs_stack_init(&st, arena, sizeof arena, &cfg, (rs_time){0}).code, 0);
    CHECK_EQ(rs_stack_set(st, "net.ipv4.nonsense", "1").code, RS_ENOENT);
    CHECK_EQ(rs_stack_set(st, "net.core.somaxconn", "-1").code, RS_EINVAL);
    CHECK_EQ(rs_stack_set(st, "net.core.somaxconn", "3").code, 0);
    rs_fd fd = (rs_fd)OK(rs_socket(st, (rs_time){0}, RS_PF_INET, RS_SOCK_STREAM, 0));
    rs_probe p;
    OK(rs_listen(st, (rs_time){0}, fd, 100));
    CHECK(rs_probe_fd(st, (rs_time){0}, fd, &p));
    CHECK_EQ(p.backlog, 3);
}

static unsigned heard;
static void hear(void *ctx, const rs_event *ev)
{
    (void)ev;
    CHECK(ctx == &heard);
    heard++;
}

TEST(the_trace_hook_hears_events_until_it_is_removed)
{
    rs_config cfg = config();
    rs_stack *st;
    CHECK_EQ(rs_stack_init(&st, arena, sizeof arena, &cfg, (rs_time){0}).code, 0);
    heard = 0;
    rs_stack_on_trace(st, hear, &heard);
    rs_stack_input(st, (rs_time){0}, (rs_bytes){(const uint8_t *)"?", 1});
    CHECK_EQ(heard, 2); /* it came, it was dropped */
    rs_stack_on_trace(st, NULL, NULL);
    rs_stack_input(st, (rs_time){0}, (rs_bytes){(const uint8_t *)"?", 1});
    CHECK_EQ(heard, 2);
}
