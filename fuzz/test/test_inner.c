#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../prog/inner.h"
#include "../prog/start.h"

static fz_host h;
static const fz_watch silent;
static char text[16384];

static void tell(fz_start start)
{
    static fz_header header;
    char path[100];
    snprintf(path, sizeof path, "/tmp/fz_inner.%d.pkt", (int)getpid());
    setenv("FZ_SCRIPT", path, 1);
    header = (fz_header){.start = start, .peer_mss = 1460, .irs = 9};
    fz_host_open(&h, &header, &silent);
    fz_start_at(&h);
    fz_inner_tell(&h);
    fflush(NULL);
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f) fclose(f);
    text[n] = '\0';
    unlink(path);
}

static bool claims(const char *words)
{
    return strstr(text, words) != NULL;
}

TEST(what_is_believed_of_the_main_connection_is_a_block_of_assertions)
{
    tell(FZ_AT_ESTABLISHED);
    CHECK(claims(" %{\nassert refstack_conns == 1\n"));
    CHECK(claims("\nassert refstack_snd_una == 1\n"));
    CHECK(claims("\nassert refstack_rcv_nxt == 1\n"));
    CHECK(claims("\nassert refstack_snd_wnd == 20000\n"));
    CHECK(claims("\n}%\n"));
}

TEST(what_is_believed_of_all_together_needs_no_connection)
{
    tell(FZ_AT_LISTEN);
    CHECK(claims("assert refstack_conns == 0\nassert refstack_half_open == 0\n"));
    tell(FZ_AT_SYN_RECEIVED);
    CHECK(claims("assert refstack_half_open == 1\nassert refstack_waiting == 0\n"));
}
