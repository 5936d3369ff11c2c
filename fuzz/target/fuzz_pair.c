/* fuzz_pair — two reference stacks that talk; a program (world/pair.h) decides what the network, the users, an attacker
 * and old packets do.
 *
 * All oracles of world/ watch. In the end the network is fair: everything must be delivered (O51), nothing may be left
 * (O52, O54). One input in 256 is run twice and must give the same packets (O60); three in 32 are run in a world
 * that differs in what users must not notice, one way or another (O58, O59: world/twin.h). */
#include <string.h>

#include "../prog/fail.h"
#include "../prog/trace.h"
#include "../world/twin.h"

enum { TWICE_EVERY = 256 };

static fz_world world;
static fz_pair_program program, before; /* before: as it was decoded; playing changes the plan */
static rs_state state[2];

/* Feedback beyond edges: which kinds of steps were seen in which pair of states. libFuzzer reads this section. */
__attribute__((section("__libfuzzer_extra_counters"),
               used)) static uint8_t cells[RS_STATES][RS_STATES][FZ_PAIR_KINDS][8];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void on_after(void *ctx, fz_world *w, int step)
{
    (void)ctx;
    uint8_t *cell =
        step < 0 ? NULL : &cells[state[0]][state[1]][program.step[step].kind][program.step[step].arg[0] & 7];
    if (cell && *cell < 255) ++*cell;
    for (unsigned i = 0; i < 2; i++) {
        rs_probe p;
        rs_fd fd = w->talk[0].end[i].fd;
        state[i] = fd >= 0 && rs_probe_fd(w->st[i], w->now, fd, &p) ? p.state : RS_CLOSED;
    }
}

static fz_pair_twin told;

static uint64_t play(fz_pair_twin twin)
{
    told = twin;
    program = before;
    program.twin = twin;
    state[0] = state[1] = RS_CLOSED;
    fz_pair_play(&world, &program, on_after, NULL);
    return world.hash;
}

/* The story of a failure is the same program once more, told aloud. */
static void tell(void *ctx)
{
    (void)ctx;
    if (fz_tracing()) return;
    fz_trace_on();
    play(told);
}

/* Bytes of the input choose, wherever they are, so that a mutation anywhere changes the choice. */
static fz_pair_twin chosen(const uint8_t *data, size_t len)
{
    enum { ONE_IN = 32 };
    uint8_t sum = 0;
    for (size_t i = 0; i < len; i++) sum = (uint8_t)(sum + data[i]);
    return sum % ONE_IN < FZ_PAIR_TWINS ? (fz_pair_twin)(sum % ONE_IN) : FZ_AS_IT_IS;
}

static void play_twin(fz_pair_twin twin)
{
    fz_seen_by_users usual = fz_pair_seen(&world), there;
    play(twin);
    there = fz_pair_seen(&world);
    if (fz_pair_is_timeless(&before)) fz_pair_same(twin, &usual, &there);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    fz_on_fail(tell, NULL);
    fz_pair_decode(&before, data, len);
    uint64_t hash = play(FZ_AS_IT_IS);
    fz_happened_add(&world.happened); /* the programs' own; not what is run once more to be compared */
    if (hash % TWICE_EVERY == 0 && play(FZ_AS_IT_IS) != hash)
        fz_fail("O60 same", "the same program gave other packets the second time");
    fz_pair_twin twin = chosen(data, len);
    if (twin != FZ_AS_IT_IS) play_twin(twin);
    return 0;
}
