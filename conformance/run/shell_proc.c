/* shell_proc.c — the table of sockets as Linux shows it in /proc/net: hexadecimal, words of an address little end
 * first. */
#include "shell_proc.h"

#include <stdio.h>
#include <string.h>

enum { PATTERN_AT = 1, FILES_AT = 2 };

static const char *const files[] = {"/proc/net/tcp", "/proc/net/tcp6"};

static bool is_file(const char *name, unsigned i)
{
    return strcmp(name, files[i]) == 0;
}

bool cf_shell_is_proc(const cf_sh_cmd *c)
{
    for (uint32_t i = FILES_AT; i < c->argc; i++)
        if (!is_file(c->argv[i], 0) && !is_file(c->argv[i], 1)) return false;
    return c->argc > FILES_AT && c->argv[PATTERN_AT][0] != '-';
}

/* The numbers of include/net/tcp_states.h in the kernel's user interface. */
static unsigned number_of(const char *state)
{
    static const char *const names[] = {"",           "ESTABLISHED", "SYN-SENT",  "SYN-RECEIVED",
                                        "FIN-WAIT-1", "FIN-WAIT-2",  "TIME-WAIT", "CLOSED",
                                        "CLOSE-WAIT", "LAST-ACK",    "LISTEN",    "CLOSING"};
    for (unsigned i = 1; i < sizeof names / sizeof *names; i++)
        if (strcmp(state, names[i]) == 0) return i;
    return 0;
}

static void put_end(cf_buf *b, const cf_addr *a, uint16_t port)
{
    for (unsigned word = 0; word < (a->family == 6 ? 4u : 1u); word++)
        for (unsigned i = 4; i > 0; i--) cf_buf_printf(b, "%02X", a->b[4 * word + i - 1]);
    cf_buf_printf(b, ":%04X", port);
}

static bool is_wanted(const cf_sh_cmd *c, bool v6)
{
    for (uint32_t i = FILES_AT; i < c->argc; i++)
        if (is_file(c->argv[i], v6)) return true;
    return false;
}

cf_shell_verdict cf_shell_grep_proc(cf_shell *s, const cf_sh_cmd *c)
{
    cf_socket_view v;
    uint32_t iter = 0, number = 0;
    if (!s->t->ops->socket_view) {
        snprintf(s->why, sizeof s->why, "command \"grep\" in %s", c->argv[FILES_AT]);
        return CF_SHELL_NA;
    }
    cf_buf_clear(&s->said);
    while (s->t->ops->socket_view(s->t, &iter, &v)) {
        cf_buf line = {0};
        cf_buf_printf(&line, "%4u: ", number++);
        put_end(&line, &v.local, v.local_port);
        cf_buf_putc(&line, ' ');
        put_end(&line, &v.remote, v.remote_port);
        cf_buf_printf(&line, " %02X %08X:%08X\n", number_of(v.state), v.send_q, v.recv_q);
        bool hit = is_wanted(c, v.local.family == 6) && strstr(cf_buf_str(&line), c->argv[PATTERN_AT]);
        if (hit) cf_buf_puts(&s->said, cf_buf_str(&line));
        cf_buf_free(&line);
    }
    s->has_said = true;
    if (*cf_buf_str(&s->said)) return CF_SHELL_OK;
    snprintf(s->why, sizeof s->why, "no line of %s has \"%.100s\"", c->argv[FILES_AT], c->argv[PATTERN_AT]);
    return CF_SHELL_STATUS;
}
