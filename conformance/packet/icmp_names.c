#include "icmp_names.h"

#include <string.h>

enum { ANY_TYPE = -1 };

/* Types have code NONE; codes name the type they belong to. The first row of a number is its name. */
enum { NONE = -1 };
typedef struct row {
    uint8_t family;
    int type, code;
    const char *word;
} row;

static const row rows[] = {
    {4, 0, NONE, "echo_reply"},
    {4, 3, NONE, "unreachable"},
    {4, 4, NONE, "source_quench"},
    {4, 5, NONE, "redirect"},
    {4, 8, NONE, "echo_request"},
    {4, 11, NONE, "time_exceeded"},
    {4, 12, NONE, "parameter_problem"},
    {4, 13, NONE, "timestamp_request"},
    {4, 14, NONE, "timestamp_reply"},
    {4, 15, NONE, "information_request"},
    {4, 16, NONE, "information_reply"},
    {4, 17, NONE, "address_mask_request"},
    {4, 18, NONE, "address_mask_reply"},
    {4, 3, 0, "net_unreachable"},
    {4, 3, 1, "host_unreachable"},
    {4, 3, 2, "protocol_unreachable"},
    {4, 3, 3, "port_unreachable"},
    {4, 3, 4, "frag_needed"},
    {4, 3, 5, "source_route_failed"},
    {4, 3, 6, "net_unknown"},
    {4, 3, 7, "host_unknown"},
    {4, 3, 8, "source_host_isolated"},
    {4, 3, 9, "net_prohibited"},
    {4, 3, 10, "host_prohibited"},
    {4, 3, 11, "net_unreachable_for_tos"},
    {4, 3, 12, "host_unreachable_for_tos"},
    {4, 3, 13, "packet_filtered"},
    {4, 3, 14, "precedence_violation"},
    {4, 3, 15, "precedence_cutoff"},
    {6, 1, NONE, "unreachable"},
    {6, 2, NONE, "packet_too_big"},
    {6, 3, NONE, "time_exceeded"},
    {6, 4, NONE, "parameter_problem"},
    {6, 128, NONE, "echo_request"},
    {6, 129, NONE, "echo_reply"},
    {6, 1, 0, "no_route"},
    {6, 1, 0, "net_unreachable"},
    {6, 1, 1, "admin_prohibited"},
    {6, 1, 2, "not_neighbour"},
    {6, 1, 3, "address_unreachable"},
    {6, 1, 4, "port_unreachable"},
    {6, 3, 0, "exceeded_hop_limit"},
    {6, 3, 1, "exceeded_frag_time"},
    {6, 4, 0, "header_field"},
    {6, 4, 1, "unknown_next_header"},
    {6, 4, 2, "unknown_option"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* type ANY_TYPE looks among the types, else among the codes of that type. */
static bool selected(const row *r, uint8_t family, int type)
{
    if (r->family != family) return false;
    return type == ANY_TYPE ? r->code == NONE : r->code != NONE && r->type == type;
}

static bool numbered(const char *word, const char *prefix, uint8_t *out)
{
    size_t n = strlen(prefix);
    unsigned v = 0;
    if (strncmp(word, prefix, n) != 0 || !word[n] || strlen(word + n) > 3) return false;
    for (const char *p = word + n; *p; p++) {
        if (*p < '0' || *p > '9') return false;
        v = v * 10 + (unsigned)(*p - '0');
    }
    *out = (uint8_t)v;
    return v <= 255;
}

bool cf_icmp_type(uint8_t family, const char *word, uint8_t *type)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (!selected(&rows[i], family, ANY_TYPE) || strcmp(rows[i].word, word) != 0) continue;
        *type = (uint8_t)rows[i].type;
        return true;
    }
    return numbered(word, "type_", type);
}

bool cf_icmp_code(uint8_t family, uint8_t type, const char *word, uint8_t *code)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (!selected(&rows[i], family, type) || strcmp(rows[i].word, word) != 0) continue;
        *code = (uint8_t)rows[i].code;
        return true;
    }
    return numbered(word, "code_", code);
}

const char *cf_icmp_type_name(uint8_t family, uint8_t type)
{
    for (size_t i = 0; i < ROWS; i++)
        if (selected(&rows[i], family, ANY_TYPE) && rows[i].type == type) return rows[i].word;
    return NULL;
}

const char *cf_icmp_code_name(uint8_t family, uint8_t type, uint8_t code)
{
    for (size_t i = 0; i < ROWS; i++)
        if (selected(&rows[i], family, type) && rows[i].code == code) return rows[i].word;
    return NULL;
}

static size_t words_of(uint8_t family, int type, const char **words, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < ROWS && n < cap; i++)
        if (selected(&rows[i], family, type)) words[n++] = rows[i].word;
    return n;
}

size_t cf_icmp_type_words(uint8_t family, const char **words, size_t cap)
{
    return words_of(family, ANY_TYPE, words, cap);
}

size_t cf_icmp_code_words(uint8_t family, uint8_t type, const char **words, size_t cap)
{
    return words_of(family, type, words, cap);
}
