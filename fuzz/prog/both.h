/* both.h — private to the files of calls: the same call on the host and, after a CLONE step, on its twin. */
#ifndef FZ_PROG_BOTH_H
#define FZ_PROG_BOTH_H

#include "contract.h"
#include "fail.h"
#include "host.h"
#include "trace.h"

static inline bool fz_same_ret(rs_ret a, rs_ret b)
{
    return a.value == b.value && a.err == b.err && (a.parked != 0) == (b.parked != 0);
}

/* The words of the call are those of scripts: "close(4)". */
#define CHECK_RET(h, name, r, ...)                                                                                     \
    do {                                                                                                               \
        fz_trace_call((h)->now.us, r, __VA_ARGS__);                                                                    \
        fz_contract_ret(name, r);                                                                                      \
    } while (0)

/* Runs a call expression on the host and, when there is one, on the twin (whose answer must be the same). A call that
 * blocks on both is given up: only one of the two could be driven on. */
#define ON_BOTH(h, ret, expr)                                                                                          \
    do {                                                                                                               \
        rs_stack *st = (h)->st;                                                                                        \
        (ret) = (expr);                                                                                                \
        (h)->acts++;                                                                                                   \
        if ((h)->twin) {                                                                                               \
            st = (h)->twin;                                                                                            \
            rs_ret twin_ret = (expr);                                                                                  \
            if (!fz_same_ret(ret, twin_ret)) fz_fail("O60 clone", "a call ends differently: %s", #expr);               \
            if ((ret).parked) {                                                                                        \
                rs_ret cut = rs_call_cancel((h)->twin, (h)->now, twin_ret.parked);                                     \
                (ret) = rs_call_cancel((h)->st, (h)->now, (ret).parked);                                               \
                if (!fz_same_ret(ret, cut)) fz_fail("O60 clone", "a given-up call ends differently: %s", #expr);       \
            }                                                                                                          \
        }                                                                                                              \
    } while (0)

#endif
