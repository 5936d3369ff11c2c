/* The judge's codec against packets that scapy made (tools/seed/vectors.py). */
#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../stack/test/vectors.h"
#include "../packet/addr.h"
#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../packet/packet.h"

#define TABLE TCPROVE_SOURCE_DIR "/corpus/vectors/wire.tsv"
enum { VECTORS_AT_LEAST = 200 };

static vectors v;

#define SAME(column, value)                                                                                            \
    do {                                                                                                               \
        if (vector_number(&v, column) != (uint32_t)(value))                                                            \
            CHECK_FAIL("%s: %s is %u, expected %s", vector_text(&v, "name"), column, (unsigned)(value),                \
                       vector_text(&v, column));                                                                       \
    } while (0)

/* The judge keeps damaged packets; this is where it must have seen the damage. */
static bool damage_seen(const char *verdict, const cf_packet *p)
{
    const cf_ip *ip = cf_packet_ip(p);
    const cf_tcp *t = cf_packet_tcp(p);
    if (strcmp(verdict, "tcp-checksum") == 0) return !p->broken && t && !t->sum_ok;
    if (strcmp(verdict, "ip-checksum") == 0) return ip && !ip->sum_ok;
    if (strcmp(verdict, "fragment") == 0) return p->fragment;
    if (strcmp(verdict, "not-tcp") == 0) return !t;
    return p->broken != NULL; /* lengths, versions, cuts */
}

/* The last well-formed option of a kind before the end of the list, as a receiver takes it. */
static bool last_option(const cf_tcp *t, cf_opt_id id, cf_opt_val *out)
{
    bool found = false;
    for (unsigned i = 0; i < t->opt_count && t->opts[i].kind != CF_KIND_EOL; i++) {
        cf_opt_val one;
        cf_tcp_opt_read(&t->opts[i], &one);
        if (one.id != id) continue;
        *out = one;
        found = true;
    }
    return found;
}

static void check_options(const cf_tcp *t)
{
    cf_opt_val o;
    uint32_t list[8];
    CHECK_EQ(last_option(t, CF_OPT_MSS, &o), vector_has(&v, "mss"));
    if (vector_has(&v, "mss")) SAME("mss", o.mss);
    CHECK_EQ(last_option(t, CF_OPT_WSCALE, &o), vector_has(&v, "wscale"));
    if (vector_has(&v, "wscale")) SAME("wscale", o.wscale);
    SAME("sackok", last_option(t, CF_OPT_SACK_OK, &o));
    unsigned n = vector_list(&v, "sack", list, 8);
    CHECK_EQ(last_option(t, CF_OPT_SACK, &o), n > 0);
    for (unsigned i = 0; i < n; i++) CHECK_EQ(o.sack[i], list[i]);
    n = vector_list(&v, "ts", list, 2);
    CHECK_EQ(last_option(t, CF_OPT_TS, &o), n > 0);
    if (n == 0) return;
    CHECK_EQ(o.ts_val, list[0]);
    CHECK_EQ(o.ts_ecr, list[1]);
}

static void check_packet(const cf_packet *p)
{
    const cf_ip *ip = cf_packet_ip(p);
    const cf_tcp *t = cf_packet_tcp(p);
    cf_addr addr;
    uint8_t text[VECTOR_BYTES_MAX];
    if (p->broken) CHECK_FAIL("%s: broken: %s", vector_text(&v, "name"), p->broken);
    CHECK(t != NULL);
    CHECK(ip->sum_ok);
    CHECK(t->sum_ok);
    CHECK(cf_addr_parse(vector_text(&v, "src"), &addr));
    CHECK(cf_addr_same(&addr, &ip->src));
    CHECK(cf_addr_parse(vector_text(&v, "dst"), &addr));
    CHECK(cf_addr_same(&addr, &ip->dst));
    SAME("ttl", ip->ttl);
    SAME("tos", ip->tos);
    SAME("sport", t->sport);
    SAME("dport", t->dport);
    SAME("seq", t->seq);
    SAME("ack", t->ack);
    SAME("flags", t->flags);
    SAME("win", t->win);
    SAME("urp", t->urp);
    size_t n = vector_hex(vector_text(&v, "text"), text, sizeof text);
    CHECK_EQ(p->text_len, n);
    CHECK_EQ(n ? memcmp(p->text, text, n) : 0, 0);
    check_options(t);
}

TEST(every_known_packet_is_read_as_scapy_wrote_it)
{
    CHECK(vectors_open(&v, TABLE));
    while (vectors_next(&v)) {
        cf_packet p;
        cf_packet_decode(&p, v.bytes, v.len);
        const char *verdict = vector_text(&v, "verdict");
        if (strcmp(verdict, "ok") == 0) check_packet(&p);
        else if (!damage_seen(verdict, &p)) CHECK_FAIL("%s: the damage was not seen", vector_text(&v, "name"));
    }
    CHECK(v.count >= VECTORS_AT_LEAST);
}

/* Plain headers come out byte for byte; the two zeros of the checksum's arithmetic are the same number. */
TEST(what_is_read_is_written_again_as_it_was)
{
    unsigned compared = 0;
    CHECK(vectors_open(&v, TABLE));
    while (vectors_next(&v)) {
        cf_packet p;
        uint8_t out[VECTOR_BYTES_MAX];
        const char *why = NULL;
        cf_packet_decode(&p, v.bytes, v.len);
        if (strcmp(vector_text(&v, "verdict"), "ok") != 0 || p.trailing) continue;
        if (p.layer[0].len != (p.layer[0].kind == CF_L_IPV4 ? 20 : 40))
            continue; /* IP options and extension headers are not kept */
        cf_build b = {.layers = 2, .layer = {p.layer[0], p.layer[1]}, .text = p.text, .text_len = p.text_len};
        CHECK_EQ(cf_encode(&b, out, sizeof out, &why), v.len);
        size_t sum = p.layer[1].at + 16u;
        if (v.bytes[sum] == 0 || v.bytes[sum] == 0xff) memcpy(out + sum, v.bytes + sum, 2);
        if (memcmp(out, v.bytes, v.len) != 0) CHECK_FAIL("%s: other bytes", vector_text(&v, "name"));
        compared++;
    }
    CHECK(compared >= 100);
}
