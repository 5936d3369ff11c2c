/* parse_value.c — arguments and results of calls: numbers, words, strings, lists and the structures in braces. */
#include <string.h>

#include "parser.h"

cf_expr *cf__new_expr(cf_parser *p, cf_expr_kind kind, uint32_t from)
{
    cf_expr *x = cf_arena_alloc(p->mem, sizeof *x);
    x->kind = kind;
    x->span = (cf_span){from, p->end};
    return x;
}

bool cf__add_kid(cf_parser *p, cf_expr *x, cf_expr *kid)
{
    if (!kid) return false;
    x->kid = cf_arena_more(p->mem, x->kid, x->count, sizeof *x->kid);
    x->kid[x->count++] = kid;
    return true;
}

static cf_expr *ended(cf_parser *p, cf_expr *x, bool ok)
{
    if (!ok) return NULL;
    x->span.end = p->end;
    return x;
}

static cf_expr *nothing(cf_parser *p, const char *what)
{
    cf__expected(p, what);
    return NULL;
}

/* ---------- leaves ---------- */

static cf_expr *parse_ellipsis(cf_parser *p)
{
    uint32_t from = p->tok.span.start;
    if (p->tok.kind != CF_TOK_ELLIPSIS) return nothing(p, "'...'");
    cf__advance(p);
    return cf__new_expr(p, CF_X_ELLIPSIS, from);
}

static cf_expr *parse_integer(cf_parser *p, const char *what, bool hex)
{
    uint32_t from = p->tok.span.start;
    int64_t v;
    bool ok = hex ? cf__need_num(p, what, INT64_MIN, INT64_MAX, &v) : cf__need_int(p, what, INT64_MIN, INT64_MAX, &v);
    if (!ok) return NULL;
    cf_expr *x = cf__new_expr(p, CF_X_INT, from);
    x->num = v;
    x->resolved = true;
    return x;
}

/* Strings side by side are one string; "..." behind a string has no effect. */
static cf_expr *parse_string(cf_parser *p)
{
    uint32_t from = p->tok.span.start;
    const char *text = p->tok.text;
    uint32_t len = p->tok.len;
    for (cf__advance(p); p->tok.kind == CF_TOK_STRING; cf__advance(p)) {
        char *both = cf_arena_alloc(p->mem, (size_t)len + p->tok.len + 1);
        memcpy(both, text, len);
        memcpy(both + len, p->tok.text, p->tok.len);
        text = both;
        len += p->tok.len;
    }
    if (p->tok.kind == CF_TOK_ELLIPSIS) cf__advance(p);
    cf_expr *x = cf__new_expr(p, CF_X_STRING, from);
    x->str = text;
    x->str_len = len;
    return x;
}

/* inet_addr("1.2.3.4") */
static cf_expr *parse_inet(cf_parser *p, cf_expr_kind kind)
{
    uint32_t from = p->tok.span.start;
    cf__advance(p);
    if (!cf__need_char(p, '(', "before the address")) return NULL;
    if (p->tok.kind != CF_TOK_STRING) return nothing(p, "an address in quotes");
    const char *text = p->tok.text;
    uint32_t len = p->tok.len;
    cf__advance(p);
    if (!cf__need_char(p, ')', "after the address")) return NULL;
    cf_expr *x = cf__new_expr(p, kind, from);
    x->str = text;
    x->str_len = len;
    return x;
}

/* A constant, or "KEY = value". */
static cf_expr *parse_word(cf_parser *p)
{
    uint32_t from = p->tok.span.start;
    const char *word = p->tok.text;
    if (cf__is_word(p, "inet_addr")) return parse_inet(p, CF_X_INET_ADDR);
    if (cf__is_word(p, "inet6_addr")) return parse_inet(p, CF_X_INET6_ADDR);
    cf__advance(p);
    cf_expr *x = cf__new_expr(p, CF_X_WORD, from);
    x->word = word;
    if (cf__is_char(p, '(')) {
        cf__error(p, x->span, "%s is not a function that gives a value", word);
        cf__hint(p, "inet_addr(\"...\") and inet6_addr(\"...\") are");
        return NULL;
    }
    if (!cf__take_char(p, '=')) return x;
    x->kind = CF_X_PAIR;
    return ended(p, x, cf__add_kid(p, x, cf__parse_expr(p)));
}

/* ---------- structures ---------- */

/* name=value, in this order; the last ones may be missing. ints: values are plain decimal numbers. */
static const struct layout {
    cf_expr_kind kind;
    bool ints;
    uint8_t required, count;
    const char *const names[7];
} layouts[] = {
    {CF_X_POLLFD, false, 2, 3, {"fd", "events", "revents"}},
    {CF_X_LINGER, true, 2, 2, {"onoff", "linger"}},
    {CF_X_CMSG, false, 3, 3, {"cmsg_level", "cmsg_type", "cmsg_data"}},
    {CF_X_TSTAMP, true, 2, 2, {"scm_sec", "scm_nsec"}},
    {CF_X_EXTERR, false, 6, 6, {"ee_errno", "ee_origin", "ee_type", "ee_code", "ee_info", "ee_data"}},
};

static cf_expr *parse_layout(cf_parser *p, uint32_t from, const struct layout *l)
{
    cf_expr *x = cf__new_expr(p, l->kind, from);
    x->kid_name = l->names;
    for (unsigned i = 0; i < l->count; i++) {
        if (i >= l->required && !cf__is_char(p, ',')) break;
        if (i && !cf__need_char(p, ',', "before the next member")) return NULL;
        if (!cf__need_word(p, l->names[i], "(members have a fixed order)") ||
            !cf__need_char(p, '=', "after the member's name"))
            return NULL;
        cf_expr *value = l->ints ? parse_integer(p, l->names[i], false) : cf__parse_expr(p);
        if (!cf__add_kid(p, x, value)) return NULL;
    }
    return ended(p, x, cf__need_char(p, '}', "after the last member"));
}

static cf_expr *parse_epoll_event(cf_parser *p, uint32_t from)
{
    static const char *const datas[] = {"fd", "ptr", "u32", "u64"};
    cf_expr *x = cf__new_expr(p, CF_X_EPOLLEV, from);
    cf__advance(p);
    if (!cf__need_char(p, '=', "after events") || !cf__add_kid(p, x, cf__parse_expr(p))) return NULL;
    if (!cf__need_char(p, ',', "after the events")) return NULL;
    for (size_t i = 0; i < 4 && !x->word; i++)
        if (cf__is_word(p, datas[i])) x->word = datas[i];
    if (!x->word) return nothing(p, "fd, ptr, u32 or u64");
    cf__advance(p);
    const char **names = cf_arena_alloc(p->mem, 2 * sizeof *names);
    names[0] = "events";
    names[1] = x->word;
    x->kid_name = names;
    if (!cf__need_char(p, '=', "after the member's name") || !cf__add_kid(p, x, cf__parse_expr(p))) return NULL;
    return ended(p, x, cf__need_char(p, '}', "after the last member"));
}

static cf_expr *parse_sockaddr(cf_parser *p, uint32_t from)
{
    static const char *const names[] = {"sin_port", "sin_addr"};
    int64_t port;
    cf_expr *x = cf__new_expr(p, CF_X_SOCKADDR, from);
    x->kid_name = names;
    cf__advance(p);
    if (!cf__need_char(p, '=', "after sa_family")) return NULL;
    if (p->tok.kind != CF_TOK_WORD) return nothing(p, "an address family such as AF_INET");
    x->word = p->tok.text;
    cf__advance(p);
    if (!cf__need_char(p, ',', "after the family") || !cf__need_word(p, "sin_port", "after the family") ||
        !cf__need_char(p, '=', "after sin_port") || !cf__need_word(p, "htons", "before the port") ||
        !cf__need_char(p, '(', "after htons"))
        return NULL;
    uint32_t at = p->tok.span.start;
    if (!cf__need_int(p, "port", 0, 65535, &port)) return NULL;
    cf_expr *number = cf__new_expr(p, CF_X_INT, at);
    number->num = port;
    number->resolved = true;
    cf__add_kid(p, x, number);
    if (!cf__need_char(p, ')', "after the port") || !cf__need_char(p, ',', "after the port") ||
        !cf__need_word(p, "sin_addr", "after the port") || !cf__need_char(p, '=', "after sin_addr"))
        return NULL;
    if (!cf__is_word(p, "inet_addr")) return nothing(p, "inet_addr(\"...\")");
    if (!cf__add_kid(p, x, parse_inet(p, CF_X_INET_ADDR))) return NULL;
    return ended(p, x, cf__need_char(p, '}', "after the address"));
}

static const char *const iovec_names[] = {"iov_base", "iov_len"};

/* {..., 1000} */
static cf_expr *parse_iovec(cf_parser *p, uint32_t from)
{
    cf_expr *x = cf__new_expr(p, CF_X_IOVEC, from);
    x->kid_name = iovec_names;
    if (!cf__add_kid(p, x, parse_ellipsis(p)) || !cf__need_char(p, ',', "after '...'")) return NULL;
    if (!cf__add_kid(p, x, parse_integer(p, "length of the buffer", false))) return NULL;
    return ended(p, x, cf__need_char(p, '}', "after the buffer's length"));
}

/* Items between brackets; one says how an item is read. */
static cf_expr *parse_list(cf_parser *p, cf_expr *(*one)(cf_parser *))
{
    uint32_t from = p->tok.span.start;
    if (!cf__need_char(p, '[', "before the list")) return NULL;
    cf_expr *x = cf__new_expr(p, CF_X_LIST, from);
    if (cf__take_char(p, ']')) return ended(p, x, true);
    do {
        if (!cf__add_kid(p, x, one(p))) return NULL;
    } while (cf__take_char(p, ','));
    return ended(p, x, cf__need_char(p, ']', "after the list"));
}

static cf_expr *parse_iovec_item(cf_parser *p)
{
    uint32_t from = p->tok.span.start;
    return cf__need_char(p, '{', "before '...' of a buffer") ? parse_iovec(p, from) : NULL;
}

static cf_expr *parse_cmsg_item(cf_parser *p)
{
    uint32_t from = p->tok.span.start;
    return cf__need_char(p, '{', "before cmsg_level") ? parse_layout(p, from, &layouts[2]) : NULL;
}

/* {msg_name(...)=..., msg_iov(N)=[...], msg_flags=X [, msg_control=[...]]} */
static cf_expr *parse_msghdr(cf_parser *p, uint32_t from)
{
    static const char *const names[] = {"msg_name", "msg_iov", "msg_flags", "msg_control"};
    cf_expr *x = cf__new_expr(p, CF_X_MSGHDR, from);
    x->kid_name = names;
    cf__advance(p);
    if (!cf__need_char(p, '(', "after msg_name") || !parse_ellipsis(p) || !cf__need_char(p, ')', "after '...'") ||
        !cf__need_char(p, '=', "after msg_name(...)") || !cf__add_kid(p, x, parse_ellipsis(p)) ||
        !cf__need_char(p, ',', "after '...'"))
        return NULL;
    if (!cf__need_word(p, "msg_iov", "after msg_name") || !cf__need_char(p, '(', "after msg_iov") ||
        !cf__need_int(p, "number of buffers", 0, INT32_MAX, &x->num) ||
        !cf__need_char(p, ')', "after the number of buffers") || !cf__need_char(p, '=', "before the buffers") ||
        !cf__add_kid(p, x, parse_list(p, parse_iovec_item)) || !cf__need_char(p, ',', "after the buffers"))
        return NULL;
    if (cf__is_word(p, "msg_control")) {
        cf__expected(p, "msg_flags before msg_control");
        cf__hint(p, "msg_control before msg_flags is nplab's dialect");
        return NULL;
    }
    if (!cf__need_word(p, "msg_flags", "after msg_iov") || !cf__need_char(p, '=', "after msg_flags") ||
        !cf__add_kid(p, x, cf__parse_expr(p)))
        return NULL;
    if (cf__take_char(p, ',') &&
        (!cf__need_word(p, "msg_control", "after msg_flags") || !cf__need_char(p, '=', "after msg_control") ||
         !cf__add_kid(p, x, parse_list(p, parse_cmsg_item))))
        return NULL;
    return ended(p, x, cf__need_char(p, '}', "after the last member"));
}

static cf_expr *parse_mpls(cf_parser *p, uint32_t from)
{
    cf_expr *x = cf__new_expr(p, CF_X_MPLS, from);
    if (!cf__parse_mpls_entries(p, &x->mpls, &x->mpls_count)) return NULL;
    return ended(p, x, cf__need_char(p, '}', "after the label stack"));
}

static cf_expr *parse_gre(cf_parser *p, uint32_t from)
{
    cf_expr *x = cf__new_expr(p, CF_X_GRE, from);
    if (!cf__parse_gre_fields(p, &x->gre)) return NULL;
    return ended(p, x, cf__need_char(p, '}', "after the GRE fields"));
}

/* The rest of {a, b} */
static cf_expr *parse_set(cf_parser *p, cf_expr *x)
{
    do {
        if (!cf__add_kid(p, x, cf__parse_expr(p))) return NULL;
    } while (cf__take_char(p, ','));
    return ended(p, x, cf__need_char(p, '}', "after the last value"));
}

/* {..., 1000} is a buffer; whatever else begins with "..." is a list. */
static cf_expr *parse_dots_in_braces(cf_parser *p, uint32_t from)
{
    cf_expr *x = cf__new_expr(p, CF_X_SET, from);
    if (!cf__add_kid(p, x, cf__parse_expr(p))) return NULL;
    if (!cf__take_char(p, ',')) return ended(p, x, cf__need_char(p, '}', "after the last value"));
    if (!parse_set(p, x)) return NULL;
    bool length = x->count == 2 && x->kid[0]->kind == CF_X_ELLIPSIS && x->kid[1]->kind == CF_X_INT;
    if (length) {
        x->kind = CF_X_IOVEC;
        x->kid_name = iovec_names;
    }
    return x;
}

static cf_expr *parse_braces(cf_parser *p)
{
    uint32_t from = p->tok.span.start;
    cf__advance(p);
    if (p->tok.kind == CF_TOK_ELLIPSIS) return parse_dots_in_braces(p, from);
    if (cf__is_char(p, '}') || cf__is_char(p, '(')) return parse_mpls(p, from);
    if (cf__is_word(p, "sa_family")) return parse_sockaddr(p, from);
    if (cf__is_word(p, "msg_name")) return parse_msghdr(p, from);
    if (cf__is_word(p, "events")) return parse_epoll_event(p, from);
    if (cf__is_word(p, "flags") || cf__is_word(p, "Flags")) return parse_gre(p, from);
    for (size_t i = 0; i < sizeof layouts / sizeof layouts[0]; i++)
        if (cf__is_word(p, layouts[i].names[0])) return parse_layout(p, from, &layouts[i]);
    return parse_set(p, cf__new_expr(p, CF_X_SET, from));
}

/* ---------- expressions ---------- */

static cf_expr *parse_term(cf_parser *p)
{
    switch (p->tok.kind) {
    case CF_TOK_ELLIPSIS: return parse_ellipsis(p);
    case CF_TOK_INT:
    case CF_TOK_HEX: return parse_integer(p, "number", true);
    case CF_TOK_WORD: return parse_word(p);
    case CF_TOK_STRING: return parse_string(p);
    case CF_TOK_CHAR:
        if (p->tok.ch == '[') return parse_list(p, cf__parse_expr);
        if (p->tok.ch == '{') return parse_braces(p);
        return nothing(p, "a value");
    case CF_TOK_END:
    case CF_TOK_BAD:
    case CF_TOK_FLOAT:
    case CF_TOK_IP4:
    case CF_TOK_IP6:
    case CF_TOK_SHELL:
    case CF_TOK_CODE:
    case CF_TOK_OPTION: break;
    }
    return nothing(p, "a value");
}

cf_expr *cf__parse_expr(cf_parser *p)
{
    if (p->nesting == CF_NESTING_MAX) {
        cf__error(p, p->tok.span, "values are nested more than %d deep", CF_NESTING_MAX);
        return NULL;
    }
    p->nesting++;
    cf_expr *left = parse_term(p);
    for (unsigned terms = 1; left && cf__take_char(p, '|'); terms++) {
        if (terms == CF_OR_MAX) {
            cf__error(p, left->span, "more than %d values joined by '|'", CF_OR_MAX);
            left = NULL;
            break;
        }
        cf_expr *either = cf__new_expr(p, CF_X_OR, left->span.start);
        bool ok = cf__add_kid(p, either, left) && cf__add_kid(p, either, parse_term(p));
        left = ended(p, either, ok);
    }
    p->nesting--;
    return left;
}
