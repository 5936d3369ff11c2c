#include "twin.h"

#include "../prog/fail.h"

static const char *const oracle[FZ_PAIR_TWINS] = {"", "O58 blind", "O59 twins", "O59 twins"};
static const char *const differs[FZ_PAIR_TWINS] = {"", "the attacker is not there", "every packet arrives twice",
                                                   "segments arrive in two pieces"};

fz_seen_by_users fz_pair_seen(const fz_world *w)
{
    fz_seen_by_users s = {0};
    for (unsigned i = 0; i < 2; i++) {
        const fz_end *e = &w->talk[0].end[i];
        s.wrote[i] = e->wrote;
        s.got[i] = e->got;
        s.eof[i] = e->eof;
        s.error[i] = e->error;
        s.deaf |= e->deaf;
    }
    return s;
}

bool fz_pair_is_timeless(const fz_pair_program *p)
{
    for (unsigned i = 0; i < 2; i++)
        if (p->plan.talk[0].user[i].leaves.us) return false;
    for (unsigned i = 0; i < p->count; i++) {
        uint8_t act = p->step[i].arg[0] % 8;
        if (p->step[i].kind == FZ_PAIR_USER && (act == FZ_USER_STOPS || act == FZ_USER_LEAVES)) return false;
    }
    return true;
}

void fz_pair_same(fz_pair_twin twin, const fz_seen_by_users *usual, const fz_seen_by_users *there)
{
    if (usual->deaf || there->deaf) return; /* where it breaks off depends on the time */
    for (unsigned i = 0; i < 2; i++) {
        bool same = usual->wrote[i] == there->wrote[i] && usual->got[i] == there->got[i] &&
                    usual->eof[i] == there->eof[i] && usual->error[i] == there->error[i];
        if (same) continue;
        fz_fail(oracle[twin],
                "where %s, the user of host %u wrote %llu, read %llu, end %d, error %d; usually %llu, %llu, %d, %d",
                differs[twin], i, (unsigned long long)there->wrote[i], (unsigned long long)there->got[i], there->eof[i],
                there->error[i], (unsigned long long)usual->wrote[i], (unsigned long long)usual->got[i], usual->eof[i],
                usual->error[i]);
        return;
    }
}
