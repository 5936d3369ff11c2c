/* parse_call.c — "name(arguments) = result ERRNO (note)". */
#include <string.h>

#include "../text/buf.h"
#include "calls.h"
#include "parser.h"
#include "symbols.h"

static bool parse_arguments(cf_parser *p, cf_call *c)
{
    if (cf__take_char(p, ')')) return true;
    do {
        cf_expr *x = cf__parse_expr(p);
        if (!x) return false;
        c->argv = cf_arena_more(p->mem, c->argv, c->argc, sizeof *c->argv);
        c->argv[c->argc++] = x;
    } while (cf__take_char(p, ','));
    return cf__take_char(p, ')') || cf__expected(p, "',' or ')' after an argument");
}

/* What a note may hold: words, numbers and the marks that appear between them. */
static bool is_note_token(const cf_token *t)
{
    if (t->kind == CF_TOK_CHAR) return t->ch && strchr("|,-'/.:;!?", t->ch);
    return t->kind == CF_TOK_WORD || t->kind == CF_TOK_INT || t->kind == CF_TOK_HEX || t->kind == CF_TOK_FLOAT;
}

/* packetdrill reads only plain words in a note, and reserved ones not at all but for "flags" in the first place. */
static void warn_if_foreign(cf_parser *p, bool first)
{
    const cf_token *t = &p->tok;
    bool flags = first && t->kind == CF_TOK_WORD && (strcmp(t->text, "flags") == 0 || strcmp(t->text, "Flags") == 0);
    if (flags || (t->kind == CF_TOK_WORD && !cf_word_reserved(t->text)) || p->diags->count >= CF_ERRORS_MAX) return;
    const char *text = p->s->src.text + t->span.start;
    cf_diag_hint(cf_diag_add(p->diags, CF_WARNING, &p->s->src, t->span, "upstream packetdrill refuses '%.*s' in a note",
                             (int)(t->span.end - t->span.start), text),
                 "leave it out: the text of a note has no effect");
}

/* "(Connection refused)", "(flags O_RDWR|O_NONBLOCK)": for people. Blanks between words are kept as one. */
static bool parse_note(cf_parser *p, cf_call *c)
{
    cf_buf note = {0};
    if (!cf__need_char(p, '(', "before the note")) return false;
    if (!is_note_token(&p->tok)) return cf__expected(p, "words of a note, such as (Broken pipe)");
    for (bool warned = false; is_note_token(&p->tok); cf__advance(p)) {
        uint32_t before = p->diags->count;
        if (!warned) warn_if_foreign(p, note.len == 0);
        warned = warned || p->diags->count > before;
        if (note.len && p->tok.span.start > p->end) cf_buf_putc(&note, ' ');
        cf_buf_put(&note, p->s->src.text + p->tok.span.start, p->tok.span.end - p->tok.span.start);
    }
    if (!c->note) c->note = cf_arena_copy(p->mem, cf_buf_str(&note), note.len);
    cf_buf_free(&note);
    return cf__need_char(p, ')', "after the note");
}

static bool parse_errno(cf_parser *p, cf_call *c)
{
    bool next_call = p->tok.starts_line && p->tok.kind == CF_TOK_WORD && cf_call_find(p->tok.text);
    if (p->tok.kind != CF_TOK_WORD || next_call) return true; /* an event without its time: reported as such */
    c->errno_name = p->tok.text;
    c->errno_span = p->tok.span;
    cf__advance(p);
    if (cf__is_char(p, '(')) return parse_note(p, c);
    cf__expected(p, "a note in parentheses after the errno name");
    cf__hint(p, "for example: = -1 EPIPE (Broken pipe)");
    return false;
}

/* "= EAGAIN (note)": the number before the errno name was forgotten. */
static bool result_is_there(cf_parser *p)
{
    if (p->tok.kind != CF_TOK_WORD || !cf_errno_value(p->tok.text)) return true;
    cf__error(p, p->tok.span, "the expected result is missing before %s", p->tok.text);
    cf__hint(p, "write = -1 %s (note)", p->tok.text);
    return false;
}

bool cf__parse_call(cf_parser *p, cf_call *c)
{
    c->name = p->tok.text;
    c->name_span = c->span = p->tok.span;
    cf__advance(p);
    if (!cf__need_char(p, '(', "after the name of the call") || !parse_arguments(p, c) ||
        !cf__need_char(p, '=', "and the expected result after the call"))
        return false;
    if (!result_is_there(p)) return false;
    c->result = cf__parse_expr(p);
    if (!c->result || !parse_errno(p, c)) return false;
    if (cf__is_char(p, '(') && !parse_note(p, c)) return false;
    c->span.end = p->end;
    return true;
}
