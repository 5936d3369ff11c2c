#include "script.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../conformance/packet/print.h"
#include "../../stack/base/pcapng.h"
#include "fail.h"
#include "keys.h"
#include "line.h"

enum { LINE_ROOM = 600, FIRST_SEQ_ROOM = 50, BLOCKING_ROOM = 160 };

/* As long as each other: the one is written over the other. */
#define TEXT_IS_NUMBERED "--numbered_text"
#define TEXT_IS_ODD "// odd text     "

static struct {
    enum { UNKNOWN, OFF, ON } mode;
    FILE *script, *pcap;
    fz_line_book book;
    bool begun, first_told;
    int64_t last_us;
    /* Where the script has room for a line that is known later (0: it is written), and one that may have to go. */
    long first_seq, numbered;
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

fz_script_more fz_script_aftermath(void)
{
    enum { LEVELS = 3, TO_REST = 6 };
    const char *words = getenv("FZ_AFTERMATH");
    unsigned n = words && fz_script_on() && words[0] >= '0' ? (unsigned)(words[0] - '0') : 0;
    return (fz_script_more){.any = n > 0, .inner = n >= LEVELS, .to_rest = n == TO_REST, .steps = n % LEVELS};
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
    fz_line_begin(&now.book, header);
    now.begun = now.first_told = false;
    now.first_seq = now.asleep.at = 0;
    if (!now.script) return;
    setvbuf(now.script, NULL, _IOLBF, 0); /* what led to a hang stands there when the program is ended */
    const char *family = header->ipv6 ? "ipv6" : "ipv4";
    fprintf(now.script, "//: title: What a fuzzer found\n//: preset: %s\n//: family: %s\n--ip_version=%s\n--mtu=1500\n",
            header->linux_preset ? "linux" : "rfc", family, family);
    /* Echoes that nobody could have are injected as they stand. */
    fprintf(now.script,
            "--tcp_ts_ecr_scaled\n--tcp_ts_ecr_checked\n--by_ports\n--memory_blocks=%d\n--memory_records=%d\n",
            FZ_BLOCKS, FZ_RECORDS);
    now.numbered = ftell(now.script);
    fprintf(now.script, TEXT_IS_NUMBERED " \n");
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

void fz_script_code(int64_t at_us, const char *statements)
{
    if (!fz_script_on() || !now.script) return;
    line(at_us, "%{");
    fprintf(now.script, "%s}%%\n", statements);
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

/* Where the host's numbers begin, at the head of the script: those of the main connection if it has any. */
static void tell_first_seq(void)
{
    const fz_line_conn *c = fz_line_main(&now.book);
    for (unsigned i = 1; !c->has_iss && i < now.book.conns; i++) c = &now.book.conn[i];
    if (!c->has_iss || !now.first_seq || (now.first_told && !c->main)) return;
    char text[FIRST_SEQ_ROOM];
    uint64_t knob = c->iss ? c->iss : UINT64_C(1) << 32;
    int n = snprintf(text, sizeof text, "+0 `sysctl -q refstack.first_seq=%" PRIu64 "`", knob);
    if (n < FIRST_SEQ_ROOM) fill_room(now.first_seq, text);
    now.first_told = true;
    if (c->main) now.first_seq = 0;
}

void fz_script_packet(int64_t at_us, char dir, const cf_packet *p)
{
    capture(at_us, dir, p);
    if (!now.script) return;
    char text[FZ_LINE_ROOM];
    bool odd = now.book.odd_text;
    const char *why = fz_line_packet(&now.book, dir, p, text);
    if (why) {
        cf_print_packet(p, true, text, sizeof text);
        fprintf(now.script, "// left out, %s: %c %s\n", why, dir, text);
        if (p->broken && dir == '>') line(at_us, "> . 0:0(0)"); /* so that somebody looks at it: no packet meets it */
        return;
    }
    tell_first_seq();
    if (now.book.odd_text && !odd) fill_room(now.numbered, TEXT_IS_ODD);
    line(at_us, text);
}
