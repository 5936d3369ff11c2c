/* info.h — the bytes of TCP_INFO and TCP_CC_INFO by the names scripts use. */
#ifndef CF_TARGET_INFO_H
#define CF_TARGET_INFO_H

#include <stddef.h>
#include <stdint.h>

enum { CF_INFO_OPTION = 11 /* TCP_INFO */, CF_INFO_CC_OPTION = 26, CF_INFO_ROOM = 512 };

/* Names and values found so far; what is beyond cap is left out. */
typedef struct cf_info_list {
    const char **names;
    int64_t *values;
    int cap, count;
} cf_info_list;

void cf_info_put(cf_info_list *l, const char *name, int64_t value);
/* A number of 1, 2, 4 or 8 bytes as it lies in memory. */
int64_t cf_info_number(const uint8_t *b, size_t at, size_t bytes);
/* All of TCP_INFO; b has CF_INFO_ROOM bytes, zero behind what was given back. */
void cf_info_read(cf_info_list *l, const uint8_t *b);
/* TCP_CC_INFO, of len bytes. */
void cf_info_read_cc(cf_info_list *l, const uint8_t *b, size_t len);

#endif
