/* fuzz_opt — an option area, two readers and a writer: the stack's parser and the judge's must read the same, and what
 * the stack's builder writes must be what both read back.
 *
 * Input: one byte of choices, then the area; what is behind 40 bytes is ignored. Choices: 1 = as options of a SYN. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../../conformance/packet/packet.h"
#include "../../stack/wire/tcp_opt.h"
#include "../codec/options.h"
#include "../codec/same.h"

enum { OF_SYN = 1, PACKET_ROOM = 200 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The judge reads options where they stand in a packet. The packet lends; NULL only if the judge cannot write at all.
 */
static const cf_tcp *judged(cf_packet *p, uint8_t pkt[PACKET_ROOM], const uint8_t *area, size_t len)
{
    const char *why = NULL;
    cf_build b = {0};
    cf_build_add(&b, CF_L_IPV4);
    cf_layer *l = cf_build_add(&b, CF_L_TCP);
    l->u.tcp = (cf_tcp){.sport = 1, .dport = 2, .flags = CF_ACK, .opt_bytes = area, .opt_len = (uint8_t)len};
    size_t n = cf_encode(&b, pkt, PACKET_ROOM, &why);
    if (n) cf_packet_decode(p, pkt, n);
    if (!n || !cf_packet_tcp(p)) fz_fail("setup", "the judge does not write options: %s", why ? why : "?");
    return n ? cf_packet_tcp(p) : NULL;
}

/* Whatever the stack has read, it may be asked to write, if it fits into a header. */
static bool fits(const rs_opts *o, bool syn)
{
    return rs_opts_len(o, syn) <= RS_OPT_BYTES;
}

static void same_cookie(const rs_opts *wanted, const rs_opts *again)
{
    SAME("fast open form", wanted->fo_exp, again->fo_exp);
    SAME("fast open length", wanted->fo_len, again->fo_len);
    SAME("fast open cookie", memcmp(wanted->fo, again->fo, wanted->fo_len), 0);
}

/* What was asked for is there (RFC 9293 MUST-65: some options only with SYN), and nothing else. */
static void same_as_wanted(const rs_opts *wanted, const rs_opts *again, bool syn)
{
    SAME("malformed", again->malformed, 0);
    SAME("written mss", again->has_mss, syn && wanted->has_mss);
    SAME("written wscale", again->has_wscale, syn && wanted->has_wscale);
    SAME("written sack permitted", again->sack_ok, syn && wanted->sack_ok);
    SAME("written timestamps", again->has_ts, wanted->has_ts);
    SAME("written signature", again->has_md5, wanted->has_md5);
    SAME("written authentication", again->has_ao, wanted->has_ao);
    SAME("written key", again->ao_key_id, wanted->has_ao ? wanted->ao_key_id : 0);
    SAME("written accecn", again->has_accecn, wanted->has_accecn);
    if (again->has_mss) SAME("mss", again->mss, wanted->mss);
    if (again->has_wscale) SAME("wscale", again->wscale, wanted->wscale);
    if (again->has_ts) {
        SAME("ts val", again->ts_val, wanted->ts_val);
        SAME("ts ecr", again->ts_ecr, wanted->ts_ecr);
    }
    if (again->has_md5) SAME("signature", memcmp(again->md5, wanted->md5, sizeof again->md5), 0);
    if (again->has_fo) same_cookie(wanted, again);
    uint8_t room = rs_opts_sack_room(wanted), blocks = wanted->sack_count < room ? wanted->sack_count : room;
    SAME("written sack blocks", again->sack_count, syn ? 0 : blocks);
    for (unsigned i = 0; i < again->sack_count; i++) {
        SAME("sack left", again->sack[i].start.raw, wanted->sack[i].start.raw);
        SAME("sack right", again->sack[i].end.raw, wanted->sack[i].end.raw);
    }
}

static void check_written(const rs_opts *wanted, bool syn)
{
    uint8_t out[RS_OPT_BYTES] = {0}, twice[RS_OPT_BYTES] = {0}, pkt[PACKET_ROOM];
    if (!fits(wanted, syn)) return;
    uint8_t len = rs_opts_build(out, wanted, syn);
    SAME("length that was announced", rs_opts_len(wanted, syn), len);
    SAME("length in words", len % 4, 0);
    rs_opts again;
    rs_opts_parse(&again, out, len);
    same_as_wanted(wanted, &again, syn);
    cf_packet p;
    const cf_tcp *t = judged(&p, pkt, out, len);
    if (t) fz_same_opts(&again, t);
    SAME("length of the same once more", rs_opts_build(twice, &again, syn), len);
    SAME("the same once more", memcmp(out, twice, len), 0);
}

static void check_read(const uint8_t *area, size_t len)
{
    uint8_t padded[RS_OPT_BYTES] = {0}, pkt[PACKET_ROOM];
    rs_opts o;
    cf_packet p;
    if (len) memcpy(padded, area, len);
    size_t words = (len + 3) / 4 * 4;
    const cf_tcp *t = judged(&p, pkt, padded, words);
    rs_opts_parse(&o, padded, words);
    SAME("octets", o.wire_len, words);
    if (t) fz_same_opts(&o, t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0) return 0;
    bool syn = data[0] & OF_SYN;
    size_t n = len - 1 < RS_OPT_BYTES ? len - 1 : RS_OPT_BYTES;
    uint8_t *area = malloc(n ? n : 1); /* a block of exactly that size: a sanitizer sees a read behind the end */
    if (!area) return 0;
    if (n) memcpy(area, data + 1, n);
    rs_opts o;
    rs_opts_parse(&o, area, n);
    check_read(area, n);
    check_written(&o, syn);
    free(area);
    return 0;
}
