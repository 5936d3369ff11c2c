/* fuzz_canary — must fail: its oracle says of every host that it never sends a FIN, which is wrong on purpose.
 *
 * Plays the programs of fuzz_seg. That an engine finds a program with a FIN, that the oracle speaks and that the story
 * is told, shows that silence of the other targets means something. Not part of normal runs. */
#include "../../conformance/packet/encode.h"
#include "../prog/fail.h"
#include "../prog/play.h"
#include "../prog/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static fz_host host;
static fz_program program;

static void on_sent(void *ctx, rs_time now, const cf_packet *p)
{
    (void)ctx;
    (void)now;
    const cf_tcp *t = cf_packet_tcp(p);
    if (t && (t->flags & CF_FIN)) fz_fail("O00 canary", "the host sends a FIN, as it should: this target must fail");
}

static const fz_watch watch = {.sent = on_sent};

static void after(void *ctx, fz_host *h, int step)
{
    (void)ctx;
    (void)h;
    (void)step;
}

static void tell(void *ctx)
{
    (void)ctx;
    if (fz_tracing()) return;
    fz_trace_on();
    fz_play(&host, &program, &watch, after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    fz_on_fail(tell, NULL);
    fz_decode(&program, data, len);
    fz_play(&host, &program, &watch, after);
    return 0;
}
