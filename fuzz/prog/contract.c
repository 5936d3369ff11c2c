#include "contract.h"

#include "fail.h"

enum { LEAST_MTU_V4 = 68, LEAST_MTU_V6 = 1280 };

static const char oracle[] = "O61 calls";

void fz_contract_ret(const char *call, rs_ret r)
{
    if (r.parked) return;
    if (r.value < 0 && r.err <= 0) fz_fail(oracle, "%s failed without an errno", call);
    if (r.value >= 0 && r.err != 0) fz_fail(oracle, "%s = %lld with errno %d", call, (long long)r.value, r.err);
}

void fz_contract_cancelled(const char *call, rs_ret r)
{
    if (r.parked) fz_fail(oracle, "a cancelled %s is still blocked", call);
}

void fz_contract_length(uint32_t len, size_t room)
{
    if (len > room) fz_fail(oracle, "getsockopt wrote %u bytes into %zu", len, room);
}

void fz_contract_count(rs_ret r, int value)
{
    if (r.value == 0 && value < 0) fz_fail(oracle, "ioctl counts %d bytes", value);
}

void fz_contract_readable(rs_ret r)
{
    if (!r.parked && r.err == RS_EAGAIN) fz_fail(oracle, "poll says readable, recv would block");
}

void fz_contract_icmp(const rs_probe *before, const rs_probe *after, uint32_t seq)
{
    bool quotes_what_is_out = seq - before->snd_una < before->snd_nxt - before->snd_una;
    bool acted = !after || after->pmtu != before->pmtu;
    if (acted && !quotes_what_is_out)
        fz_fail("O46 icmp", "an error that quotes %u is acted upon, out is %u to %u", seq, before->snd_una,
                before->snd_nxt);
    uint16_t least = before->local.addr.family == RS_IPV6 ? LEAST_MTU_V6 : LEAST_MTU_V4;
    if (after && after->pmtu < before->pmtu && after->pmtu < least)
        fz_fail("O46 icmp", "a path MTU of %u is believed, the least is %u", after->pmtu, least);
}
