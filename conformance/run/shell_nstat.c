/* shell_nstat.c — counters by the names of Linux, as differences. */
#include "shell_nstat.h"

#include "shell_proc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static cf_shell_verdict not_here(cf_shell *s, const char *what)
{
    snprintf(s->why, sizeof s->why, "command \"%s\"", what);
    return CF_SHELL_NA;
}

cf_shell_verdict cf_shell_nstat(cf_shell *s, const cf_sh_cmd *c)
{
    const char *name;
    uint64_t value;
    (void)c;
    if (!s->t->ops->counter) return not_here(s, "nstat");
    cf_buf_clear(&s->said);
    for (unsigned i = 0; i < CF_SHELL_COUNTERS && s->t->ops->counter(s->t, i, &name, &value); i++) {
        if (value != s->counted[i]) cf_buf_printf(&s->said, "%s %" PRIu64 " 0.0\n", name, value - s->counted[i]);
        s->counted[i] = value;
    }
    s->has_said = true;
    return CF_SHELL_OK;
}

cf_shell_verdict cf_shell_grep(cf_shell *s, const cf_sh_cmd *c)
{
    const char *pattern = c->argc > 1 ? c->argv[c->argc - 1] : "";
    if (c->join != CF_SH_PIPE && cf_shell_is_proc(c)) return cf_shell_grep_proc(s, c);
    if (c->join != CF_SH_PIPE || !s->has_said || c->argc < 2) return not_here(s, "grep");
    if (strstr(cf_buf_str(&s->said), pattern)) return CF_SHELL_OK;
    snprintf(s->why, sizeof s->why, "no counter \"%.100s\" has changed since the last nstat", pattern);
    return CF_SHELL_STATUS;
}
