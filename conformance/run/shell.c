/* shell.c — lists of commands, the table of commands, settings. */
#include "shell.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../text/diag.h"
#include "../text/mem.h"
#include "../text/source.h"
#include "shell_file.h"
#include "shell_host.h"
#include "shell_lex.h"
#include "shell_nstat.h"
#include "shell_route.h"
#include "sockets.h"
#include "sysctl_bsd.h"

typedef cf_shell_verdict command_fn(cf_shell *s, const cf_sh_cmd *c);

void cf_shell_free(cf_shell *s)
{
    for (uint32_t i = 0; i < s->kept_count; i++) {
        free(s->kept[i].name);
        free(s->kept[i].value);
    }
    free(s->kept);
    cf_buf_free(&s->notes);
    cf_buf_free(&s->said);
    cf_files_free(&s->files);
    *s = (cf_shell){0};
}

/* ---------- settings ---------- */

static const char *const knobs[] = {
#define KNOB(name) name,
#include "sysctl.def"
};
enum { KNOBS = sizeof knobs / sizeof *knobs };

static bool known_knob(const char *name)
{
    for (size_t i = 0; i < KNOBS; i++)
        if (strcmp(knobs[i], name) == 0) return true;
    return strncmp(name, "module.", 7) == 0;
}

static void note(cf_shell *s, const char *text)
{
    if (strstr(cf_buf_str(&s->notes), text)) return;
    cf_buf_printf(&s->notes, "%s%s", s->notes.len ? "\n" : "", text);
}

static cf_shell_verdict unknown_knob(cf_shell *s, const char *name)
{
    const char *near = cf_nearest(name, knobs, KNOBS);
    snprintf(s->why, sizeof s->why, "there is no setting %s%s%s%s", name, near ? " (did you mean " : "",
             near ? near : "", near ? "?)" : "");
    return CF_SHELL_STATUS;
}

static cf_shell_verdict set_bsd(cf_shell *s, const char *name, const char *value, bool quiet)
{
    char why[280] = "";
    switch (cf_bsd_set(s->t, name, value, why, sizeof why)) {
    case CF_BSD_DONE: return CF_SHELL_OK;
    case CF_BSD_NOTE:
        if (!quiet) note(s, why);
        return CF_SHELL_OK;
    case CF_BSD_NA: snprintf(s->why, sizeof s->why, "%s", why); return CF_SHELL_NA;
    case CF_BSD_WRONG: break;
    }
    snprintf(s->why, sizeof s->why, "%s", why);
    return CF_SHELL_STATUS;
}

/* quiet: the values of defaults.sh; what has no effect there is no news. */
static cf_shell_verdict set_one(cf_shell *s, const char *name, const char *value, bool quiet)
{
    char text[400], why[240] = "";
    if (cf_bsd_knows(name)) return set_bsd(s, name, value, quiet);
    switch (s->t->ops->set ? s->t->ops->set(s->t, name, value, why, sizeof why) : 2) {
    case 0: return CF_SHELL_OK;
    case 1:
        if (!quiet) note(s, why);
        return CF_SHELL_OK;
    case 2:
        if (!known_knob(name)) return unknown_knob(s, name);
        snprintf(text, sizeof text, "%s = %s has no effect on this target", name, value);
        if (!quiet) note(s, text);
        return CF_SHELL_OK;
    default: break;
    }
    snprintf(s->why, sizeof s->why, "%s", why);
    return CF_SHELL_STATUS;
}

cf_shell_verdict cf_shell_set(cf_shell *s, const char *name, const char *value)
{
    return set_one(s, name, value, false);
}

/* "/proc/sys/net/ipv4/tcp_sack" and "net/ipv4/tcp_sack" -> "net.ipv4.tcp_sack"; "/sys/module/..." -> "module...." */
static void knob_name(const char *path, size_t len, char *out, size_t cap)
{
    static const char *const roots[] = {"/proc/sys/", "/sys/"};
    for (int i = 0; i < 2; i++) {
        size_t n = strlen(roots[i]);
        if (len < n || strncmp(path, roots[i], n) != 0) continue;
        path += n;
        len -= n;
    }
    if (len >= cap) len = cap - 1;
    for (size_t i = 0; i < len; i++) out[i] = path[i] == '/' ? '.' : path[i];
    out[len] = '\0';
}

/* Values as sysctl reads them: fields separated by one blank. */
static void knob_value(const char *text, char *out, size_t cap)
{
    size_t n = 0;
    for (; *text && n + 1 < cap; text++) {
        bool blank = isspace((unsigned char)*text);
        if (blank && (!n || out[n - 1] == ' ')) continue;
        out[n++] = blank ? ' ' : *text;
    }
    while (n && out[n - 1] == ' ') n--;
    out[n] = '\0';
}

static cf_shell_verdict set_path(cf_shell *s, const char *path, size_t len, const char *value)
{
    char name[160], text[240];
    knob_name(path, len, name, sizeof name);
    knob_value(value, text, sizeof text);
    return cf_shell_set(s, name, text);
}

/* ---------- commands ---------- */

/* sysctl [-q -w -e ...] name=value ... ; also "name = value" and bare names (which only print). */
static cf_shell_verdict do_sysctl(cf_shell *s, const cf_sh_cmd *c)
{
    cf_shell_verdict last = CF_SHELL_OK;
    bool forgive = false;
    for (uint32_t i = 1; i < c->argc; i++) {
        const char *a = c->argv[i], *eq = strchr(a, '=');
        if (*a == '-') {
            forgive = forgive || strchr(a, 'e') != NULL;
            continue;
        }
        bool apart = !eq && i + 2 < c->argc && strcmp(c->argv[i + 1], "=") == 0;
        if (!eq && !apart) continue;
        cf_shell_verdict v = set_path(s, a, eq ? (size_t)(eq - a) : strlen(a), eq ? eq + 1 : c->argv[i + 2]);
        if (apart) i += 2;
        if (v != CF_SHELL_OK && !forgive) last = v;
    }
    return last;
}

static cf_shell_verdict do_echo(cf_shell *s, const cf_sh_cmd *c)
{
    cf_buf b = {0};
    for (uint32_t i = 1; i < c->argc; i++) {
        if (i == 1 && strcmp(c->argv[i], "-n") == 0) continue;
        cf_buf_printf(&b, "%s%s", b.len ? " " : "", c->argv[i]);
    }
    cf_shell_verdict v = CF_SHELL_OK;
    bool setting =
        c->out_file && (strncmp(c->out_file, "/proc/sys/", 10) == 0 || strncmp(c->out_file, "/sys/", 5) == 0);
    if (setting) v = set_path(s, c->out_file, strlen(c->out_file), cf_buf_str(&b));
    cf_buf_free(&b);
    return v;
}

static cf_shell_verdict do_defaults(cf_shell *s, const cf_sh_cmd *c)
{
    static const struct {
        const char *name, *value;
    } table[] = {
#define DEFAULT(name, value) {name, value},
#include "sysctl.def"
    };
    (void)c;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        cf_shell_verdict v = set_one(s, table[i].name, table[i].value, true);
        if (v != CF_SHELL_OK) return v;
    }
    return CF_SHELL_OK;
}

static void keep_value(cf_shell *s, const char *name)
{
    char value[240];
    if (!s->t->ops->get || !s->t->ops->get(s->t, name, value, sizeof value)) return;
    s->kept = cf_mem_grow(s->kept, s->kept_count, &s->kept_cap, sizeof *s->kept);
    s->kept[s->kept_count++] = (cf_kept){cf_mem_str(name), cf_mem_str(value)};
}

/* set_sysctls.py /proc/sys/...=value ... */
static cf_shell_verdict do_set_sysctls(cf_shell *s, const cf_sh_cmd *c)
{
    cf_shell_verdict last = CF_SHELL_OK;
    for (uint32_t i = 1; i < c->argc; i++) {
        char name[160];
        const char *eq = strchr(c->argv[i], '=');
        if (!eq) continue;
        knob_name(c->argv[i], (size_t)(eq - c->argv[i]), name, sizeof name);
        keep_value(s, name);
        cf_shell_verdict v = set_path(s, c->argv[i], (size_t)(eq - c->argv[i]), eq + 1);
        if (v != CF_SHELL_OK) last = v;
    }
    return last;
}

static cf_shell_verdict do_restore(cf_shell *s, const cf_sh_cmd *c)
{
    (void)c;
    while (s->kept_count) {
        cf_kept k = s->kept[--s->kept_count];
        set_one(s, k.name, k.value, true);
        free(k.name);
        free(k.value);
    }
    return CF_SHELL_OK;
}

cf_shell_verdict cf_shell_not_here(cf_shell *s, const cf_sh_cmd *c)
{
    cf_buf b = {0};
    for (uint32_t i = 0; i < c->argc && i < 9; i++) cf_buf_printf(&b, "%s%s", i ? " " : "", c->argv[i]);
    snprintf(s->why, sizeof s->why, "command \"%.200s%s\"", cf_buf_str(&b), c->argc > 9 ? " ..." : "");
    cf_buf_free(&b);
    return CF_SHELL_NA;
}

static cf_shell_verdict do_ip(cf_shell *s, const cf_sh_cmd *c)
{
    for (uint32_t i = 1; i < c->argc; i++)
        if (strcmp(c->argv[i], "tcp_metrics") == 0) {
            if (s->t->ops->forget) s->t->ops->forget(s->t);
            else note(s, "ip tcp_metrics: nothing is kept from connection to connection");
            return CF_SHELL_OK;
        }
    return cf_shell_route(s, c);
}

static cf_shell_verdict do_tc(cf_shell *s, const cf_sh_cmd *c)
{
    const char *why = "tc: the virtual device has no queue";
    char ignored[240];
    bool fq = false, full = false;
    for (uint32_t i = 1; i < c->argc; i++) {
        bool no_room = strcmp(c->argv[i], "limit") == 0 && i + 1 < c->argc && strcmp(c->argv[i + 1], "0") == 0;
        if (strcmp(c->argv[i], "netem") == 0 || strcmp(c->argv[i], "tbf") == 0) return cf_shell_not_here(s, c);
        full = full || no_room;
        fq = fq || strcmp(c->argv[i], "fq") == 0;
    }
    int set =
        s->t->ops->set ? s->t->ops->set(s->t, "refstack.device_drops", full ? "1" : "0", ignored, sizeof ignored) : 2;
    if (full) return set ? cf_shell_not_here(s, c) : CF_SHELL_OK;
    if (s->t->ops->set) s->t->ops->set(s->t, "refstack.fq", fq ? "1" : "0", ignored, sizeof ignored);
    if (fq) why = "tc: the virtual device has no queue; where the target can, connections space their departures";
    note(s, why);
    return CF_SHELL_OK;
}

static cf_shell_verdict do_ethtool(cf_shell *s, const cf_sh_cmd *c)
{
    (void)c;
    note(s, "ethtool: the virtual device has no offloads");
    return CF_SHELL_OK;
}

/* ss and netstat with whatever options: the table of all sockets, into the notes. */
static cf_shell_verdict do_sockets(cf_shell *s, const cf_sh_cmd *c)
{
    const char *slash = strrchr(c->argv[0], '/'), *name = slash ? slash + 1 : c->argv[0];
    cf_buf b = {0};
    if (!cf_sockets_text(&b, s->t, strcmp(name, "ss") == 0 ? CF_SOCKETS_SS : CF_SOCKETS_NETSTAT))
        return cf_shell_not_here(s, c);
    cf_buf_printf(&s->notes, "%s%s", s->notes.len ? "\n" : "", cf_buf_str(&b));
    cf_buf_free(&b);
    return CF_SHELL_OK;
}

static cf_shell_verdict do_nothing(cf_shell *s, const cf_sh_cmd *c)
{
    (void)s;
    (void)c;
    return CF_SHELL_OK;
}

static cf_shell_verdict do_false(cf_shell *s, const cf_sh_cmd *c)
{
    (void)c;
    snprintf(s->why, sizeof s->why, "non-zero status 1");
    return CF_SHELL_STATUS;
}

static cf_shell_verdict do_sleep(cf_shell *s, const cf_sh_cmd *c)
{
    for (uint32_t i = 1; i < c->argc; i++) {
        char *end;
        double v = strtod(c->argv[i], &end);
        double unit = *end == 'm' ? 60 : *end == 'h' ? 3600 : 1;
        if (end == c->argv[i] || v < 0 || v * unit > 1e9) {
            snprintf(s->why, sizeof s->why, "sleep %s", c->argv[i]);
            return CF_SHELL_STATUS;
        }
        s->slept_us += (int64_t)(v * unit * 1e6);
    }
    return CF_SHELL_OK;
}

/* By the last part of the command's path; a '*' at the end stands for anything. */
static const struct {
    const char *name;
    command_fn *run;
} commands[] = {
    {"sysctl", do_sysctl},
    {"echo", do_echo},
    {"defaults.sh", do_defaults},
    {"set_sysctls.py", do_set_sysctls},
    {"sysctl_restore_*", do_restore},
    {"ip", do_ip},
    {"tc", do_tc},
    {"ethtool", do_ethtool},
    {"true", do_nothing},
    {":", do_nothing},
    {"cd", do_nothing},
    {"false", do_false},
    {"sleep", do_sleep},
    {"nstat", cf_shell_nstat},
    {"ss", do_sockets},
    {"netstat", do_sockets},
    {"sockstat", cf_shell_not_here},
    {"tcpdrop", cf_shell_not_here},
    {"grep", cf_shell_grep},
    {"cat", cf_shell_not_here},
    {"dd", cf_shell_dd},
    {"rm", cf_shell_rm},
    {"setkey", cf_shell_not_here},
    {"kldload", cf_shell_not_here},
    {"kldstat", cf_shell_not_here},
    {"ifconfig", cf_shell_not_here},
    {"client.sh", cf_shell_not_here},
    {"server.sh", cf_shell_not_here},
};

static command_fn *find_command(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        size_t n = strlen(commands[i].name);
        bool open = commands[i].name[n - 1] == '*';
        if (open ? strncmp(name, commands[i].name, n - 1) == 0 : strcmp(name, commands[i].name) == 0)
            return commands[i].run;
    }
    return NULL;
}

/* ---------- lists ---------- */

static const char *variable(void *ctx, const char *name)
{
    static char pid[24];
    (void)ctx;
    if (strcmp(name, "PPID") != 0 && strcmp(name, "PACKETDRILL_PID") != 0) return NULL;
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    return pid;
}

static bool skipped(const cf_sh_cmd *c, cf_shell_verdict before)
{
    return (c->join == CF_SH_AND && before != CF_SHELL_OK) || (c->join == CF_SH_OR && before == CF_SHELL_OK);
}
static cf_shell_verdict run_text(cf_shell *s, const char *text);

/* "../common/setup.sh": a script of the user's, next to this one. */
static bool is_script_path(const char *name)
{
    size_t n = strlen(name);
    return n > 3 && strchr(name, '/') && strcmp(name + n - 3, ".sh") == 0;
}

/* Its lines are commands like any other; a real shell's loops and functions are not understood, and said. */
static cf_shell_verdict run_script(cf_shell *s, const cf_sh_cmd *c)
{
    enum { DEPTH_MAX = 4 };
    const char *name = c->argv[0], *no;
    char *path = *name == '/' || !s->dir ? cf_mem_str(name) : cf_mem_fmt("%s/%s", s->dir, name);
    cf_source src;
    cf_shell_verdict v = CF_SHELL_STATUS;
    if (s->depth == DEPTH_MAX) {
        snprintf(s->why, sizeof s->why, "%s: scripts call each other more than %d deep", name, DEPTH_MAX);
    } else if (!cf_source_read(&src, path, &no)) {
        snprintf(s->why, sizeof s->why, "%s: %s", path, no);
    } else {
        s->depth++;
        v = run_text(s, src.text);
        s->depth--;
        cf_source_free(&src);
        char inner[sizeof s->why];
        snprintf(inner, sizeof inner, "%s", s->why);
        if (v != CF_SHELL_OK) snprintf(s->why, sizeof s->why, "%.120s: %.170s", name, inner);
    }
    free(path);
    return v;
}

static cf_shell_verdict run_list(cf_shell *s, const cf_sh_cmd *c, uint32_t count)
{
    cf_shell_verdict v = CF_SHELL_OK;
    for (uint32_t i = 0; i < count; i++) {
        if (skipped(&c[i], v)) continue;
        command_fn *run = find_command(c[i].argv[0]);
        if (!run && is_script_path(c[i].argv[0])) run = run_script;
        if (!run) {
            snprintf(s->why, sizeof s->why,
                     "unknown command \"%s\" (only settings are understood; --shell=host runs others)", c[i].argv[0]);
            return CF_SHELL_UNKNOWN;
        }
        v = run(s, &c[i]);
        if (v == CF_SHELL_NA || (v == CF_SHELL_UNKNOWN && run == run_script)) return v;
    }
    return v;
}

static cf_shell_verdict run_text(cf_shell *s, const char *text)
{
    cf_sh_cmd *c = NULL;
    uint32_t count = 0;
    char why[200];
    cf_shell_verdict v = CF_SHELL_UNKNOWN;
    cf_arena *mem = cf_arena_new();
    if (cf_sh_lex(text, mem, variable, s, &c, &count, why, sizeof why)) v = run_list(s, c, count);
    else
        snprintf(s->why, sizeof s->why, "the command uses %s (only settings are understood; --shell=host runs others)",
                 why);
    cf_arena_free(mem);
    return v;
}

static cf_shell_verdict run_on_host(cf_shell *s, const char *text)
{
    return cf_shell_on_host(s->dir, text, s->why, sizeof s->why) ? CF_SHELL_OK : CF_SHELL_STATUS;
}

cf_shell_verdict cf_shell_run(cf_shell *s, const char *text)
{
    if (s->t->ops->caps & CF_CAP(HOST_SHELL)) return run_on_host(s, text);
    cf_shell_verdict v = run_text(s, text);
    if (s->host && (v == CF_SHELL_UNKNOWN || v == CF_SHELL_NA)) return run_on_host(s, text);
    return v;
}
