#include "script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/icmp_names.h"
#include "../../conformance/packet/opts.h"
#include "../../conformance/packet/print.h"
#include "../../stack/base/pcapng.h"
#include "fail.h"
#include "keys.h"

enum { PACKET_ROOM = 8192, LINE_ROOM = 600, FIRST_SEQ_ROOM = 50, BLOCKING_ROOM = 160 };

static struct {
    enum { UNKNOWN, OFF, ON } mode;
    FILE *script, *pcap;
    uint16_t peer_port;
    uint8_t peer[16];
    bool has_iss, has_irs, begun;
    uint32_t iss, irs, syn; /* syn: of the peer's last SYN */
    int64_t last_us;
    long first_seq; /* where the script has room for a line that is known later; 0: it is written */
    struct {
        long at; /* the same; 0: no call sleeps that can be told */
        uint32_t number;
        int64_t began_us;
        char call[100];
    } asleep;
} now;

static FILE *file_named_by(const char *variable)
{
    const char *path = getenv(variable);
    FILE *f = path ? fopen(path, "wb") : NULL;
    if (path && !f) fz_fail("setup", "%s cannot be written", path);
    return f;
}

bool fz_script_on(void)
{
    if (now.mode == UNKNOWN) {
        now.script = file_named_by("FZ_SCRIPT");
        now.pcap = file_named_by("FZ_PCAP");
        now.mode = now.script || now.pcap ? ON : OFF;
    }
    return now.mode == ON;
}

int fz_script_aftermath(void)
{
    const char *words = getenv("FZ_AFTERMATH");
    return words && fz_script_on() ? words[0] - '0' : 0;
}

static FILE *emptied(FILE *f, const char *variable)
{
    return f ? freopen(getenv(variable), "wb", f) : NULL;
}

/* ---------- the capture ---------- */

static bool into_file(void *ctx, const void *data, size_t len)
{
    return fwrite(data, 1, len, ctx) == len;
}

static void capture(int64_t at_us, char dir, const cf_packet *p)
{
    const rs_pcapng w = {into_file, now.pcap};
    rs_pcapng_dir way = dir == '<' ? RS_PCAPNG_IN : RS_PCAPNG_OUT;
    if (now.pcap && !rs_pcapng_packet(&w, (rs_time){at_us}, way, (rs_bytes){p->bytes, p->len}, NULL))
        fz_fail("setup", "the capture cannot be written");
}

/* ---------- the script ---------- */

/* An empty line of so many columns; where it is. */
static long leave_room(int columns)
{
    long at = ftell(now.script);
    fprintf(now.script, "%*s\n", columns, "");
    return at;
}

static void fill_room(long at, const char *text)
{
    if (fseek(now.script, at, SEEK_SET) != 0 || fputs(text, now.script) < 0 || fseek(now.script, 0, SEEK_END) != 0)
        fz_fail("setup", "the script cannot be written");
}

void fz_script_begin(const fz_header *header)
{
    if (!fz_script_on()) return;
    const rs_pcapng w = {into_file, now.pcap = emptied(now.pcap, "FZ_PCAP")};
    if (now.pcap && !rs_pcapng_begin(&w, NULL, NULL)) fz_fail("setup", "the capture cannot be written");
    now.script = emptied(now.script, "FZ_SCRIPT");
    now.peer_port = fz_remote_port(header, 0);
    memcpy(now.peer, fz_remote_addr(header).bytes, sizeof now.peer);
    now.has_iss = now.has_irs = now.begun = false;
    now.first_seq = now.asleep.at = 0;
    if (!now.script) return;
    setvbuf(now.script, NULL, _IOLBF, 0); /* what led to a hang stands there when the program is ended */
    const char *family = header->ipv6 ? "ipv6" : "ipv4";
    fprintf(now.script, "//: title: What a fuzzer found\n//: preset: %s\n//: family: %s\n--ip_version=%s\n--mtu=1500\n",
            header->linux_preset ? "linux" : "rfc", family, family);
    /* Echoes that nobody could have are injected as they stand. */
    fprintf(now.script, "--tcp_ts_ecr_scaled\n");
    if (header->keys) {
        char keys[LINE_ROOM];
        fz_keys_words(keys, sizeof keys);
        fprintf(now.script, "--tcp_md5_secret=%s\n--tcp_ao_keys=\"%s\"\n", FZ_SECRET, keys);
    }
    now.first_seq = leave_room(FIRST_SEQ_ROOM);
}

static void line(int64_t at_us, const char *text)
{
    int64_t pause = now.begun ? at_us - now.last_us : 0;
    now.begun = true;
    now.last_us = at_us;
    fprintf(now.script, "+%" PRId64 ".%06" PRId64 " %s\n", pause / 1000000, pause % 1000000, text);
}

void fz_script_call(int64_t at_us, const char *text)
{
    if (!fz_script_on() || !now.script) return;
    now.asleep.at = 0;
    line(at_us, text);
}

void fz_script_blocks(int64_t at_us, uint32_t number, const char *call)
{
    if (!fz_script_on() || !now.script) return;
    char text[BLOCKING_ROOM];
    snprintf(text, sizeof text, "%s blocks", call);
    fz_script_note(text);
    now.asleep.at = 0;
    if (strstr(call, "(-1")) return;                               /* there is no word for that descriptor */
    if (!now.begun || at_us != now.last_us) line(at_us, "`true`"); /* what follows counts from here, told or not */
    now.asleep.at = leave_room(BLOCKING_ROOM);
    now.asleep.number = number;
    now.asleep.began_us = at_us;
    snprintf(now.asleep.call, sizeof now.asleep.call, "%s", call);
}

void fz_script_woken(int64_t at_us, uint32_t number, const char *result)
{
    if (!fz_script_on() || !now.script || !now.asleep.at || now.asleep.number != number) return;
    char text[BLOCKING_ROOM];
    int64_t took = at_us - now.asleep.began_us;
    int n = snprintf(text, sizeof text, "+0.000000...%" PRId64 ".%06" PRId64 " %s = %s", took / 1000000, took % 1000000,
                     now.asleep.call, result);
    if (n < (int)sizeof text) fill_room(now.asleep.at, text);
    now.asleep.at = 0;
}

void fz_script_asleep(uint32_t number)
{
    fz_script_woken(now.last_us, number, "0");
}

void fz_script_note(const char *text)
{
    if (fz_script_on() && now.script) fprintf(now.script, "// %s\n", text);
}

void fz_script_set(int64_t at_us, const char *knob, const char *value)
{
    if (!fz_script_on() || !now.script) return;
    char text[200];
    snprintf(text, sizeof text, "`sysctl -q %s=\"%s\"`", knob, value);
    line(at_us, text);
}

/* A script has no words for damage below TCP, nor for options that cannot be. */
static const char *unsayable(const cf_packet *p, const cf_tcp *t)
{
    if (!t || p->layers != 2) return "no whole TCP segment";
    if (p->broken || p->trailing) return "a damaged packet";
    if (!t->sum_ok || !cf_packet_ip(p)->sum_ok) return "a packet with a wrong checksum";
    if (t->opts_broken || t->reserved) return "a segment with odd bits or options";
    for (unsigned i = 0; i < t->opt_count; i++) {
        cf_opt_val v;
        cf_tcp_opt_read(&t->opts[i], &v);
        if (v.id == CF_OPT_OTHER || !v.well_formed) return "a segment with an unknown option";
    }
    return NULL;
}

/* The next incarnation begins far away (RFC 6528); a SYN that is a little beside the first one is a fault, and told. */
static bool is_far(uint32_t a, uint32_t b)
{
    enum { NEAR = 1 << 14 };
    return a - b + NEAR > 2 * NEAR;
}

/* Where each end's numbers begin: at the first SYN of the connection, or of the next one. */
static void learn(const cf_tcp *t, char dir)
{
    if (!(t->flags & CF_SYN)) return;
    if (dir == '<') {
        now.syn = t->seq;
        bool crossing = now.has_iss && !(t->flags & CF_ACK); /* where a script goes on with whole numbers */
        if (now.has_irs || crossing) return;
        now.irs = t->seq;
        now.has_irs = true;
    } else if (!now.has_iss || is_far(t->seq, now.iss)) {
        char text[FIRST_SEQ_ROOM];
        uint64_t knob = t->seq ? t->seq : UINT64_C(1) << 32;
        snprintf(text, sizeof text, "+0 `sysctl -q refstack.first_seq=%" PRIu64 "`", knob);
        if (now.first_seq) fill_room(now.first_seq, text);
        now.first_seq = 0;
        now.iss = t->seq;
        now.has_iss = true;
        now.irs = now.syn;
        now.has_irs = t->flags & CF_ACK;
    }
}

static void sack_from(const cf_tcp *t, uint8_t *bytes, uint32_t first)
{
    for (unsigned i = 0; i < t->opt_count; i++) {
        cf_opt_val v;
        cf_tcp_opt_read(&t->opts[i], &v);
        if (v.id != CF_OPT_SACK) continue;
        for (unsigned k = 0; k < 2u * v.n; k++) v.sack[k] -= first;
        if (!cf_opt_rewrite(bytes + (t->opts[i].data - 2 - bytes), &v)) fz_script_note("an option was not rewritten");
    }
}

/* Numbers of the host count from its SYN. Those of the peer do so behind its SYN, which itself says where that is. */
static void make_relative(cf_tcp *t, uint8_t *bytes, char dir)
{
    bool in = dir == '<';
    uint32_t peers = now.has_irs && !(t->flags & CF_SYN) ? now.irs : 0, own = now.has_iss ? now.iss : 0;
    t->seq -= in ? peers : own;
    t->ack -= in ? own : peers;
    sack_from(t, bytes, in ? own : peers);
}

/* Signatures cover numbers that are others in every run: one that is right is told as that. Text: as it is printed, in
 * LINE_ROOM bytes. */
static void tell_signature(char *text, const cf_packet *p, char dir)
{
    enum { USUAL_BYTES = 12 };
    const cf_tcp *t = cf_packet_tcp(p);
    cf_opt_val v;
    bool is_md5 = cf_tcp_opt_find(t, CF_OPT_MD5, &v), syn = t->flags & CF_SYN, first = syn && !(t->flags & CF_ACK);
    if (!is_md5 && !cf_tcp_opt_find(t, CF_OPT_AO, &v)) return;
    uint32_t irs = now.has_irs ? now.irs : now.syn;
    cf_ao_isns isns = dir == '<' ? (cf_ao_isns){irs, now.iss} : (cf_ao_isns){now.iss, irs};
    if (syn) isns.sender = t->seq;
    if (first) isns.receiver = 0;
    if (!fz_keys_hold(p, &isns)) return;
    char hex[2 * UINT8_MAX + 1], rest[LINE_ROOM], bytes[8] = "";
    for (unsigned i = 0; i < v.n; i++) snprintf(hex + 2u * i, 3, "%02x", v.blob[i]);
    char *at = strstr(text, hex);
    if (!at) return;
    if (!is_md5 && v.n != USUAL_BYTES) snprintf(bytes, sizeof bytes, " %u", v.n);
    snprintf(rest, sizeof rest, "%s", at + 2u * v.n);
    snprintf(at, LINE_ROOM - (size_t)(at - text), "valid%s%s", bytes, rest);
}

/* False: a script has no range across the end of the circle. */
static bool write_tcp(char text[LINE_ROOM], const cf_tcp *t, uint32_t len)
{
    char printed[LINE_ROOM], flags[20];
    cf_print_tcp(t, len, printed, sizeof printed);
    /* ACK comes last in a script; a packet for people has it in the middle. */
    cf_print_flags(t->flags & (uint16_t)~CF_ACK, -1, flags, sizeof flags);
    if (flags[0] == '-') flags[0] = '\0';
    const char *rest = strchr(printed, ' ');
    snprintf(text, LINE_ROOM, "%s%s%s", flags, t->flags & CF_ACK ? "." : *flags ? "" : "-", rest ? rest : "");
    return t->seq <= UINT32_MAX - len;
}

/* The other end: its address, and its port of the main connection. */
static bool is_main(const cf_packet *p, const cf_tcp *t, char dir)
{
    const cf_ip *ip = cf_packet_ip(p);
    return memcmp(dir == '<' ? ip->src.b : ip->dst.b, now.peer, sizeof now.peer) == 0 &&
           (dir == '<' ? t->sport : t->dport) == now.peer_port;
}

/* An error about a segment of the host, as segment.h makes it; "" when a script cannot say it. */
static void write_icmp(char text[LINE_ROOM], const cf_packet *p, char dir)
{
    const cf_layer *l = p->layers == 2 ? &p->layer[1] : NULL;
    text[0] = '\0';
    if (dir != '<' || !l || (l->kind != CF_L_ICMPV4 && l->kind != CF_L_ICMPV6) || !l->u.icmp.sum_ok) return;
    const cf_icmp *m = &l->u.icmp;
    bool six = l->kind == CF_L_ICMPV6;
    uint8_t family = six ? 6 : 4;
    size_t at = (six ? 40u : 20u) + 4;
    const char *type = cf_icmp_type_name(family, m->type), *code = cf_icmp_code_name(family, m->type, m->code);
    if (!type || (m->code && !code) || m->quote_len < at + 4) return;
    uint32_t seq = (uint32_t)m->quote[at] << 24 | (uint32_t)m->quote[at + 1] << 16 | (uint32_t)m->quote[at + 2] << 8 |
                   m->quote[at + 3];
    if (now.has_iss) seq -= now.iss;
    char mtu[20] = "";
    bool has_mtu =
        six ? m->type == CF_ICMP6_TOO_BIG : m->type == CF_ICMP4_UNREACHABLE && m->code == CF_ICMP4_FRAG_NEEDED;
    if (has_mtu) snprintf(mtu, sizeof mtu, " mtu %" PRIu32, m->mtu);
    snprintf(text, LINE_ROOM, "< icmp %s%s%s%s [%" PRIu32 ":%" PRIu32 "(0)]", type, code ? " " : "", code ? code : "",
             mtu, seq, seq);
}

void fz_script_packet(int64_t at_us, char dir, const cf_packet *p)
{
    capture(at_us, dir, p);
    if (!now.script) return;
    char icmp[LINE_ROOM];
    write_icmp(icmp, p, dir);
    if (icmp[0]) {
        line(at_us, icmp);
        return;
    }
    static uint8_t bytes[PACKET_ROOM];
    char text[LINE_ROOM], out[LINE_ROOM + 4];
    cf_packet copy;
    const char *why = p->len > sizeof bytes ? "a long packet" : unsayable(p, cf_packet_tcp(p));
    if (!why && !is_main(p, cf_packet_tcp(p), dir)) why = "a packet of another connection";
    if (why) {
        cf_print_packet(p, true, text, sizeof text);
        fprintf(now.script, "// left out, %s: %c %s\n", why, dir, text);
        return;
    }
    memcpy(bytes, p->bytes, p->len);
    cf_packet_decode(&copy, bytes, p->len);
    cf_tcp *t = &copy.layer[1].u.tcp;
    learn(t, dir);
    make_relative(t, bytes, dir);
    bool whole = write_tcp(text, t, p->text_len);
    tell_signature(text, p, dir);
    if (!whole) fz_script_note("left out, a range across the end of the circle:");
    snprintf(out, sizeof out, "%c %s", dir, text);
    if (whole) line(at_us, out);
    else fz_script_note(out);
}
