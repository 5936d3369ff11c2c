/* The table of options and what each of them does with its value. */
#include <errno.h>

#include "../text/mem.h"
#include "args.h"

static void push(cf_strings *s, const char *text)
{
    s->items = cf_mem_grow(s->items, s->count, &s->cap, sizeof *s->items);
    s->items[s->count++] = text;
}

static bool number(const char *text, int base, uint64_t max, uint64_t *out)
{
    char *end;
    errno = 0;
    if (*text < '0' || *text > '9') return false;
    unsigned long long v = strtoull(text, &end, base);
    if (errno || *end || end == text || v > max) return false;
    *out = v;
    return true;
}

#define TEXT_FLAG(field)                                                                                               \
    static bool take_##field(cf_args *a, const char *value, char *why, size_t why_cap)                                 \
    {                                                                                                                  \
        (void)why, (void)why_cap;                                                                                      \
        a->field = value;                                                                                              \
        return true;                                                                                                   \
    }
#define BOOL_FLAG(field)                                                                                               \
    static bool take_##field(cf_args *a, const char *value, char *why, size_t why_cap)                                 \
    {                                                                                                                  \
        (void)value, (void)why, (void)why_cap;                                                                         \
        a->field = true;                                                                                               \
        return true;                                                                                                   \
    }

TEXT_FLAG(target)
TEXT_FLAG(preset)
TEXT_FLAG(root)
TEXT_FLAG(json)
TEXT_FLAG(junit)
TEXT_FLAG(tap)
TEXT_FLAG(github)
TEXT_FLAG(pcap_dir)
TEXT_FLAG(html)
TEXT_FLAG(rules)
TEXT_FLAG(output)
TEXT_FLAG(side)
TEXT_FLAG(taken_at)
TEXT_FLAG(local)
TEXT_FLAG(with)
BOOL_FLAG(strict_segments)
BOOL_FLAG(verbose)
BOOL_FLAG(quiet)
BOOL_FLAG(help)
BOOL_FLAG(dry_run)
BOOL_FLAG(man)
BOOL_FLAG(by_bytes)
BOOL_FLAG(no_time)
BOOL_FLAG(summary)
BOOL_FLAG(complete)
BOOL_FLAG(no_run)

static bool take_variants(cf_args *a, const char *value, char *why, size_t why_cap)
{
    (void)why, (void)why_cap;
    a->variants = value ? value : "all";
    return true;
}

static bool take_expect(cf_args *a, const char *value, char *why, size_t why_cap)
{
    (void)why, (void)why_cap;
    push(&a->expects, value);
    return true;
}

static bool take_set(cf_args *a, const char *value, char *why, size_t why_cap)
{
    const char *eq = strchr(value, '=');
    if (eq && eq != value) {
        push(&a->sets, value);
        return true;
    }
    snprintf(why, why_cap, "--set wants a knob and its value, as in --set net.ipv4.tcp_sack=0; got \"%s\"", value);
    return false;
}

static bool take_define(cf_args *a, const char *value, char *why, size_t why_cap)
{
    const char *eq = strchr(value, '=');
    if (!eq || eq == value) {
        snprintf(why, why_cap, "-D wants NAME=VALUE; got \"%s\"", value);
        return false;
    }
    a->defines = cf_mem_grow(a->defines, a->define_count, &a->define_cap, sizeof *a->defines);
    a->defines[a->define_count++] = (cf_define){cf_mem_copy(value, (size_t)(eq - value)), eq + 1};
    return true;
}

static bool take_shell(cf_args *a, const char *value, char *why, size_t why_cap)
{
    a->shell_host = strcmp(value, "host") == 0;
    if (a->shell_host || strcmp(value, "none") == 0) return true;
    snprintf(why, why_cap,
             "--shell is \"host\" (run unknown commands of scripts on this machine) or \"none\"; got \"%s\"", value);
    return false;
}

static bool take_seed(cf_args *a, const char *value, char *why, size_t why_cap)
{
    if (number(value, 0, UINT64_MAX, &a->seed)) return true;
    snprintf(why, why_cap, "--seed wants a number, decimal or 0x...; got \"%s\"", value);
    return false;
}

static bool take_late(cf_args *a, const char *value, char *why, size_t why_cap)
{
    uint64_t n;
    if (number(value, 10, 1000000, &n)) {
        a->late_us = (uint32_t)n;
        return true;
    }
    snprintf(why, why_cap, "--late wants microseconds from 0 to 1000000; got \"%s\"", value);
    return false;
}

static bool take_jobs(cf_args *a, const char *value, char *why, size_t why_cap)
{
    uint64_t n;
    if (!number(value, 10, 256, &n)) {
        snprintf(why, why_cap, "-j wants a number of workers from 0 (no workers) to 256; got \"%s\"", value);
        return false;
    }
    a->jobs = (uint32_t)n;
    a->jobs_given = true;
    return true;
}

static bool take_repeat(cf_args *a, const char *value, char *why, size_t why_cap)
{
    uint64_t n;
    if (number(value, 10, 100000, &n) && n > 0) {
        a->repeat = (uint32_t)n;
        return true;
    }
    snprintf(why, why_cap, "--repeat wants a number from 1 to 100000; got \"%s\"", value);
    return false;
}

static bool take_timeout(cf_args *a, const char *value, char *why, size_t why_cap)
{
    char *end;
    double s = strtod(value, &end);
    if (end != value && (*end == '\0' || strcmp(end, "s") == 0) && s >= 0 && s <= 1e6) {
        a->timeout_us = (int64_t)(s * 1e6);
        return true;
    }
    snprintf(why, why_cap, "--timeout wants seconds, 0 for no limit; got \"%s\"", value);
    return false;
}

static bool take_connection(cf_args *a, const char *value, char *why, size_t why_cap)
{
    uint64_t n;
    if (number(value, 10, UINT32_MAX, &n) && n > 0) {
        a->connection = (uint32_t)n;
        return true;
    }
    snprintf(why, why_cap, "--connection wants the number of a connection, from 1; got \"%s\"", value);
    return false;
}

static bool take_ss(cf_args *a, const char *value, char *why, size_t why_cap)
{
    uint64_t n = 0;
    a->ss = true;
    if (value && !number(value, 10, UINT32_MAX, &n)) {
        snprintf(why, why_cap, "--ss wants the number of a line, or nothing; got \"%s\"", value);
        return false;
    }
    a->at_line = (uint32_t)n;
    return true;
}

static bool take_at(cf_args *a, const char *value, char *why, size_t why_cap)
{
    uint64_t n;
    if (number(value, 10, UINT32_MAX, &n) && n > 0) {
        a->at_line = (uint32_t)n;
        return true;
    }
    snprintf(why, why_cap, "--at wants the number of a line of the script; got \"%s\"", value);
    return false;
}

static bool take_netstat(cf_args *a, const char *value, char *why, size_t why_cap)
{
    (void)value, (void)why, (void)why_cap;
    a->netstat = true;
    return true;
}

static bool take_apart(cf_args *a, const char *value, char *why, size_t why_cap)
{
    char *end;
    double ms = strtod(value, &end);
    if (end != value && (*end == '\0' || strcmp(end, "ms") == 0) && ms >= 0 && ms <= 1e9) {
        a->apart_ns = (int64_t)(ms * 1e6);
        return true;
    }
    snprintf(why, why_cap, "--time-tolerance wants milliseconds; got \"%s\"", value);
    return false;
}

enum {
    RUN = CF_VERB_RUN,
    CHECK = CF_VERB_CHECK,
    LIST = CF_VERB_LIST,
    EXPLAIN = CF_VERB_EXPLAIN,
    HELP = CF_VERB_HELP,
    DIFF = CF_VERB_DIFF,
    IMPORT = CF_VERB_IMPORT,
    EXPORT = CF_VERB_EXPORT,
    COMPARE = CF_VERB_COMPARE,
    SS = CF_VERB_SS,
    AUDIT = CF_VERB_AUDIT,
    COVERAGE = CF_VERB_COVERAGE
};

const cf_flag cf_flags[] = {
    {"target", 0, "NAME", RUN | EXPORT | SS,
     "the stack to test: ref, our own in this process on a virtual clock (default); linux, this machine's kernel; "
     "so:PATH, a library with packetdrill's plug-in interface (--so_filename=PATH is the same)",
     take_target},
    {"with", 0, "SIDE", COMPARE,
     "the other side: a target as for --target (default linux), or golden:NAME, what one did when it was recorded",
     take_with},
    {"preset", 0, "NAME", RUN | EXPORT | COMPARE | SS,
     "configuration of the reference stack: rfc or linux (default: the script's, else rfc; compare: linux); a script "
     "written for the other is n/a",
     take_preset},
    {"set", 0, "KNOB=VALUE", RUN | EXPORT | COMPARE | SS,
     "a setting by its Linux name, before every script; may come again", take_set},
    {"variants", 0, "[LIST]", RUN | CHECK | LIST | EXPORT | COMPARE | SS,
     "ipv4, ipv6, ipv4-mapped-ipv6, separated by commas, or all (default)", take_variants},
    {"define", 'D', "NAME=VALUE", RUN | CHECK | EXPORT | COMPARE | SS, "a symbol for the scripts; may come again",
     take_define},
    {"expect", 0, "FILE", RUN, "what is known to go wrong; may come again", take_expect},
    {"seed", 0, "N", RUN | EXPORT | COMPARE | SS, "of everything random in the target (default 1)", take_seed},
    {"late", 0, "USEC", RUN,
     "reference stack: events of scripts come up to so late, by the seed, as on a real clock: do they bear it?",
     take_late},
    {"shell", 0, "host|none", RUN, "host: run commands of scripts that have no meaning for the target on this machine",
     take_shell},
    {"jobs", 'j', "N", RUN | COMPARE,
     "runs at once (default: processors; on a real clock as many as wake in time); 0: no workers, for debuggers",
     take_jobs},
    {"repeat", 0, "N", RUN, "run everything N times; different outcomes are unsteady; not with --pcap-dir",
     take_repeat},
    {"timeout", 0, "SECONDS", RUN, "real time that one run may take (default 60, on a real clock 180; 0: no limit)",
     take_timeout},
    {"strict_segments", 0, NULL, RUN, "segments must be cut exactly as the script says", take_strict_segments},
    {"dry_run", 0, NULL, RUN, "only check the scripts", take_dry_run},
    {"json", 0, "FILE", RUN | DIFF | IMPORT | COMPARE | AUDIT,
     "results as JSON lines (diff, import, compare: one object; audit: an array), - for standard output", take_json},
    {"junit", 0, "FILE", RUN, "results as JUnit XML, - for standard output", take_junit},
    {"tap", 0, "FILE", RUN, "results as TAP 14, - for standard output", take_tap},
    {"github", 0, "FILE", RUN, "surprises as annotations for GitHub workflows, - for standard output", take_github},
    {"pcap_dir", 0, "DIR", RUN, "write a capture of each run into this folder; not with --repeat", take_pcap_dir},
    {"ss", 0, "[LINE]", RUN,
     "the table of sockets goes into the notes of each run (see -v): at its end, or before this line", take_ss},
    {"at", 0, "LINE", SS, "before the event of this line of the script, not at the end", take_at},
    {"netstat", 0, NULL, SS, "in the form of netstat -ant, not of ss -tni", take_netstat},
    {"html", 0, "FILE", DIFF | COMPARE, "the comparison as one page that needs nothing else", take_html},
    {"bytes", 0, NULL, DIFF | COMPARE, "compare ranges of bytes: segmentation and acknowledgments do not matter",
     take_by_bytes},
    {"time_tolerance", 0, "MS", DIFF | COMPARE,
     "times differ when they are further apart than this and 5 % (default 10)", take_apart},
    {"no_time", 0, NULL, DIFF | COMPARE, "do not compare times", take_no_time},
    {"summary", 0, NULL, DIFF | COMPARE, "only the tables, no packets", take_summary},
    {"rules", 0, "FILE", DIFF | COMPARE, "what is allowed to differ and why (default: the shipped diff-rules.tsv)",
     take_rules},
    {"output", 'o', "PATH", IMPORT | EXPORT, "import: folder for the scripts (default: .); export: the file to write",
     take_output},
    {"side", 0, "NAME", IMPORT | AUDIT,
     "which end becomes the stack under test, or is judged: client, server or both (default); audit: or its address",
     take_side},
    {"taken_at", 0, "NAME", AUDIT,
     "the capture was taken at this end (client, server, both or an address): its packets stand there as it sent them",
     take_taken_at},
    {"complete", 0, NULL, AUDIT, "the capture dropped no packet (tcpdump says so at its end): doubts are told too",
     take_complete},
    {"local", 0, "ADDR", IMPORT, "the end with this address becomes the stack under test", take_local},
    {"connection", 0, "N", IMPORT, "only the N-th connection of the capture", take_connection},
    {"no_run", 0, NULL, IMPORT, "write the scripts without running them on the reference stack", take_no_run},
    {"root", 0, "DIR", RUN | CHECK | LIST | EXPLAIN | COVERAGE | DIFF | EXPORT | COMPARE | SS,
     "folder of the shipped scripts (also: TCPROVE_SCRIPTS)", take_root},
    {"verbose", 'v', NULL, RUN | LIST | COVERAGE | AUDIT,
     "all failures and the stories of all runs in full; paths in lists; coverage: all scripts; "
     "audit: all findings, and the table of rules",
     take_verbose},
    {"quiet", 'q', NULL, RUN | CHECK | DIFF | IMPORT | COMPARE, "only what went wrong and the last line", take_quiet},
    {"man", 0, NULL, HELP, "the manual page, as groff text", take_man},
    {"help", 'h', NULL, RUN | CHECK | LIST | EXPLAIN | COVERAGE | HELP | DIFF | IMPORT | EXPORT | COMPARE | SS | AUDIT,
     "this text", take_help},
};
const size_t cf_flag_count = sizeof cf_flags / sizeof *cf_flags;
