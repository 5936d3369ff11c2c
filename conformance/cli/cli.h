/* cli.h — the commands of tcprove. Each returns the exit status:
 *
 *   0  every result is what was expected        3  the target did not start, or broke its contract
 *   1  at least one unexpected result           4  a script or an expectation file is invalid
 *   2  wrong usage, or nothing is selected
 *
 * diff, import and audit: 0 equal, all reproduced, or no MUST broken; 1 not so; 2 wrong usage; 3 input that cannot be
 * read, or not to its end. compare: 0 when all that differs is a choice or a SHOULD. */
#ifndef CF_CLI_CLI_H
#define CF_CLI_CLI_H

#include "../run/result.h"
#include "../spec/req.h"
#include "../suite/select.h"
#include "../target/target.h"
#include "args.h"

#define CF_VERSION "0.1"

enum {
    CF_EXIT_OK,
    CF_EXIT_UNEXPECTED,
    CF_EXIT_USAGE,
    CF_EXIT_TARGET,
    CF_EXIT_INVALID,
    CF_EXIT_UNREADABLE = CF_EXIT_TARGET
};

/* The whole command: argv as main has it. */
int cf_main(int argc, char **argv);
/* The same program under the name packetdrill (packetdrill.c). */
int cf_packetdrill(int argc, char **argv);

int cf_cmd_run(cf_args *a);
int cf_cmd_check(cf_args *a);
int cf_cmd_list(cf_args *a);
int cf_cmd_explain(cf_args *a);
int cf_cmd_diff(cf_args *a);
int cf_cmd_compare(cf_args *a);
int cf_cmd_import(cf_args *a);
int cf_cmd_export(cf_args *a);
int cf_cmd_ss(cf_args *a);
int cf_cmd_audit(cf_args *a);
int cf_cmd_coverage(cf_args *a);

/* ---------- help.c ---------- */
typedef struct cf_verb {
    const char *name;
    cf_verb_bit bit;
    int (*run)(cf_args *a);
    const char *arguments, *help, *more; /* one line; paragraphs */
} cf_verb;
extern const cf_verb cf_verbs[];
extern const size_t cf_verb_count;
const cf_verb *cf_verb_find(const char *name);
void cf_help(FILE *out); /* all verbs */
void cf_help_verb(FILE *out, const cf_verb *v);
void cf_help_man(FILE *out); /* tcprove.1 */

/* ---------- companion.c ---------- */
typedef struct cf_companion {
    const char *name, *arguments, *help;
} cf_companion;
extern const cf_companion cf_companions[];
extern const size_t cf_companion_count;
const cf_companion *cf_companion_find(const char *name); /* NULL: there is none */
/* Becomes the program; argv[0] is replaced. Returns the exit status only when it cannot be started. */
int cf_companion_run(const cf_companion *c, char **argv);

/* ---------- choose.c ---------- */
/* "tcprove: message" on stderr; returns status. */
int cf_complain(int status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The folders of the suite; false after a complaint. */
bool cf_find_places(const cf_args *a, cf_places *p);
/* Folders, variants, words -> what is selected; 0, or the exit status after a complaint. */
int cf_choose(const cf_args *a, cf_places *p, cf_selection *s);
/* A target as an option names it: NAME or NAME:ARG. 0, or the exit status after a complaint. */
typedef struct cf_named_target {
    const cf_target_ops *ops;
    const char *arg; /* behind ':', or NULL */
} cf_named_target;
int cf_choose_target(const char *option, const char *text, cf_named_target *out);
/* What a result that is not the expected one means as exit status. */
int cf_exit_of(const cf_result *r);
/* What the parser must know for a variant: its symbols, then those of -D. The array is owned by the caller (free). */
cf_define *cf_join_defines(const cf_args *a, const cf_variant *v, uint32_t *count);
/* What a variant and -D, --seed say of a run; target, preset and settings are the caller's. The defines are owned by
 * the caller (free). */
cf_run_opts cf_variant_opts(const cf_args *a, const cf_variant *v);

/* ---------- explain.c's parts ---------- */
bool cf_explain_requirement(FILE *out, const cf_reqs *reqs, const cf_tests *tests, const char *word);
bool cf_explain_script(FILE *out, const cf_reqs *reqs, const cf_tests *tests, const char *word);
bool cf_explain_state(FILE *out, const char *spec_dir, const cf_tests *tests, const char *word);
bool cf_explain_reason(FILE *out, const char *word);
/* A rule of audit by its name, or all that stand for an oracle of the fuzzers ("O22"). */
bool cf_explain_audit(FILE *out, const cf_reqs *reqs, const char *word);

#endif
