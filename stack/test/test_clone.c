/* A stack is a value: a copy behaves as the original would have, and the same inputs give the same bytes. */
#define CHECK_MAIN
#include "../sock/sock.h"
#include "play.h"

enum { STEPS = 200 };

static void run(play *p, int steps)
{
    for (int i = 0; i < steps; i++) play_step(p);
}

static void clone_and_compare(rs_config cfg, uint64_t seed)
{
    static play p, copy;
    play_init(&p, cfg, seed);
    run(&p, STEPS);
    play_copy(&copy, &p);
    CHECK(copy.st[0] != p.st[0]);
    run(&copy, STEPS);
    uint64_t hash = copy.hash;
    run(&p, STEPS);
    CHECK_EQ(p.hash, hash);
    CHECK_EQ(p.loop.now.us, copy.loop.now.us);
    for (int i = 0; i < 2; i++) CHECK_EQ(rs_stack_used(p.st[i]), rs_stack_used(copy.st[i]));
}

TEST(a_copy_in_dirty_memory_and_its_original_give_the_same_bytes)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        clone_and_compare(rs_config_rfc(), seed);
        clone_and_compare(rs_config_linux(), seed);
    }
}

TEST(so_it_is_with_text_in_syns_with_syns_that_are_not_kept_and_with_probes_of_the_path)
{
    for (uint64_t seed = 1; seed <= 6; seed++)
        for (int cookies = 0; cookies < 3; cookies += 2) {
            rs_config cfg = seed % 2 ? rs_config_rfc() : rs_config_linux();
            cfg.knobs.fastopen = RS_FO_CLIENT | RS_FO_SERVER | RS_FO_EVERY_LISTENER;
            if (seed % 3 == 0) cfg.knobs.fastopen |= RS_FO_CLIENT_WITHOUT_COOKIE | RS_FO_SERVER_WITHOUT_COOKIE;
            cfg.knobs.syncookies = cookies;
            cfg.knobs.mtu_probing = 2;
            clone_and_compare(cfg, seed);
        }
}

static uint64_t hash_of(rs_config cfg, uint64_t seed)
{
    static play p;
    play_init(&p, cfg, seed);
    run(&p, STEPS);
    return p.hash;
}

TEST(the_same_inputs_give_the_same_bytes)
{
    for (uint64_t seed = 1; seed <= 10; seed++)
        CHECK_EQ(hash_of(rs_config_linux(), seed), hash_of(rs_config_linux(), seed));
    CHECK(hash_of(rs_config_linux(), 1) != hash_of(rs_config_linux(), 2));
}

/* The hash of all packets, when so many idle connections stay awake. */
static uint64_t hash_with_awake(rs_config cfg, uint64_t seed, uint32_t most, uint32_t *rested)
{
    static play p;
    play_init(&p, cfg, seed);
    for (int i = 0; i < 2; i++) p.st[i]->net.conns.tcbs.most = most;
    run(&p, STEPS);
    for (int i = 0; i < 2; i++) *rested += p.st[i]->net.conns.tcbs.formed;
    return p.hash;
}

TEST(nobody_can_tell_which_connections_rest)
{
    uint32_t rested = 0, none = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        rs_config cfg = seed % 2 ? rs_config_rfc() : rs_config_linux();
        CHECK_EQ(hash_with_awake(cfg, seed, 0, &rested), hash_with_awake(cfg, seed, 1 << 20, &none));
    }
    CHECK(rested > 5);
    CHECK_EQ(none, 0);
}

TEST(a_copy_needs_the_used_part_only)
{
    world *w = world_of(rs_config_rfc(), RS_IPV4);
    CHECK(rs_stack_used(w->client.st) < 16384);
    pair p = connected(w, 80);
    CHECK(rs_stack_used(w->client.st) < 16384);
    CHECK(rs_stack_size(&w->client.cfg) > 1000000);
    (void)p;
}

TEST(an_arena_that_is_too_small_is_refused)
{
    world *w = world_of(rs_config_rfc(), RS_IPV4);
    size_t size = rs_stack_size(&w->client.cfg);
    void *arena = w_memory(size);
    CHECK(!rs_stack_clone(arena, size - 1, w->client.st));
    CHECK(rs_stack_clone(arena, size, w->client.st));
}
