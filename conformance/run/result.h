/* result.h — what one run of one script in one variant came to. The record that every report is made of. */
#ifndef CF_RUN_RESULT_H
#define CF_RUN_RESULT_H

#include "../text/buf.h"
#include "../script/ast.h"

/* suite.md 2.5 */
typedef enum { CF_PASS, CF_LAX, CF_FAIL, CF_SEEN, CF_NA, CF_RUN_ERROR, CF_UNSTEADY, CF_OUTCOMES } cf_outcome;
const char *cf_outcome_name(cf_outcome o); /* "pass" "lax" "fail" "seen" "n/a" "error" "unsteady" */

typedef struct cf_field_diff {
    const char *field;
    char script[120], wire[120], remark[120];
    bool same;
} cf_field_diff;

typedef struct cf_story_line {
    int64_t at_us;
    char kind[12];
    char *text;    /* owned */
    uint32_t line; /* of the script, 0 none */
} cf_story_line;

typedef struct cf_result {
    char *id, *variant, *target; /* "close/fin", "ipv4", "ref/linux"; owned */
    char *path;                  /* the script; owned */
    cf_outcome outcome;
    char signature[160]; /* short and stable: "field ack line 19", "no-packet line 19", "" on pass */
    char *message;       /* packetdrill's own first error line, or why n/a; owned */
    char *hint;          /* owned; may be NULL */
    uint32_t line;
    cf_span span; /* where in the script; line 0: nowhere */
    cf_field_diff *diff;
    uint32_t diffs;                    /* all fields of the nearest packet */
    char *script_packet, *wire_packet; /* both renderings in script space; owned; may be NULL */
    cf_story_line *story;
    uint32_t stories;
    char *spec, *level, *title; /* from front matter; owned; may be NULL */
    char *calls, *info;         /* what calls gave back, TCP_INFO at the end: as in ledger.h; owned */
    char *notes;                /* settings without effect here and the like; owned; may be NULL */
    int64_t virtual_us, wall_us;
    int64_t late_us; /* real clocks: how late the judge itself woke at worst; else 0 */
    bool off;        /* a time was off; margin_us tells how near the worst came to its tolerance (beyond: below 0) */
    int64_t margin_us;
    uint32_t tries; /* real clocks: how often it was run until this could be believed (suite/pace.h); 0: not counted */
    uint64_t seed;
    uint64_t hash; /* of all packets in both directions with their times: FNV-1a */
    uint32_t packets_in, packets_out;
    char script_sha[65]; /* SHA-256 of the script text, hex */
    char *pcap;          /* path of the capture, if one was written */
} cf_result;
void cf_result_free(cf_result *r);

/* Everything that shapes a run besides the script; flags compatible with packetdrill's (cli/ fills it). */
typedef struct cf_run_opts {
    const struct cf_target_ops *target;
    const char *target_arg; /* after ':' in --target */
    const char *preset;
    cf_ip_mode mode;
    bool mode_given;
    uint32_t mtu;        /* of a script that names none; 0: 1500 */
    const char *variant; /* name for the record */
    const cf_define *defines;
    uint32_t define_count;
    const char *const *options;
    uint32_t option_count; /* packetdrill options from the command line, "name=value", they win */
    const char *const *sets;
    uint32_t set_count; /* --set knob=value */
    uint64_t seed;
    uint32_t late_us; /* on a virtual clock, events of the script come up to so much late, by the seed */
    bool shell_host, strict_segments, verbose, story;
    bool punctual;          /* real clocks: it may take the processor whose timers are punctual */
    bool stay_here;         /* commands and files are meant from the current folder, not the script's */
    bool sockets, netstat;  /* the table of sockets goes into the notes (netstat: in that form) ... */
    uint32_t sockets_line;  /* ... before the event of this line; 0: after the last one */
    cf_buf *sockets_to;     /* where it goes instead of the notes; NULL: into those */
    const char *pcap_path;  /* NULL: none */
    int64_t max_virtual_us; /* guard; 0: default (400 days) */
} cf_run_opts;

/* Parses and runs one script. Always fills *out (outcome CF_RUN_ERROR for broken scripts, with the diagnostic as
 * message). */
void cf_run_script(const char *path, const char *id, const cf_run_opts *opts, cf_result *out);
/* The same for a script in memory; path is its name in messages. */
void cf_run_text(const char *path, const char *text, size_t len, const char *id, const cf_run_opts *opts,
                 cf_result *out);

#endif
