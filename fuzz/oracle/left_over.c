#include "../prog/fail.h"
#include "oracle.h"

void fz_check_memory(unsigned conns, const rs_counters *c)
{
    if (conns == 0 && c->blocks_live != 0)
        fz_fail("O10 memory", "%llu blocks are lost", (unsigned long long)c->blocks_live);
}

void fz_check_left_over(const rs_stack *st, rs_time now, bool fw2_stays)
{
    rs_probe p;
    rs_counters c;
    uint32_t at = 0;
    unsigned conns = 0;
    while (rs_probe_next(st, now, &at, &p)) {
        if (p.state == RS_FIN_WAIT_2 && fw2_stays) {
            conns++;
            continue;
        }
        fz_fail("O52 end", "%s:%u still %s a week after its user left", p.passive_open ? "passive" : "active",
                p.remote.port, rs_state_name(p.state));
    }
    rs_stack_counters(st, &c);
    fz_check_memory(conns, &c);
}
