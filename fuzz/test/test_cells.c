#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../conformance/packet/encode.h"
#include "../oracle/cells.h"

/* RCV.NXT 1000 with a window of 500; 5000 to 5100 is out. */
static const rs_probe open = {.rcv_nxt = 1000, .rcv_wnd = 500, .rcv_adv = 1500, .snd_una = 5000, .snd_max = 5100};

static const char *class_of(const rs_probe *p, uint16_t flags, uint32_t seq, uint32_t ack, uint32_t text)
{
    return fz_cell_name(fz_cell_class(p, &(cf_tcp){.flags = flags, .seq = seq, .ack = ack}, text));
}

TEST(a_segment_lies_outside_at_rcv_nxt_or_ahead)
{
    CHECK_STR(class_of(&open, CF_ACK, 1000, 5000, 0), "ACK next");
    CHECK_STR(class_of(&open, CF_ACK, 999, 5000, 0), "ACK outside");
    CHECK_STR(class_of(&open, CF_ACK, 999, 5000, 2), "text next");
    CHECK_STR(class_of(&open, CF_ACK, 998, 5000, 2), "text outside");
    CHECK_STR(class_of(&open, CF_ACK, 1499, 5000, 9), "text ahead");
    CHECK_STR(class_of(&open, CF_ACK, 1500, 5000, 9), "text outside");
}

TEST(the_first_check_of_the_rfc_that_speaks_names_the_kind)
{
    CHECK_STR(class_of(&open, CF_RST | CF_ACK, 1000, 9999, 0), "RST next");
    CHECK_STR(class_of(&open, CF_SYN, 1001, 0, 0), "SYN ahead");
    CHECK_STR(class_of(&open, CF_SYN | CF_ACK, 1000, 5000, 0), "SYN+ACK next");
    CHECK_STR(class_of(&open, CF_FIN, 1000, 0, 4), "no ACK next");
    CHECK_STR(class_of(&open, CF_FIN | CF_ACK, 1000, 5101, 4), "ACK of nothing sent next");
    CHECK_STR(class_of(&open, CF_FIN | CF_ACK, 1000, 5100, 4), "FIN next");
}

TEST(where_no_window_is_known_there_is_a_usual_one_and_a_closed_one_is_closed)
{
    rs_probe unknown = {.rcv_nxt = 7, .rcv_adv = 7}, closed = {.rcv_nxt = 7, .rcv_adv = 9};
    CHECK_STR(class_of(&unknown, CF_ACK, 8, 0, 1), "text ahead");
    CHECK_STR(class_of(&closed, CF_ACK, 8, 0, 1), "text outside");
}

TEST(what_was_seen_is_written_when_the_process_ends)
{
    char path[] = "/tmp/fz_cells_XXXXXX", all[400] = "";
    int fd = mkstemp(path), status;
    CHECK(fd >= 0);
    pid_t child = fork();
    if (child == 0) {
        setenv("FZ_CELLS", path, 1);
        fz_cells_saw(RS_LISTEN, fz_cell_class(&open, &(cf_tcp){.flags = CF_RST, .seq = 1}, 0));
        fz_cells_moved(&(rs_event){.kind = RS_EV_STATE, .a = RS_CLOSED, .b = RS_SYN_SENT, .why = "OPEN_ACTIVE"});
        fz_cells_moved(&(rs_event){.kind = RS_EV_TIMER, .a = RS_CLOSED, .b = RS_LISTEN, .why = "nothing"});
        exit(0);
    }
    CHECK_EQ(waitpid(child, &status, 0), child);
    CHECK_EQ(status, 0);
    FILE *f = fdopen(fd, "r");
    CHECK(f != NULL);
    if (f) all[fread(all, 1, sizeof all - 1, f)] = '\0';
    CHECK_STR(all, "move\tCLOSED\tOPEN_ACTIVE\tSYN-SENT\ncell\tLISTEN\tRST outside\n");
    if (f) fclose(f);
    unlink(path);
}
