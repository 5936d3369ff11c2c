/* Help texts and the manual page: both are expansions of the table of verbs, the table of options and packetdrill's
 * list. */
#include <ctype.h>
#include <string.h>

#include "../script/options.h"
#include "cli.h"

static const char selector_help[] =
    "Words say what is selected; without any, all shipped scripts in all variants.\n"
    "  close  close/shutdown-both  close/shutdown-both@ipv6  'close/fin-*'   by folder, name, variant, pattern\n"
    "  RFC7323  RFC9293-MUST-13                   scripts that cite a document or a requirement\n"
    "  bugs  bugs/CVE-2004-0230  'bugs/lwIP-*'     scripts that ask for bugs that real stacks had\n"
    "  some/folder  some/file.pkt                 scripts by path\n"
    "  state:X event:Y level:MUST needs:X title:X spec:X family:X clock:X   filters; -needs:X turns one round\n"
    "Names add up; a filter must hold for all. A name that means nothing is an error.\n";

static const char exit_help[] = "0  every result is what was expected\n"
                                "1  at least one unexpected result, a surprising pass included\n"
                                "2  wrong usage, or nothing is selected\n"
                                "3  the target did not start, or broke its contract\n"
                                "4  a script or an expectation file is invalid\n";

static const char diff_help[] =
    "A and B are captures (pcap, pcapng) or folders of them, as `tcprove run --pcap-dir` writes. Connections are\n"
    "paired, numbers made relative, packets aligned by what they say; what differs is told with its class:\n"
    "  choice       a stack may do either          must         one side breaks a MUST\n"
    "  should       one side leaves a SHOULD       unexplained  no rule knows it\n"
    "Exit status: 0 equal, 1 different, 2 wrong usage, 3 unreadable or damaged input.\n";

static const char compare_help[] =
    "Runs the scripts on the reference stack and on the other side, compares captures, what the system calls gave\n"
    "back, TCP_INFO at the end and the verdicts, and tells each difference with its class (as `tcprove diff`). Both\n"
    "sides run with cubic unless --set says otherwise. Where a script failed on one side, what came later is not\n"
    "compared. What one side cannot run is left out, and said.\n"
    "  tcprove compare clock:live-safe close              beside this machine's kernel\n"
    "  tcprove compare close --with golden:linux-6.18     beside a recorded one: needs neither Linux nor root\n"
    "Exit status: 0 all that differs is choice or should, 1 not so, 2 wrong usage, 3 a side could not run,\n"
    "4 an invalid script.\n";

static const char import_help[] =
    "Every connection gives a script for each end as the stack under test: packets as they were, system calls as the\n"
    "wire shows them. Each script is run on the reference stack at once. What was left out is said, with the reason.\n"
    "Of a capture of very many connections the first 1000 are taken; --connection N takes any other.\n"
    "Exit status: 0 all reproduced, 1 not all, 2 wrong usage, 3 unreadable or damaged input (scripts are made of what\n"
    "came before), or no connection fit for a script.\n";

static const char export_help[] =
    "The capture is pcapng of raw IP packets, ready for Wireshark and tshark: each packet has a comment with its line\n"
    "in the script and what the judge said of it. `tcprove run --pcap-dir DIR` does the same for many scripts.\n"
    "-o - writes to standard output, as for tshark -r -.\n"
    "Exit status: 0 the capture was written, whatever the verdict, 1 the run broke off, 2 wrong usage or a file that\n"
    "cannot be written, 3 the target did not start, 4 an invalid script.\n";

static const char ss_help[] =
    "Runs one script in one variant and prints every socket and connection there is when its last event is over, or\n"
    "before the event of a line (--at). What is told is what ss -tni or netstat -ant would tell of a host: state,\n"
    "queues, both ends, the timer, and what TCP knows.\n"
    "  tcprove ss close/fin-with-data\n"
    "  tcprove ss close/fin-with-data --at 20 --netstat\n"
    "A script can do the same with the commands `ss` and `netstat`: the table goes into its notes (run -v).\n"
    "Exit status: 0 the sockets were printed, 1 the run ended before, 2 wrong usage, 3 the target did not start.\n";

static const char audit_help[] =
    "A passive judge: what no correct TCP puts on the wire, found in captures of any stack. Only what is certain is\n"
    "said: without --taken-at a capture may have been taken anywhere, and rules that need the order or the time of\n"
    "an end, or what has come to it, rest. A capture drops packets when it has no time: what one such packet would\n"
    "explain is told when the other end contradicts it, when it happens three times and nothing shows a loss, or with\n"
    "--complete. A pcapng file that counts drops itself is never taken for complete.\n"
    "  tcprove audit field.pcapng                         both ends\n"
    "  tcprove audit --taken-at server --side server s.pcap   more rules, for the end where tcpdump ran\n"
    "Exit status: 0 no MUST is broken, 1 one is, 2 wrong usage, 3 unreadable or damaged input, or no TCP in it.\n";

static const char coverage_help[] =
    "One line for each row of the requirement tables: its level, its priority, and the scripts that name it in their\n"
    "//: spec: line, or why there is none (spec/untested.tsv); below, the counts. Words are documents or\n"
    "requirements.\n"
    "  tcprove coverage\n"
    "  tcprove coverage RFC7323 EV-LISTEN -v\n"
    "Exit status: 0 every row that has to has a script or a reason, 1 not so, 2 wrong usage, 4 invalid tables.\n"
    "Those rows are: priority 1, MUST and SHOULD of RFC 9293, and state x event.\n";

const cf_verb cf_verbs[] = {
    {"run", CF_VERB_RUN, cf_cmd_run, "[WORD...]", "run scripts and judge what the target does", selector_help},
    {"check", CF_VERB_CHECK, cf_cmd_check, "[WORD...]", "read scripts and report every mistake, without running them",
     selector_help},
    {"list", CF_VERB_LIST, cf_cmd_list, "[WORD...]", "show what would run", selector_help},
    {"explain", CF_VERB_EXPLAIN, cf_cmd_explain, "WORD...",
     "tell all that is known about a script, a requirement, a document, a state, a rule of audit or a drop reason",
     "  tcprove explain close/fin-with-data  a script: what it tests and the rule behind it\n"
     "  tcprove explain RFC9293-MUST-13    a requirement: the rule, how to test it, who tests it\n"
     "  tcprove explain RFC7323            a document: its requirements\n"
     "  tcprove explain TIME-WAIT          a state: what may happen in it\n"
     "  tcprove explain ack-beyond         a rule of audit; O22: the rules that stand for an oracle\n"
     "  tcprove explain SEQ_OUTSIDE_WINDOW a reason for which the reference stack drops a segment\n"},
    {"coverage", CF_VERB_COVERAGE, cf_cmd_coverage, "[WORD...]",
     "show for each requirement its scripts, or why it has none", coverage_help},
    {"diff", CF_VERB_DIFF, cf_cmd_diff, "A B", "compare two captures, or two folders of captures, by meaning",
     diff_help},
    {"compare", CF_VERB_COMPARE, cf_cmd_compare, "[WORD...]",
     "run scripts on the reference stack and beside Linux, and tell what differs", compare_help},
    {"import", CF_VERB_IMPORT, cf_cmd_import, "CAPTURE", "make scripts of a capture and see whether they reproduce it",
     import_help},
    {"export", CF_VERB_EXPORT, cf_cmd_export, "SCRIPT", "run one script and write what was on the wire as a capture",
     export_help},
    {"audit", CF_VERB_AUDIT, cf_cmd_audit, "CAPTURE...", "judge captures of any stack: what no correct TCP sends",
     audit_help},
    {"ss", CF_VERB_SS, cf_cmd_ss, "SCRIPT", "run one script and print the sockets it leaves, as ss and netstat do",
     ss_help},
};
const size_t cf_verb_count = sizeof cf_verbs / sizeof *cf_verbs;

const cf_verb *cf_verb_find(const char *name)
{
    for (size_t i = 0; i < cf_verb_count; i++)
        if (strcmp(cf_verbs[i].name, name) == 0) return &cf_verbs[i];
    return NULL;
}

/* ---------- options as text ---------- */

/* "-j, --jobs N" with names as people type them: packetdrill's keep their '_', ours have '-'. */
static void spell(char *out, size_t cap, const cf_flag *f)
{
    char name[40];
    snprintf(name, sizeof name, "%s", f->name);
    for (char *c = name; *c; c++)
        if (*c == '_') *c = '-';
    char value[40] = "";
    if (f->value && f->value[0] == '[')
        snprintf(value, sizeof value, "[=%.*s]", (int)strlen(f->value) - 2, f->value + 1);
    else if (f->value) snprintf(value, sizeof value, " %s", f->value);
    char letter[8] = "    ";
    if (f->letter) snprintf(letter, sizeof letter, "-%c, ", f->letter);
    snprintf(out, cap, "%s--%s%s", letter, name, value);
}

static void put_options(FILE *out, unsigned verbs)
{
    for (size_t i = 0; i < cf_flag_count; i++) {
        if (!(cf_flags[i].verbs & verbs)) continue;
        char left[96];
        spell(left, sizeof left, &cf_flags[i]);
        fprintf(out, "  %-26s %s\n", left, cf_flags[i].help);
    }
}

/* Ours by another row, or without meaning here. */
static bool is_ours(const char *packetdrill_name)
{
    for (size_t i = 0; i < cf_flag_count; i++)
        if (strcmp(cf_flags[i].name, packetdrill_name) == 0) return true;
    return strcmp(packetdrill_name, "debug") == 0 || strncmp(packetdrill_name, "wire_", 5) == 0 ||
           strncmp(packetdrill_name, "so_", 3) == 0;
}

static void put_packetdrill_options(FILE *out)
{
    fputs("  packetdrill's options, with the meaning they have there:\n", out);
    int column = 0;
    for (size_t i = 0; i < cf_option_count; i++) {
        if (is_ours(cf_options[i].name)) continue;
        int len = (int)strlen(cf_options[i].name) + 3;
        if (column == 0 || column + len > 96) {
            fprintf(out, "%s   ", column ? "\n" : "");
            column = 3;
        }
        fprintf(out, " --%s", cf_options[i].name);
        column += len;
    }
    fputc('\n', out);
}

void cf_help(FILE *out)
{
    fputs("tcprove - TCP conformance in seconds, for any stack\n\nusage: tcprove VERB [OPTION...] [WORD...]\n\n", out);
    for (size_t i = 0; i < cf_verb_count; i++) fprintf(out, "  %-9s %s\n", cf_verbs[i].name, cf_verbs[i].help);
    for (size_t i = 0; i < cf_companion_count; i++)
        fprintf(out, "  %-9s %s\n", cf_companions[i].name, cf_companions[i].help);
    fputs("  help      this text; help VERB tells more\n\n  --version\n\nexit status:\n", out);
    fputs(exit_help, out);
}

void cf_help_verb(FILE *out, const cf_verb *v)
{
    fprintf(out, "usage: tcprove %s [OPTION...] %s\n%c%s.\n\n%s\noptions:\n", v->name, v->arguments,
            toupper((unsigned char)v->help[0]), v->help + 1, v->more);
    put_options(out, v->bit);
    if (v->bit & (CF_VERB_RUN | CF_VERB_CHECK)) put_packetdrill_options(out);
}

/* ---------- the manual page ---------- */

/* groff text: '\' and '-' are special, and so are '.' and '\'' at the start of a line. */
static void put_groff(FILE *out, const char *text)
{
    bool start = true;
    for (; *text; text++) {
        if (start && (*text == '.' || *text == '\'')) fputs("\\&", out);
        if (*text == '\\') fputs("\\e", out);
        else if (*text == '-') fputs("\\-", out);
        else fputc(*text, out);
        start = *text == '\n';
    }
}

static void put_block(FILE *out, const char *text)
{
    fputs(".nf\n", out);
    put_groff(out, text);
    fputs(".fi\n", out);
}

static void put_man_options(FILE *out)
{
    for (size_t i = 0; i < cf_flag_count; i++) {
        const cf_flag *f = &cf_flags[i];
        char left[96];
        spell(left, sizeof left, f);
        fputs(".TP\n.B ", out);
        put_groff(out, left + strspn(left, " "));
        fputc('\n', out);
        put_groff(out, f->help);
        fputs(" (", out);
        const char *comma = "";
        for (size_t k = 0; k < cf_verb_count; k++) {
            if (!(f->verbs & cf_verbs[k].bit)) continue;
            fprintf(out, "%s%s", comma, cf_verbs[k].name);
            comma = ", ";
        }
        fprintf(out, "%s)\n", f->verbs & CF_VERB_HELP ? *comma ? ", help" : "help" : "");
    }
    fputs(".TP\n.B packetdrill's options\n", out);
    for (size_t i = 0; i < cf_option_count; i++) {
        if (is_ours(cf_options[i].name)) continue;
        fputs("\\-\\-", out);
        put_groff(out, cf_options[i].name);
        fputc('\n', out);
    }
}

static void put_man_command(FILE *out, const char *name, const char *help)
{
    fprintf(out, ".TP\n.B %s\n", name);
    put_groff(out, help);
    fputc('\n', out);
}

void cf_help_man(FILE *out)
{
    fputs(".\\\" Made by `tcprove help --man`; a test compares.\n.TH TCPROVE 1\n.SH NAME\n"
          "tcprove \\- TCP conformance in seconds, for any stack\n.SH SYNOPSIS\n",
          out);
    for (size_t i = 0; i < cf_verb_count; i++)
        fprintf(out, ".B tcprove %s\n[OPTION...] %s\n.br\n", cf_verbs[i].name, cf_verbs[i].arguments);
    for (size_t i = 0; i < cf_companion_count; i++)
        fprintf(out, ".B tcprove %s\n%s\n.br\n", cf_companions[i].name, cf_companions[i].arguments);
    fputs(".SH COMMANDS\n", out);
    for (size_t i = 0; i < cf_verb_count; i++) put_man_command(out, cf_verbs[i].name, cf_verbs[i].help);
    for (size_t i = 0; i < cf_companion_count; i++) put_man_command(out, cf_companions[i].name, cf_companions[i].help);
    fputs(".SH SELECTING\n", out);
    put_block(out, selector_help);
    fputs(".SH OPTIONS\n", out);
    put_man_options(out);
    fputs(".SH EXIT STATUS\n", out);
    put_block(out, exit_help);
    fputs(".SH ENVIRONMENT\n.TP\n.B TCPROVE_SCRIPTS\nfolder of the shipped scripts\n", out);
}
