/* icmp_names.h — the words that scripts use for ICMP types and codes, for both families. */
#ifndef CF_PACKET_ICMP_NAMES_H
#define CF_PACKET_ICMP_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CF_ICMP4_UNREACHABLE = 3, CF_ICMP4_FRAG_NEEDED = 4, CF_ICMP6_TOO_BIG = 2 };

/* A known word for the family (4 or 6), or "type_N" / "code_N" with N up to 255. */
bool cf_icmp_type(uint8_t family, const char *word, uint8_t *type);
bool cf_icmp_code(uint8_t family, uint8_t type, const char *word, uint8_t *code);
/* The word for a number, or NULL if it has none. */
const char *cf_icmp_type_name(uint8_t family, uint8_t type);
const char *cf_icmp_code_name(uint8_t family, uint8_t type, uint8_t code);
/* All known words, for "did you mean"; returns how many were written. */
size_t cf_icmp_type_words(uint8_t family, const char **words, size_t cap);
size_t cf_icmp_code_words(uint8_t family, uint8_t type, const char **words, size_t cap);

#endif
