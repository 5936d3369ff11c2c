/* Message boundaries on a stream: every way of cutting it gives the same messages. */
#define CHECK_MAIN
#include "../example/framing.h"

#include <string.h>

#include "check.h"

static const char *const messages[] = {"one", "", "three three", "4"};
enum { MESSAGES = 4 };

/* All messages as one stream, read in pieces of this size. */
static void round_trip(framing_kind kind, size_t piece)
{
    uint8_t stream[400];
    size_t total = 0, len;
    char text[100];
    framing_reader r = {.kind = kind};
    for (int i = 0; i < MESSAGES; i++) {
        size_t n = framing_encode(kind, messages[i], strlen(messages[i]), stream + total, sizeof stream - total);
        CHECK(n > 0);
        total += n;
    }
    int seen = 0;
    for (size_t at = 0; at < total; at += piece) {
        CHECK(framing_put(&r, stream + at, total - at < piece ? total - at : piece));
        while (framing_take(&r, text, sizeof text, &len)) {
            CHECK(seen < MESSAGES && len == strlen(messages[seen]));
            CHECK(memcmp(text, messages[seen], len) == 0);
            seen++;
        }
    }
    CHECK_EQ(seen, MESSAGES);
    CHECK_EQ(r.len, 0);
}

TEST(wherever_the_stream_is_cut_the_messages_come_back)
{
    for (int k = 0; k < FRAMING_KINDS; k++)
        for (size_t piece = 1; piece <= 70; piece++) round_trip((framing_kind)k, piece);
}

TEST(what_a_kind_cannot_carry_it_refuses)
{
    uint8_t out[8000];
    char big[8000];
    memset(big, 'x', sizeof big);
    CHECK_EQ(framing_encode(FRAMING_FIXED, big, FRAMING_FIXED_BYTES + 1, out, sizeof out), 0);
    CHECK_EQ(framing_encode(FRAMING_PREFIXED, big, FRAMING_ROOM, out, sizeof out), 0);
    CHECK_EQ(framing_encode(FRAMING_DELIMITED, "a\nb", 3, out, sizeof out), 0);
    CHECK_EQ(framing_encode(FRAMING_DELIMITED, "abc", 3, out, 3), 0);
}

TEST(a_message_that_never_ends_is_noticed)
{
    framing_reader r = {.kind = FRAMING_DELIMITED};
    uint8_t bytes[FRAMING_ROOM];
    memset(bytes, 'x', sizeof bytes);
    CHECK(framing_put(&r, bytes, sizeof bytes));
    CHECK(!framing_put(&r, bytes, 1));
}

TEST(every_kind_has_a_name)
{
    CHECK_STR(framing_name(FRAMING_FIXED), "fixed length");
    CHECK_STR(framing_name(FRAMING_PREFIXED), "length prefix");
    CHECK_STR(framing_name(FRAMING_DELIMITED), "delimiter");
}
