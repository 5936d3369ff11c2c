#define CHECK_MAIN
#include "../run/shell_lex.h"

#include "../../stack/test/check.h"

static char shown[600], why[200];

static const char *var(void *ctx, const char *name)
{
    (void)ctx;
    return strcmp(name, "PPID") == 0 ? "77" : NULL;
}

/* "word|word>file; word" with the joins spelled out. */
static const char *lex(const char *text)
{
    static const char *const joins[] = {" ; ", " && ", " || ", " | "};
    cf_sh_cmd *c;
    uint32_t n;
    cf_arena *mem = cf_arena_new();
    size_t at = 0;
    shown[0] = why[0] = '\0';
    if (!cf_sh_lex(text, mem, var, NULL, &c, &n, why, sizeof why)) snprintf(shown, sizeof shown, "no: %s", why);
    for (uint32_t i = 0; !why[0] && i < n; i++) {
        if (i) at += (size_t)snprintf(shown + at, sizeof shown - at, "%s", joins[c[i].join]);
        for (uint32_t k = 0; k < c[i].argc; k++)
            at += (size_t)snprintf(shown + at, sizeof shown - at, "%s<%s>", k ? " " : "", c[i].argv[k]);
        if (c[i].out_file) at += (size_t)snprintf(shown + at, sizeof shown - at, " > %s", c[i].out_file);
    }
    cf_arena_free(mem);
    return shown;
}

TEST(words_and_quotes)
{
    CHECK_STR(lex("sysctl -q  a=b"), "<sysctl> <-q> <a=b>");
    CHECK_STR(lex("echo \"a  b\" 'c \"d' e\\ f"), "<echo> <a  b> <c \"d> <e f>");
    CHECK_STR(lex("x a=\"4096 540000\""), "<x> <a=4096 540000>");
}

TEST(variables_and_arithmetic)
{
    CHECK_STR(lex("/tmp/r_${PPID}.sh $PPID \"$PPID\" '$PPID' $NONE x"), "</tmp/r_77.sh> <77> <77> <$PPID> <> <x>");
    CHECK_STR(lex("x=$((15*1024*1024)) y=$(( (1 + 2) * -3 / 2 ))"), "<x=15728640> <y=-4>");
}

TEST(lists_pipes_and_line_ends)
{
    CHECK_STR(lex("a; b && c || d | e\nf"), "<a> ; <b> && <c> || <d> | <e> ; <f>");
    CHECK_STR(lex("\n\n  a  \n\n b # remark; c\n"), "<a> ; <b>");
    CHECK_STR(lex("a \\\n  b"), "<a> <b>");
    CHECK_STR(lex("a ||\\\n b"), "<a> || <b>");
}

TEST(redirections_go_where_they_say)
{
    CHECK_STR(lex("echo 3 > /sys/x"), "<echo> <3> > /sys/x");
    CHECK_STR(lex("a >/dev/null 2>&1; b 2>/dev/null; c &> /dev/null"), "<a> > /dev/null ; <b> ; <c> > /dev/null");
}

TEST(what_only_a_shell_can_do_is_said)
{
    CHECK_STR(lex("a $(b)"), "no: $(command)");
    CHECK_STR(lex("a `b`"), "no: a command in backquotes");
    CHECK_STR(lex("(a)"), "no: a subshell or a background command");
    CHECK_STR(lex("a &"), "no: a subshell or a background command");
    CHECK_STR(lex("echo \"a"), "no: a quote that does not end");
    CHECK_STR(lex("&& a"), "no: an operator without a command before it");
    CHECK_STR(lex("a &&"), "no: an operator without a command after it");
    CHECK_STR(lex("a $((1/0))"), "no: a division by zero");
}
