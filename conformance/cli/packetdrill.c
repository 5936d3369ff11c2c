/* The command under the name packetdrill: its options, its exit status (0 every script passed, 1 anything else), its
 * first line of error. Scripts run one after the other on the live kernel, each in a network namespace of its own; the
 * first that does not pass ends it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../run/result.h"
#include "../script/options.h"
#include "../target/target.h"
#include "../text/mem.h"
#include "cli.h"

enum { PASSED = 0, ANYTHING_ELSE = 1 };

typedef struct line {
    int argc, at;
    char **argv;
    cf_strings options, scripts; /* options: "name" or "name=value", owned */
    cf_define *defines;
    uint32_t define_count, define_cap;
    bool verbose, mode_given;
    cf_ip_mode mode;
} line;

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* ---------- usage ---------- */

/* what: a format with one word in it, as getopt_long() would say it; NULL: nothing. */
static int usage(const char *program, const char *what, const char *word)
{
    const char *at = what ? strchr(what, '%') : NULL;
    if (at) fprintf(stderr, "%s: %.*s'%s'%s\n", program, (int)(at - what), what, word, at + 1);
    fputs("Usage: packetdrill\n", stderr);
    for (size_t i = 0; i < cf_option_count; i++) {
        bool value = cf_options[i].value != CF_OV_NONE;
        fprintf(stderr, "\t[--%s%s]\n", cf_options[i].name, value ? "=..." : "");
    }
    fputs("\t[-D symbol=value] [-v]\n\tscript_path ...\n", stderr);
    return ANYTHING_ELSE;
}

/* ---------- reading ---------- */

static void push(cf_strings *s, const char *text)
{
    s->items = cf_mem_grow(s->items, s->count, &s->cap, sizeof *s->items);
    s->items[s->count++] = text;
}

static bool take_define(line *l, const char *text)
{
    const char *eq = strchr(text, '=');
    if (!eq || eq == text) return false;
    l->defines = cf_mem_grow(l->defines, l->define_count, &l->define_cap, sizeof *l->defines);
    l->defines[l->define_count++] = (cf_define){cf_mem_copy(text, (size_t)(eq - text)), eq + 1};
    return true;
}

static void take_mode(line *l, const char *value)
{
    static const struct {
        const char *name;
        cf_ip_mode mode;
    } modes[] = {{"ipv4", CF_MODE_IPV4}, {"ipv6", CF_MODE_IPV6}, {"ipv4-mapped-ipv6", CF_MODE_MAPPED}};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strcmp(value, modes[i].name) == 0) l->mode = modes[i].mode;
    l->mode_given = true;
}

/* PASSED: go on. */
static int take_value(line *l, const char *name, const char *value)
{
    char why[300];
    if (!cf_option_check(name, value, why, sizeof why)) {
        fprintf(stderr, "Command Line: %s\n", why);
        return ANYTHING_ELSE;
    }
    if (starts(name, "wire_") || strcmp(name, "psp_udp_port") == 0) {
        fprintf(stderr,
                "--%s: tcprove has no wire mode (packets through a second machine); it tests the kernel it runs "
                "on, or a library (--so_filename)\n",
                name);
        return ANYTHING_ELSE;
    }
    if (strcmp(name, "ip_version") == 0) take_mode(l, value);
    else if (strcmp(name, "verbose") == 0) l->verbose = true;
    else if (strcmp(name, "define") == 0 && !take_define(l, value)) return ANYTHING_ELSE;
    else if (strcmp(name, "define") != 0)
        push(&l->options, value ? cf_mem_fmt("%s=%s", name, value) : cf_mem_str(name));
    return PASSED;
}

/* By its name, or by a beginning of it that no other option has, as getopt_long() does. */
static const cf_option_desc *find_option(const char *name)
{
    const cf_option_desc *found = cf_option_find(name);
    if (found || !*name) return found;
    for (size_t i = 0; i < cf_option_count; i++) {
        if (!starts(cf_options[i].name, name)) continue;
        if (found) return NULL;
        found = &cf_options[i];
    }
    return found;
}

static int read_long(line *l, const char *word)
{
    size_t len = strcspn(word, "=");
    char *name = cf_mem_copy(word, len);
    const char *value = word[len] ? word + len + 1 : NULL;
    const cf_option_desc *o = find_option(name);
    char *dashed = cf_mem_fmt("--%s", o ? o->name : name);
    int status = PASSED;
    if (!o) status = usage(l->argv[0], "unrecognized option %", l->argv[l->at]);
    else if (o->value == CF_OV_NONE && value) status = usage(l->argv[0], "option % doesn't allow an argument", dashed);
    else if (o->value != CF_OV_NONE && !value && ++l->at >= l->argc)
        status = usage(l->argv[0], "option % requires an argument", dashed);
    else status = take_value(l, o->name, o->value != CF_OV_NONE && !value ? l->argv[l->at] : value);
    free(dashed);
    free(name);
    return status;
}

static int read_short(line *l, const char *word)
{
    char letter[2] = {word[0], '\0'};
    if (strcmp(word, "v") == 0) return take_value(l, "verbose", NULL);
    if (*word != 'D') return usage(l->argv[0], "invalid option -- %", letter);
    if (word[1]) return take_value(l, "define", word + 1);
    if (++l->at >= l->argc) return usage(l->argv[0], "option requires an argument -- %", "D");
    return take_value(l, "define", l->argv[l->at]);
}

static int read_line(line *l)
{
    bool only_scripts = false;
    for (l->at = 1; l->at < l->argc; l->at++) {
        const char *arg = l->argv[l->at];
        int status = PASSED;
        if (only_scripts || arg[0] != '-' || !arg[1]) push(&l->scripts, arg);
        else if (strcmp(arg, "--") == 0) only_scripts = true;
        else status = arg[1] == '-' ? read_long(l, arg + 2) : read_short(l, arg + 1);
        if (status != PASSED) return status;
    }
    if (l->scripts.count) return PASSED;
    fputs("error: missing script path\n", stderr);
    return usage(l->argv[0], NULL, NULL);
}

/* ---------- running ---------- */

static void tell_story(const cf_result *r)
{
    for (uint32_t i = 0; i < r->stories; i++)
        printf("%9.6f %s %s\n", (double)r->story[i].at_us / 1e6, r->story[i].kind, r->story[i].text);
}

/* Ours says "path:line:column: error: text" of a script that does not parse. packetdrill tells apart what its grammar
 * does not take, what means nothing, and options, of which it names no line. */
static void tell_error(const cf_result *r, const char *script)
{
    static const char mark[] = ": error: ";
    const char *said = r->message ? r->message : cf_outcome_name(r->outcome), *text = strstr(said, mark);
    if (!starts(r->signature, "script line") || !text) {
        fprintf(stderr, "%s\n", said);
        return;
    }
    text += sizeof mark - 1;
    if (starts(text, "option '") || starts(text, "bad --")) fprintf(stderr, "%s: %s\n", script, text);
    else fprintf(stderr, "%s:%u: %s error: %s\n", script, r->line, starts(text, "syntax") ? "parse" : "semantic", text);
}

/* Warnings (--non_fatal) belong to the errors, what code has printed does not. */
static void tell_notes(const char *notes, const char *script)
{
    for (const char *note = notes, *end; note && *note; note = *end ? end + 1 : end) {
        end = note + strcspn(note, "\n");
        const char *mark = strstr(note, ": warning handling packet: ");
        bool warning = starts(note, script) && mark && mark < end;
        fprintf(warning ? stderr : stdout, "%.*s\n", (int)(end - note), note);
    }
}

/* One line of the two under a packet error: the time in seconds, then the packet without its direction. */
static void tell_packet(const char *what, const char *time, const char *packet)
{
    bool directed = (packet[0] == '>' || packet[0] == '<') && packet[1] == ' ';
    fprintf(stderr, "%s packet: %9.6f %s\n", what, strtod(time, NULL), packet + (directed ? 2 : 0));
}

static void tell_packets(const cf_result *r)
{
    const char *due = "0", *seen = "0";
    for (uint32_t i = 0; i < r->diffs; i++) {
        if (strcmp(r->diff[i].field, "time") != 0) continue;
        due = r->diff[i].script; /* "0.100000 +-0.004000", "0.1~0.2", "any": the number in front */
        seen = r->diff[i].wire;
    }
    tell_packet("script", due, r->script_packet);
    tell_packet("actual", seen, r->wire_packet);
}

static int run_one(const line *l, const char *script)
{
    cf_result r;
    struct stat st;
    if (stat(script, &st) != 0) {
        fprintf(stderr, "parse error: stat() of script file '%s': %s\n", script, strerror(errno));
        return ANYTHING_ELSE;
    }
    cf_run_opts o = {.target = cf_target_find("linux"),
                     .mode = l->mode,
                     .mode_given = l->mode_given,
                     .variant = "",
                     .defines = l->defines,
                     .define_count = l->define_count,
                     .options = l->options.items,
                     .option_count = l->options.count,
                     .seed = 1,
                     .verbose = l->verbose,
                     .stay_here = true};
    cf_run_script(script, script, &o, &r);
    if (l->verbose) tell_story(&r);
    tell_notes(r.notes, script);
    fflush(stdout);
    bool passed = r.outcome == CF_PASS || r.outcome == CF_SEEN;
    if (!passed && r.outcome == CF_NA) fprintf(stderr, "%s: not supported: %s\n", script, r.message);
    else if (!passed) tell_error(&r, script);
    if (!passed && r.script_packet && r.wire_packet) tell_packets(&r);
    cf_result_free(&r);
    return passed ? PASSED : ANYTHING_ELSE;
}

int cf_packetdrill(int argc, char **argv)
{
    line l = {.argc = argc, .argv = argv};
    int status = read_line(&l);
    for (uint32_t i = 0; i < l.scripts.count && status == PASSED; i++) status = run_one(&l, l.scripts.items[i]);
    for (uint32_t i = 0; i < l.options.count; i++) free((char *)(uintptr_t)l.options.items[i]);
    for (uint32_t i = 0; i < l.define_count; i++) free((char *)(uintptr_t)l.defines[i].name);
    free(l.options.items);
    free(l.scripts.items);
    free(l.defines);
    return status;
}
