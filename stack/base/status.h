/* status.h — working with rs_status inside the stack. The names and texts of the codes are rs_status_name() and
 * rs_status_text() of refstack/stack.h; the list of codes is refstack/status.def. */
#ifndef RS_BASE_STATUS_H
#define RS_BASE_STATUS_H

#include "../include/refstack/types.h"

/* Leaves the calling function with the status of e unless it is RS_OK. */
#define RS_TRY(e)                                                                                                      \
    do {                                                                                                               \
        rs_status rs_try_ = (e);                                                                                       \
        if (rs_try_.code) return rs_try_;                                                                              \
    } while (0)

/* A failure as a value: return rs_fail(RS_EINVAL); */
static inline rs_status rs_fail(int code)
{
    return (rs_status){code};
}
static inline bool rs_failed(rs_status s)
{
    return s.code != 0;
}

#endif
