/* fuzz_pcap — any bytes as a capture: the reader, diff, audit and import, without running what was imported.
 *
 * Nothing may crash or grow; a refusal has a reason; a capture differs in nothing from itself; the script that is made
 * of a connection is one that the parser takes. Input: the file, as it would lie on disk. Its first bytes choose how a
 * changed copy differs. */
#define _GNU_SOURCE /* memfd_create */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../conformance/audit/audit.h"
#include "../../conformance/capture/infer.h"
#include "../../conformance/capture/show.h"
#include "../../conformance/script/ast.h"
#include "../../conformance/text/buf.h"
#include "../prog/fail.h"

#define OF_TIME "ms"
#define OF_COUNT ""

enum { FILE_MAX = 1 << 16, CONNS_IMPORTED = 3, CHANGES = 4, WIDTH = 120 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* ---------- files without a name ---------- */

static int file_of(char path[32], const uint8_t *data, size_t len)
{
    int fd = memfd_create("capture", MFD_CLOEXEC);
    if (fd < 0 || write(fd, data, len) != (ssize_t)len) fz_fail("setup", "no file in memory");
    snprintf(path, 32, "/proc/self/fd/%d", fd);
    return fd;
}

/* A table of rules in which every condition is asked and none holds: it is asked for together with its opposite. */
static const cf_rules *rules(void)
{
    static cf_rules loaded;
    static const char table[] = "kind\tfield\tcondition\tclass\tcite\treason\n"
#define WORD(word, function) "*\t*\t" word " !" word "\tmust\tMUST-2\tasked\n"
#define LIMIT(word, function, unit) "*\t*\t" word "<=1" OF_##unit " !" word "<=1" OF_##unit "\tmust\tMUST-2\tasked\n"
#include "../../conformance/capture/condition.def"
#undef WORD
#undef LIMIT
        ;
    char path[32], why[300];
    if (loaded.count) return &loaded;
    int fd = file_of(path, (const uint8_t *)table, sizeof table - 1);
    if (!cf_rules_load(&loaded, path, why, sizeof why)) fz_fail("setup", "rules: %s", why);
    close(fd);
    return &loaded;
}

static bool read_it(cf_capture *c, const uint8_t *data, size_t len)
{
    char path[32], why[600] = "";
    int fd = file_of(path, data, len);
    bool good = cf_capture_read(c, path, true, why, sizeof why);
    if (!good && !why[0]) fz_fail("capture refused silently", "no reason");
    close(fd);
    return good;
}

/* ---------- what is done with a capture ---------- */

/* Every record of a file takes bytes of it: no small file can hold much. */
static void check_size(const cf_capture *c, size_t len)
{
    if (c->read.packets > len || c->read.bytes > len)
        fz_fail("O55 memory", "%llu packets, %llu bytes out of a file of %zu", (unsigned long long)c->read.packets,
                (unsigned long long)c->read.bytes, len);
    if (c->conns.count > c->read.packets)
        fz_fail("O55 memory", "%u connections in %llu packets", c->conns.count, (unsigned long long)c->read.packets);
    cf_buf left = {0};
    cf_capture_left_out(c, &left);
    cf_buf_free(&left);
}

static void render(const cf_diff *d)
{
    cf_diff_show how = {.width = WIDTH};
    cf_buf text = {0}, json = {0}, html = {0};
    cf_json j = {.out = &json};
    cf_diff_text(&text, d, &how);
    cf_json_object(&j, NULL);
    cf_diff_json(&j, d);
    cf_json_end(&j);
    cf_diff_html(&html, d);
    if (text.len == 0 || json.len == 0 || html.len == 0) fz_fail("diff says nothing", "text, JSON or HTML is empty");
    cf_buf_free(&text);
    cf_buf_free(&json);
    cf_buf_free(&html);
}

static uint64_t compare(cf_capture *a, cf_capture *b, bool bytes_only)
{
    cf_diff_opts o = cf_diff_defaults();
    o.bytes_only = bytes_only;
    o.rules = rules();
    cf_diff d;
    cf_diff_captures(&d, a, b, &o);
    uint64_t found = 0;
    for (int class = 0; class < CF_DC_COUNT; class ++) found += cf_diff_class_count(&d, (cf_diff_class) class);
    if ((found == 0) != cf_diff_equal(&d)) fz_fail("diff counts", "%llu differences", (unsigned long long)found);
    render(&d);
    cf_diff_free(&d);
    return found;
}

static void audit(cf_capture *c)
{
    cf_audit a;
    cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}};
    cf_buf text = {0}, json = {0};
    cf_json j = {.out = &json};
    cf_audit_run(&a, c, &o);
    for (unsigned i = 0; i < CF_RULES_OF_AUDIT; i++)
        if (a.by_rule[i] > a.judged[i])
            fz_fail("audit counts", "%s: broken more often than judged", cf_rules_of_audit[i].name);
    cf_audit_text(&text, &a, c, true);
    cf_json_object(&j, NULL);
    cf_audit_json(&j, &a, c);
    cf_json_end(&j);
    cf_buf_free(&text);
    cf_buf_free(&json);
    cf_audit_free(&a);
}

/* What was made of a connection must be a script; that there is none needs a reason. */
static void import_one(cf_capture *c, uint32_t conn, int side, const cf_guess *guess)
{
    cf_recording r;
    cf_told told;
    char why[400] = "";
    if (!cf_record(&r, c, conn, side, why, sizeof why)) {
        if (!why[0]) fz_fail("connection refused silently", "no reason");
        return;
    }
    if (cf_infer(&told, &r, guess, "a capture", why, sizeof why)) {
        cf_script s;
        cf_diags diags = {0};
        cf_parse_env env = {.mode = r.conn->family == 6 ? CF_MODE_IPV6 : CF_MODE_IPV4};
        if (!cf_script_parse_text(&s, "import.pkt", cf_buf_str(&told.text), told.text.len, &env, &diags))
            fz_fail("import is no script", "%s\n%s", diags.count ? diags.items[0].msg : "?", cf_buf_str(&told.text));
        cf_diags_free(&diags);
        cf_script_free(&s);
    } else if (!why[0]) {
        fz_fail("script refused silently", "no reason");
    }
    cf_told_free(&told);
    cf_recording_free(&r);
}

static void import(cf_capture *c, size_t seed)
{
    for (uint32_t i = 0; i < c->conns.count && i < CONNS_IMPORTED; i++)
        for (int side = 0; side < 2; side++) import_one(c, i, side, &cf_guesses[(seed + i) % CF_GUESSES]);
}

/* ---------- the whole ---------- */

/* A copy with a few other bytes: what a tool or a disk may do to a file. */
static uint8_t *changed(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);
    uint64_t seed = 0xcbf29ce484222325ull;
    if (!copy) return NULL;
    for (size_t i = 0; i < len; i++) seed = (seed ^ data[i]) * 0x100000001b3ull;
    if (len) memcpy(copy, data, len);
    for (int i = 0; i < CHANGES && len > 24; i++) { /* behind the file header, so that there is something to read */
        copy[24 + (seed >> 16) % (len - 24)] ^= (uint8_t)(1u << (seed & 7));
        seed = seed * 0x5851f42d4c957f2dull + 1;
    }
    return copy;
}

static void compare_with_changed(cf_capture *a, const uint8_t *data, size_t len)
{
    cf_capture b;
    uint8_t *copy = changed(data, len);
    if (copy && read_it(&b, copy, len)) {
        compare(a, &b, false);
        compare(a, &b, true);
        cf_capture_free(&b);
    }
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    cf_capture a, same;
    if (len > FILE_MAX) len = FILE_MAX;
    if (!read_it(&a, data, len)) return 0;
    check_size(&a, len);
    if (read_it(&same, data, len)) {
        for (int bytes_only = 0; bytes_only < 2; bytes_only++) {
            uint64_t found = compare(&a, &same, bytes_only);
            if (found) fz_fail("diff of a capture with itself", "%llu differences", (unsigned long long)found);
        }
        cf_capture_free(&same);
    }
    compare_with_changed(&a, data, len);
    audit(&a);
    import(&a, len);
    cf_capture_free(&a);
    return 0;
}
