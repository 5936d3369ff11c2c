/* judge.h — the oracles of fuzz/oracle for every packet between two hosts whose users are known on both sides. */
#ifndef FZ_WORLD_JUDGE_H
#define FZ_WORLD_JUDGE_H

#include "../oracle/oracle.h"
#include "../oracle/pace.h"
#include "talk.h"

/* Both ends of one conversation, as seen from the wire. */
typedef struct fz_judge {
    struct {
        uint32_t key; /* of the stream that this side sends */
        fz_conn conn;
        fz_pace pace;
    } side[2];
} fz_judge;

/* hosts: the client's and the server's. */
void fz_judge_begin(fz_judge *j, const fz_talk *t, const fz_host_plan *const hosts[2]);
/* A packet of `side` is sent; one of the other side is about to arrive at `side`. p is TCP and of this conversation. */
void fz_judge_sent(fz_judge *j, unsigned side, rs_time at, const cf_packet *p);
void fz_judge_arrives(fz_judge *j, unsigned side, const cf_packet *p);

#endif
