#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/worker.h"
#include "../text/mem.h"

static void echo(const char *path, const char *id, const cf_run_opts *opts, cf_result *out)
{
    printf("running %s%s\n", id, opts->punctual ? " punctually" : "");
    if (strcmp(id, "hang") == 0) poll(NULL, 0, -1);
    *out = (cf_result){.id = cf_mem_str(id), .path = cf_mem_str(path), .outcome = CF_PASS};
}

static const cf_job jobs[] = {{.path = "a.pkt", .id = "a"}, {.path = "h.pkt", .id = "hang"}};

static cf_worker_news wait_for(cf_worker *w, cf_result *r)
{
    struct pollfd fd = {.fd = w->from, .events = POLLIN};
    while (poll(&fd, 1, 10000) > 0) {
        cf_worker_news news = cf_worker_read(w, r);
        if (news != CF_W_WAIT) return news;
    }
    return CF_W_WAIT;
}

TEST(a_worker_answers_a_job_and_what_it_printed_is_kept)
{
    cf_worker w[1] = {{.run = CF_NO_RUN}};
    cf_result r;
    CHECK(cf_worker_start(w, 1, 0, jobs, echo));
    cf_worker_give(&w[0], 5, 0, true, INT64_MAX);
    CHECK_EQ(w[0].run, 5);
    CHECK_EQ(wait_for(&w[0], &r), CF_W_ANSWER);
    CHECK_EQ(w[0].run, CF_NO_RUN);
    CHECK_STR(r.id, "a");
    char *said = cf_worker_said(&w[0]);
    CHECK_STR(said, "running a punctually\n");
    free(said);
    CHECK(cf_worker_said(&w[0]) == NULL);
    cf_result_free(&r);
    int status = cf_worker_end(&w[0], false);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(a_worker_that_hangs_can_be_ended_at_once)
{
    cf_worker w[1] = {{.run = CF_NO_RUN}};
    CHECK(cf_worker_start(w, 1, 0, jobs, echo));
    cf_worker_give(&w[0], 0, 1, false, INT64_MAX);
    int status = cf_worker_end(&w[0], true);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGKILL);
    CHECK_EQ(w[0].pid, 0);
}

TEST(a_worker_that_is_let_go_ends_by_itself)
{
    cf_worker w[1] = {{.run = CF_NO_RUN}};
    CHECK(cf_worker_start(w, 1, 0, jobs, echo));
    pid_t was = w[0].pid, pid = cf_worker_leave(&w[0]);
    int status;
    CHECK_EQ(pid, was);
    CHECK_EQ(w[0].pid, 0);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST(the_clock_does_not_go_back)
{
    int64_t a = cf_clock_us(), b = cf_clock_us();
    CHECK(a > 0);
    CHECK(b >= a);
}
