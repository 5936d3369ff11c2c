/* see accecn.h */
#include "accecn.h"

#include "../base/time.h"

enum { ACE_MASK = 7, CEP_START = 5, FIELD_MASK = 0xffffff, FIELD_SIGN = 0x800000 };
enum { MARKS_WITH_TEXT = 2, MARKS_WITHOUT = 3, PENDING_MAX = 15, DEMAND_ON_CHANGE = 2, SPAN_BITS = 22 };
enum { OPTION_HEAD = 2, OPTION_FIELD = 3, SACK_HEAD = 2, SACK_BLOCK = 8, SACK_BLOCKS_KEPT = 2 };

/* What RFC 9768 3.2.1 begins the counters of bytes with, by code point - 1. */
static const uint8_t starts[RS_ACCECN_MARKS] = {1, 1, 0};
/* The counters of the option in the order of the wire, for both kinds of it (table 5). */
static const uint8_t orders[2][RS_ACCECN_MARKS] = {{RS_ECT0 - 1, RS_CE - 1, RS_ECT1 - 1},
                                                   {RS_ECT1 - 1, RS_CE - 1, RS_ECT0 - 1}};

/* --- opening ----------------------------------------------------------------------------------------------------- */

uint8_t rs_ace_of(uint16_t flags)
{
    return (uint8_t)((flags & RS_AE ? 4 : 0) | (flags & RS_CWR ? 2 : 0) | (flags & RS_ECE ? 1 : 0));
}

uint16_t rs_ace_flags(unsigned ace)
{
    return (uint16_t)((ace & 4 ? RS_AE : 0) | (ace & 2 ? RS_CWR : 0) | (ace & 1 ? RS_ECE : 0));
}

/* Table 3: what says that a SYN or SYN-ACK came with this IP-ECN field. */
static uint16_t reflected(uint8_t ip_ecn)
{
    static const uint8_t ace[4] = {[RS_NOT_ECT] = 2, [RS_ECT1] = 3, [RS_ECT0] = 4, [RS_CE] = 6};
    return rs_ace_flags(ace[ip_ecn & RS_IP_ECN]);
}

uint16_t rs_accecn_syn_flags(unsigned times_before, bool fallback)
{
    return times_before > 1 && fallback ? 0 : RS_AE | RS_CWR | RS_ECE;
}

void rs_accecn_init(rs_accecn *a)
{
    *a = (rs_accecn){.option_sent = {INT64_MIN / 2}};
}

void rs_accecn_hear_syn(rs_accecn *a, uint8_t ip_ecn)
{
    a->on = true;
    a->syn = ip_ecn;
}

void rs_accecn_hear_plain_syn(rs_accecn *a)
{
    a->no_ect = true;
}

uint16_t rs_accecn_syn_ack_flags(rs_accecn *a, unsigned times_before, bool fallback)
{
    if (times_before < 2 || !fallback) return reflected(a->syn);
    a->no_ect = true;
    return 0;
}

/* Our SYNs are not ECT. If one is said to have come otherwise, somebody on the path writes there what he likes
 * (3.2.2.3). */
static void check_feedback(rs_accecn *a, uint8_t ace)
{
    if (ace == 3 || ace == 4 || ace == 6) a->fail |= RS_ACCECN_ACE_FAIL_RECV;
}

static uint32_t field_of(const rs_opts *o, unsigned place)
{
    return o->accecn[place] & FIELD_MASK;
}

/* The first option. Its first counter, and the third, begin with 1: zero comes from a middlebox (3.2.3.2.4). */
static void see_option(rs_accecn *a, const rs_opts *o)
{
    if (!o->has_accecn || a->seen >= RS_ACCECN_COUNTER_SEEN) return;
    bool zero = o->accecn_fields && field_of(o, 0) == 0;
    zero = zero || (o->accecn_fields == RS_ACCECN_MARKS && field_of(o, 2) == 0);
    a->seen = zero ? RS_ACCECN_FAIL_SEEN : o->accecn_fields ? RS_ACCECN_COUNTER_SEEN : RS_ACCECN_EMPTY_SEEN;
    if (zero) a->fail |= RS_ACCECN_OPT_FAIL_RECV;
    a->demand = DEMAND_ON_CHANGE;
}

rs_accecn_answer rs_accecn_hear_syn_ack(rs_accecn *a, const rs_accecn_in *in)
{
    uint8_t ace = rs_ace_of(in->flags);
    if (ace == 0 || ace == ACE_MASK) return RS_ACCECN_NO_ECN; /* it cannot, or reflects what it does not know */
    if (ace == 1) return RS_ACCECN_CLASSIC;
    a->on = true;
    a->syn = in->ip_ecn;
    a->reflect = true;
    if (in->ip_ecn == RS_CE) a->cep = 1;
    if (!a->trusts || in->ip_ecn == RS_CE) check_feedback(a, ace);
    see_option(a, in->opts);
    return RS_ACCECN_YES;
}

void rs_accecn_hear_syn_ack_again(rs_accecn *a, uint8_t ip_ecn)
{
    if (ip_ecn == RS_CE && !a->cep) a->cep = 1;
    a->syn = ip_ecn;
    a->reflect = true;
}

void rs_accecn_hear_third_ack(rs_accecn *a, const rs_accecn_in *in, bool pure)
{
    uint8_t ace = rs_ace_of(in->flags);
    see_option(a, in->opts);
    if (ace == 0) a->fail |= RS_ACCECN_ACE_FAIL_RECV; /* 3.2.2.1: no ECT any more, and nothing it says is believed */
    else if (pure) check_feedback(a, ace);
}

/* --- the data receiver ------------------------------------------------------------------------------------------- */

static void count_bytes(rs_accecn *a, uint8_t ip_ecn, uint32_t len)
{
    uint32_t *n = &a->bytes[ip_ecn - 1], before = *n;
    uint8_t place = 1;
    while (orders[a->second][place - 1] != ip_ecn - 1) place++;
    *n += len;
    if (place > a->fields) a->fields = place;
    if (before >> SPAN_BITS != *n >> SPAN_BITS && !a->demand) a->demand = 1; /* before 24 bits overflow unseen */
}

rs_accecn_wants rs_accecn_received(rs_accecn *a, uint8_t ip_ecn, uint32_t text_len)
{
    bool changed = ip_ecn != a->last, ce = ip_ecn == RS_CE;
    a->last = ip_ecn;
    if (ce) {
        a->cep++;
        if (a->pending < PENDING_MAX) a->pending++;
    }
    if (ip_ecn != RS_NOT_ECT && text_len) count_bytes(a, ip_ecn, text_len);
    if (changed || ce) a->demand = DEMAND_ON_CHANGE;
    bool now = (changed && (ce || a->each_change)) || a->pending >= MARKS_WITH_TEXT;
    if (text_len) return now ? RS_ACCECN_ACK_NOW : RS_ACCECN_NO_HURRY;
    return ce && a->pending >= MARKS_WITHOUT ? RS_ACCECN_ACK_OF_ACKS : RS_ACCECN_NO_HURRY;
}

/* --- the data sender --------------------------------------------------------------------------------------------- */

/* The counters of an option. False: they say nothing certain, being older than others that came. */
static bool take_counters(rs_accecn *a, const rs_opts *o)
{
    bool certain = true;
    uint8_t moved = 0, moves = 0;
    for (unsigned i = 0; i < o->accecn_fields; i++) {
        uint8_t mark = orders[o->accecn_second][i];
        uint32_t delta = (field_of(o, i) - starts[mark] - a->told[mark]) & FIELD_MASK;
        if (delta >= FIELD_SIGN) certain = false;
        else a->told[mark] += delta;
        if (delta) moved = (uint8_t)(mark + 1), moves++;
    }
    if (moves) a->mostly = moves == 1 ? moved : 0;
    return certain;
}

/* Without an option, what arrives comes as it came before, if that is known: a sender whose bytes all come alike need
 * not be told each time. */
static bool hear_option(rs_accecn *a, const rs_accecn_ack *k)
{
    const rs_opts *o = k->in.opts;
    if (a->fail & RS_ACCECN_OPT_FAIL_RECV) return false;
    if (a->seen < RS_ACCECN_COUNTER_SEEN) see_option(a, o);
    if (a->fail & RS_ACCECN_OPT_FAIL_RECV) return false;
    if (o->has_accecn && o->accecn_fields) return take_counters(a, o);
    if (!a->mostly) return false;
    a->told[a->mostly - 1] += k->bytes;
    return true;
}

/* The number of marks lies between the smallest that ACE allows and the largest: each is 8 more (appendix A.2). */
static uint32_t resolve(const rs_accecn_ack *k, uint32_t least, const uint32_t *ce_bytes)
{
    uint32_t most = k->segs - ((k->segs - least) & ACE_MASK);
    if (!ce_bytes) return most;
    if (*ce_bytes == 0 || (uint64_t)*ce_bytes * 2 < (uint64_t)most * k->mss) return least;
    return most;
}

uint32_t rs_accecn_told(rs_accecn *a, const rs_accecn_ack *k)
{
    uint32_t before = a->told[RS_CE - 1];
    bool certain = hear_option(a, k);
    if (a->fail & RS_ACCECN_ACE_FAIL_RECV) return 0;
    uint32_t more = (uint32_t)(rs_ace_of(k->in.flags) - CEP_START - (int)(a->told_cep & ACE_MASK)) & ACE_MASK;
    uint32_t ce_bytes = a->told[RS_CE - 1] - before;
    if (k->segs > ACE_MASK) more = resolve(k, more, certain ? &ce_bytes : NULL);
    a->told_cep += more;
    return more;
}

rs_ecn_mark rs_accecn_send(rs_accecn *a, const rs_accecn_out *o)
{
    rs_ecn_mark m = {.flags = rs_ace_flags((a->cep + CEP_START) & ACE_MASK)};
    if (a->reflect && o->pure) m.flags = reflected(a->syn);
    a->reflect = a->bare = false;
    a->pending = 0;
    bool trusted = !(a->fail & (RS_ACCECN_ACE_FAIL_SEND | RS_ACCECN_ACE_FAIL_RECV)) && !a->no_ect;
    if (o->ect && trusted) m.ip_ecn = RS_ECT0;
    return m;
}

/* --- the option -------------------------------------------------------------------------------------------------- */

bool rs_accecn_option_due(const rs_accecn *a, const rs_accecn_when *w)
{
    if (w->knob == RS_ACCECN_NEVER || a->seen == RS_ACCECN_NOT_SEEN || (a->fail & RS_ACCECN_OPT_FAIL_SEND))
        return false;
    if (w->knob >= RS_ACCECN_FULL || a->demand) return true;
    if (!w->beacon) return false;
    return rs_time_diff(w->now, a->option_sent).us >= w->srtt.us / w->beacon;
}

int rs_accecn_fit(const rs_accecn *a, unsigned room, uint8_t *sack_blocks)
{
    int least = a->fields ? a->fields : 1;
    for (uint8_t blocks = *sack_blocks;; blocks--) {
        unsigned sack = blocks ? SACK_HEAD + SACK_BLOCK * (unsigned)blocks : 0;
        for (int fields = RS_ACCECN_MARKS; fields >= least; fields--) {
            unsigned n = OPTION_HEAD + OPTION_FIELD * (unsigned)fields + sack;
            if (((n + 3) & ~3u) > room) continue;
            *sack_blocks = blocks;
            return fields;
        }
        if (blocks <= SACK_BLOCKS_KEPT || !a->fields) return -1;
    }
}

void rs_accecn_write(const rs_accecn *a, rs_opts *o, int fields)
{
    o->has_accecn = true;
    o->accecn_second = a->second;
    o->accecn_fields = (uint8_t)fields;
    for (int i = 0; i < fields; i++) {
        uint8_t mark = orders[a->second][i];
        o->accecn[i] = (a->bytes[mark] + starts[mark]) & FIELD_MASK;
    }
}

void rs_accecn_option_went(rs_accecn *a, rs_time now)
{
    a->option_sent = now;
    a->fields = 0;
    if (a->demand) a->demand--;
}

const char *rs_accecn_broken(const rs_accecn *a)
{
    if (a->pending > a->cep) return "A1: more marks are to be told than came";
    if (a->bytes[RS_CE - 1] && !a->cep) return "A2: marked bytes without a marked packet";
    return NULL;
}
