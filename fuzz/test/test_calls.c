#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/bytes.h"
#include "../prog/calls.h"
#include "../prog/fail.h"
#include "../prog/segment.h"
#include "../prog/start.h"

static fz_host h;
static size_t read_bytes;

static void on_reads(void *ctx, const rs_probe *conn, uint64_t offset, const uint8_t *bytes, size_t len)
{
    (void)ctx;
    CHECK_EQ(fz_first_wrong(bytes, len, conn->irs + 1 + offset, fz_peer_bytes), len);
    read_bytes += len;
}

static const fz_watch watch = {.reads = on_reads};

TEST(the_user_reads_what_the_peer_sent)
{
    fz_header header = {.start = FZ_AT_UNREAD, .irs = 77};
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    read_bytes = 0;
    CHECK_EQ(fz_read_all(&h, h.conn), 1000);
    CHECK_EQ(read_bytes, 1000);
}

TEST(every_call_with_every_small_argument_ends_in_a_sound_host)
{
    for (unsigned call = 0; call < 20; call++) {
        for (unsigned arg = 0; arg < 24; arg++) {
            fz_header header = {.start = FZ_AT_ESTABLISHED, .blocking = arg & 1};
            fz_host_open(&h, &header, &watch);
            fz_start_at(&h);
            fz_step s = {.kind = FZ_CALL, .arg = {(uint8_t)call, (uint8_t)arg, (uint8_t)arg, (uint8_t)arg}};
            fz_call(&h, &s);
            s.actor = 2;
            fz_call(&h, &s);
            CHECK_SOUND(rs_stack_broken(h.st));
        }
    }
}

TEST(a_call_that_ends_differently_on_the_twin_is_found)
{
    fz_header header = {.start = FZ_AT_UNREAD, .irs = 77};
    uint8_t byte;
    int flags;
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    fz_host_clone(&h);
    CHECK_EQ(rs_recv(h.twin, h.now, h.conn, &byte, 1, 0, &flags).value, 1);
    fz_catch();
    fz_read_all(&h, h.conn);
    CHECK_STR(fz_caught(), "O60 clone");
}
