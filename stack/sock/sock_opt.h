/* sock_opt.h — the functions behind the rows of opt_sock.def: one get and one set for each option.
 *
 * The get of an int option fills *out; its set gets a value already within the row's range. Other types
 * see the user's bytes. All return 0 or an RS_E*. */
#ifndef RS_SOCK_SOCK_OPT_H
#define RS_SOCK_SOCK_OPT_H

#include <limits.h>

#include "sock.h"

enum { RS_LEVEL_SOCKET = 1, RS_LEVEL_TCP = 6, RS_LEVEL_IP = 0, RS_LEVEL_IPV6 = 41 };

typedef struct rs_opt_bytes {
    void *val;
    uint32_t *len;
} rs_opt_bytes; /* room; length of the value, back */
typedef struct rs_opt_value {
    const void *val;
    uint32_t len;
} rs_opt_value;

#define I(level, number, NAME, min, max)                                                                               \
    int rs_opt_get_##NAME(rs_call *c, int *out);                                                                       \
    int rs_opt_set_##NAME(rs_call *c, int value);
#define F(level, number, NAME, min, max, follows) I(level, number, NAME, min, max)
#define G(level, number, NAME) int rs_opt_get_##NAME(rs_call *c, int *out);
#define V(level, number, NAME)                                                                                         \
    int rs_opt_get_##NAME(rs_call *c, rs_opt_bytes out);                                                               \
    int rs_opt_set_##NAME(rs_call *c, rs_opt_value in);
#include "opt_sock.def"
#undef I
#undef F
#undef G
#undef V

/* The options of opt_kept.def. ENOPROTOOPT: not one of them. */
int rs_opt_kept_get(rs_call *c, int level, int name, int *out);
int rs_opt_kept_set(rs_call *c, int level, int name, rs_opt_value in);
/* The int that a user's bytes are; those of the level IP may be a single byte. EINVAL, EFAULT. */
int rs_opt_take_int(int level, rs_opt_value in, int *value);

/* Copies a value of size bytes out, as much of it as there is room for. */
int rs_opt_put(rs_opt_bytes out, const void *value, uint32_t size);

#endif
