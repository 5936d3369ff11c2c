#include "undo.h"

void rs_undo_start(rs_undo *u, rs_seq una, uint32_t retrans_out)
{
    u->on = true;
    u->marker = una;
    u->retrans = retrans_out ? (int32_t)retrans_out : -1; /* 0 would say: all of them were for nothing */
}

void rs_undo_forget(rs_undo *u)
{
    u->on = false;
    u->retrans = 0;
}

void rs_undo_sent(rs_undo *u, uint32_t segs, uint32_t ts_val)
{
    if (!u->has_first) {
        u->has_first = true;
        u->first_ts = ts_val;
    }
    if (!u->on) return;
    if (u->retrans < 0) u->retrans = 0;
    u->retrans += (int32_t)segs;
}

void rs_undo_duplicate(rs_undo *u, rs_seq end, uint32_t segs)
{
    if (!u->on || u->retrans <= 0 || !rs_seq_after(end, u->marker)) return;
    u->retrans = (uint32_t)u->retrans > segs ? u->retrans - (int32_t)segs : 0;
}

bool rs_undo_echo_is_older(const rs_undo *u, uint32_t ts_ecr)
{
    return u->has_first && ts_ecr && (int32_t)(ts_ecr - u->first_ts) < 0;
}

const char *rs_undo_broken(const rs_undo *u)
{
    if (u->retrans < -1) return "N1: fewer than no retransmissions";
    return !u->on && u->retrans ? "N2: retransmissions are counted for nothing" : NULL;
}
