#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../prog/bytes.h"
#include "../prog/fail.h"
#include "../world/judge.h"
#include "packets.h"

static fz_judge judge;

static void handshake(void)
{
    static fz_talk talk;
    static const fz_host_plan host;
    const fz_host_plan *const hosts[2] = {&host, &host};
    talk.end[0].key = 4;
    talk.end[1].key = 5;
    fz_judge_begin(&judge, &talk, hosts);
    fz_judge_sent(&judge, 0, (rs_time){0}, made(false, &(made_of){.seq = 100, .flags = CF_SYN, .win = 1000}));
    fz_judge_arrives(&judge, 1, made(true, &(made_of){.seq = 100, .flags = CF_SYN, .win = 1000}));
    const made_of answer = {.seq = 500, .ack = 101, .flags = CF_SYN | CF_ACK, .win = 1000};
    fz_judge_sent(&judge, 1, (rs_time){0}, made(false, &answer));
    fz_judge_arrives(&judge, 0, made(true, &answer));
}

/* The client sends three bytes of a stream. */
static const char *client_sends(uint32_t key)
{
    uint8_t text[3];
    for (unsigned i = 0; i < sizeof text; i++) text[i] = fz_byte(key, i);
    fz_catch();
    fz_judge_sent(
        &judge, 0, (rs_time){0},
        made(false, &(made_of){.seq = 101, .ack = 501, .flags = CF_ACK, .win = 1000, .text = text, .text_len = 3}));
    return fz_caught();
}

TEST(each_side_sends_its_own_stream)
{
    handshake();
    CHECK(!client_sends(4));
    handshake();
    CHECK_STR(client_sends(5), "O24 stream");
}

TEST(what_arrived_may_be_acknowledged_and_no_more)
{
    handshake();
    fz_catch();
    fz_judge_sent(&judge, 1, (rs_time){0},
                  made(false, &(made_of){.seq = 501, .ack = 104, .flags = CF_ACK, .win = 997}));
    CHECK_STR(fz_caught(), "O22 ack");
}
