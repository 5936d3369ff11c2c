/* The stack's codec against packets that scapy made (tools/seed/vectors.py). */
#define CHECK_MAIN
#include "check.h"

#include "../wire/packet.h"
#include "vectors.h"

#define TABLE TCPROVE_SOURCE_DIR "/corpus/vectors/wire.tsv"
enum { VECTORS_AT_LEAST = 200 };

static vectors v;

#define SAME(column, value)                                                                                            \
    do {                                                                                                               \
        if (vector_number(&v, column) != (uint32_t)(value))                                                            \
            CHECK_FAIL("%s: %s is %u, expected %s", vector_text(&v, "name"), column, (unsigned)(value),                \
                       vector_text(&v, column));                                                                       \
    } while (0)

/* What the table calls a refusal, and the reasons the stack may give for it. */
static bool refused_for(const char *verdict, rs_wire got)
{
    static const struct {
        const char *verdict;
        rs_wire reason[3];
    } rows[] = {
        {"tcp-checksum", {RS_WIRE_BAD_TCP_CHECKSUM}},
        {"ip-checksum", {RS_WIRE_BAD_IP_CHECKSUM}},
        {"doff", {RS_WIRE_BAD_DATA_OFFSET}},
        {"ip-length", {RS_WIRE_BAD_IP_LENGTH}},
        {"ihl", {RS_WIRE_BAD_IP_HEADER_LENGTH}},
        {"short", {RS_WIRE_TOO_SHORT}},
        {"version", {RS_WIRE_BAD_VERSION}},
        {"fragment", {RS_WIRE_FRAGMENT}},
        {"not-tcp", {RS_WIRE_NOT_TCP}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int r = 0; r < 3 && strcmp(rows[i].verdict, verdict) == 0; r++)
            if (rows[i].reason[r] != RS_WIRE_OK && rows[i].reason[r] == got) return true;
    return false;
}

static void check_options(const rs_opts *o)
{
    uint32_t list[2 * RS_SACK_BLOCKS];
    CHECK_EQ(o->has_mss, vector_has(&v, "mss"));
    if (o->has_mss) SAME("mss", o->mss);
    CHECK_EQ(o->has_wscale, vector_has(&v, "wscale"));
    if (o->has_wscale) SAME("wscale", o->wscale);
    SAME("sackok", o->sack_ok);
    SAME("malformed", o->malformed);
    unsigned n = vector_list(&v, "sack", list, 2 * RS_SACK_BLOCKS);
    CHECK_EQ(o->sack_count * 2u, n);
    for (unsigned i = 0; i < o->sack_count; i++) {
        CHECK_EQ(o->sack[i].start.raw, list[2 * i]);
        CHECK_EQ(o->sack[i].end.raw, list[2 * i + 1]);
    }
    n = vector_list(&v, "ts", list, 2);
    CHECK_EQ(o->has_ts, n == 2);
    if (!o->has_ts) return;
    CHECK_EQ(o->ts_val, list[0]);
    CHECK_EQ(o->ts_ecr, list[1]);
}

static void check_segment(const rs_seg *s)
{
    uint8_t text[VECTOR_BYTES_MAX];
    SAME("sport", s->src.port);
    SAME("dport", s->dst.port);
    SAME("seq", s->seq.raw);
    SAME("ack", s->ack.raw);
    SAME("flags", s->flags);
    SAME("win", s->wnd);
    SAME("urp", s->up);
    SAME("ttl", s->ttl);
    SAME("tos", s->tos);
    CHECK_EQ(s->src.addr.family, strchr(vector_text(&v, "src"), ':') ? RS_IPV6 : RS_IPV4);
    size_t n = vector_hex(vector_text(&v, "text"), text, sizeof text);
    CHECK_EQ(s->text.len, n);
    CHECK_EQ(n ? memcmp(s->text.data, text, n) : 0, 0);
    check_options(&s->opts);
}

TEST(every_known_packet_is_read_as_scapy_wrote_it)
{
    CHECK(vectors_open(&v, TABLE));
    while (vectors_next(&v)) {
        rs_seg seg;
        rs_wire got = rs_packet_parse((rs_bytes){v.bytes, v.len}, &seg);
        const char *verdict = vector_text(&v, "verdict");
        if (strcmp(verdict, "ok") == 0) {
            if (got != RS_WIRE_OK) CHECK_FAIL("%s: refused: %s", vector_text(&v, "name"), rs_wire_name(got));
            check_segment(&seg);
        } else if (!refused_for(verdict, got)) {
            CHECK_FAIL("%s: %s, expected a refusal for %s", vector_text(&v, "name"), rs_wire_name(got), verdict);
        }
    }
    CHECK(v.count >= VECTORS_AT_LEAST);
}

/* Options of a vector are not in the stack's own order, so the bytes may differ; the meaning may not. */
TEST(what_is_read_and_written_again_reads_the_same)
{
    CHECK(vectors_open(&v, TABLE));
    while (vectors_next(&v)) {
        rs_seg seg, again;
        uint8_t out[VECTOR_BYTES_MAX];
        if (rs_packet_parse((rs_bytes){v.bytes, v.len}, &seg) != RS_WIRE_OK) continue;
        size_t n = rs_packet_build(out, sizeof out, &seg, &(rs_packet_how){0});
        CHECK(n > 0);
        CHECK_EQ(rs_packet_parse((rs_bytes){out, n}, &again), RS_WIRE_OK);
        CHECK_EQ(again.seq.raw, seg.seq.raw);
        CHECK_EQ(again.flags, seg.flags);
        CHECK_EQ(again.text.len, seg.text.len);
        CHECK(!again.opts.malformed);
        CHECK_EQ(again.opts.ts_val, seg.opts.has_ts ? seg.opts.ts_val : 0);
    }
}
