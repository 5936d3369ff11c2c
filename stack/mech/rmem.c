#include "rmem.h"

/* Sizes of Linux on a 64-bit machine: the description of a packet, and what stands before and behind it in its buffer.
 */
enum { DESCRIPTION = 256, BEFORE = 64, TRAILER = 320, LINE = 64, SMALL_BUFFER = 576, LEAST_BUFFER = 1024, PAGE = 4096 };

static uint32_t up(uint32_t n, uint32_t unit)
{
    return (n + unit - 1) / unit * unit;
}

/* Does it go into one buffer? What does not fit into a page goes on in others. */
static bool in_one(uint32_t packet_len)
{
    return BEFORE + packet_len <= PAGE - TRAILER;
}

/* The memory of a packet beside its description. */
static uint32_t buffer_of(uint32_t packet_len)
{
    uint32_t need = up(BEFORE + packet_len, LINE) + TRAILER, size = LEAST_BUFFER;
    if (!in_one(packet_len)) return PAGE + up(packet_len - (PAGE - TRAILER - BEFORE), PAGE);
    if (need <= SMALL_BUFFER) return SMALL_BUFFER;
    while (size < need) size *= 2;
    return size;
}

uint32_t rs_rmem_of_packet(uint32_t packet_len)
{
    return buffer_of(packet_len) + DESCRIPTION;
}

uint32_t rs_rmem_take(rs_rmem *m, const rs_rmem_text *t)
{
    if (t->in_order && t->text_len <= m->behind) {
        m->behind = (uint16_t)(m->behind - t->text_len);
        return 0;
    }
    uint32_t cost = rs_rmem_of_packet(t->packet_len);
    m->used += cost;
    bool one = in_one(t->packet_len);
    if (t->in_order) m->behind = one ? (uint16_t)(buffer_of(t->packet_len) - TRAILER - BEFORE - t->packet_len) : 0;
    return cost;
}

void rs_rmem_read(rs_rmem *m, const rs_rmem_part *p)
{
    if (p->n == 0 && p->held) return;
    if (p->n >= p->held) *m = (rs_rmem){0};
    else m->used -= (uint32_t)((uint64_t)m->used * p->n / p->held);
}

void rs_rmem_collapse(rs_rmem *m, uint32_t held)
{
    uint32_t page = PAGE - TRAILER, dense = (held + page - 1) / page * (PAGE + DESCRIPTION);
    if (dense < m->used) *m = (rs_rmem){.used = dense};
}
