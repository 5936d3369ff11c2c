/* args.h — the command line: one table of options, from which the parser, the help texts and the man page are made.
 *
 * `--name=value` and `--name value` are the same, '-' and '_' in a name too. packetdrill's own options
 * (script/options.h) are taken in both spellings and handed to the runner; they win over what a script says. */
#ifndef CF_CLI_ARGS_H
#define CF_CLI_ARGS_H

#include "../script/ast.h"

typedef enum {
    CF_VERB_RUN = 1,
    CF_VERB_CHECK = 2,
    CF_VERB_LIST = 4,
    CF_VERB_EXPLAIN = 8,
    CF_VERB_HELP = 16,
    CF_VERB_DIFF = 32,
    CF_VERB_IMPORT = 64,
    CF_VERB_EXPORT = 128,
    CF_VERB_COMPARE = 256,
    CF_VERB_SS = 512,
    CF_VERB_AUDIT = 1024,
    CF_VERB_COVERAGE = 2048
} cf_verb_bit;

typedef struct cf_strings {
    const char **items;
    uint32_t count, cap;
} cf_strings;

typedef struct cf_args {
    cf_strings words;         /* selectors, or what explain is asked about */
    cf_strings sets, expects; /* --set knob=value, --expect FILE */
    cf_strings options;       /* packetdrill's, "name" or "name=value"; owned */
    cf_define *defines;
    uint32_t define_count, define_cap; /* names are owned, values point into argv */
    const char *target, *preset, *root, *variants, *ip_version;
    const char *json, *junit, *tap, *github, *pcap_dir; /* file names, "-" for standard output; NULL: not asked */
    uint64_t seed;
    uint32_t late_us; /* run: events come up to so much late */
    uint32_t jobs, repeat;
    bool jobs_given, shell_host, strict_segments, verbose, quiet, help, version, dry_run, man;
    int64_t timeout_us;                      /* -1: not given */
    bool by_bytes, no_time, summary, no_run; /* diff, import */
    const char *html, *rules, *output, *side, *local;
    bool complete;        /* audit: the capture dropped nothing */
    const char *taken_at; /* audit: where the capture was taken; NULL: somewhere */
    const char *with;     /* compare: a target or golden:NAME; NULL: linux */
    bool ss, netstat;     /* ss; run --ss */
    uint32_t at_line;     /* ss, run --ss: before the event of this line; 0: at the end */
    uint32_t connection;  /* import: which one, from 1; 0: all */
    int64_t apart_ns;     /* diff: when two times differ */
} cf_args;

typedef struct cf_flag {
    const char *name;  /* without dashes */
    char letter;       /* 0: none */
    const char *value; /* what to call its value; NULL: takes none; "[X]": may be left out */
    unsigned verbs;    /* bits of cf_verb_bit */
    const char *help;
    bool (*take)(cf_args *a, const char *value, char *why, size_t why_cap); /* value NULL when none was given */
} cf_flag;

extern const cf_flag cf_flags[];
extern const size_t cf_flag_count;

/* Reads argv[0..argc) (after the verb). False with a message in why. Free in both cases. */
bool cf_args_read(cf_args *a, cf_verb_bit verb, int argc, char **argv, char *why, size_t why_cap);
void cf_args_free(cf_args *a);

#endif
