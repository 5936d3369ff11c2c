/* pycode.c — the conversation: a header line "B line names code file" with lengths, then the three texts; the answer is
 * "status line printed text" with lengths, then the two texts. "N" begins a new script. */
#include "pycode.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../text/mem.h"

enum { PATIENCE_MS = 20000, HEADER_MAX = 100 };

static const char driver[] =
    "import sys,io,contextlib\n"
    "i,o=sys.stdin.buffer,sys.stdout.buffer\n"
    "g={}\n"
    "def answer(s,l,p,t):\n"
    "  p,t=p.encode(),t.encode()\n"
    "  o.write(b'%d %d %d %d\\n'%(s,l,len(p),len(t))+p+t);o.flush()\n"
    "def where(e,f,l):\n"
    "  t=e.__traceback__\n"
    "  while t:\n"
    "    if t.tb_frame.f_code.co_filename==f: l=t.tb_lineno\n"
    "    t=t.tb_next\n"
    "  return getattr(e,'lineno',None) or l\n"
    "while True:\n"
    "  h=i.readline().split()\n"
    "  if not h: break\n"
    "  if h[0]==b'N':\n"
    "    g={'__name__':'__main__'};answer(0,0,'','');continue\n"
    "  l=int(h[1]);n,c,f=(i.read(int(x)).decode('utf-8','replace') for x in h[2:5])\n"
    "  for a in n.splitlines():\n"
    "    k,v=a.split('=',1);g[k]=int(v)\n"
    "  g['_file'],g['_line']=f,l\n"
    "  p=io.StringIO()\n"
    "  try:\n"
    "    with contextlib.redirect_stdout(p): exec(compile('\\n'*(l-1)+c,f,'exec'),g)\n"
    "    answer(0,0,p.getvalue(),'')\n"
    "  except SystemExit as e:\n"
    "    answer(1 if e.code else 0,l,p.getvalue(),'SystemExit: %s'%e.code)\n"
    "  except BaseException as e:\n"
    "    answer(1,where(e,f,l),p.getvalue(),type(e).__name__+(': '+str(e) if str(e) else ''))\n";

/* The one Python of this process. */
static struct {
    pid_t pid, owner;
    int line; /* a socket: writing to a Python that has gone is an error, not a signal */
    char *command;
} py = {.line = -1};

/* ---------- bytes ---------- */

static bool send_all(const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = send(py.line, bytes, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static bool receive(char *out, size_t len)
{
    while (len) {
        struct pollfd p = {.fd = py.line, .events = POLLIN};
        int r = poll(&p, 1, PATIENCE_MS);
        if (r < 0 && errno == EINTR) continue;
        if (r <= 0) return false;
        ssize_t n = read(py.line, out, len);
        if (n <= 0) return false;
        out += n;
        len -= (size_t)n;
    }
    return true;
}

static bool receive_line(char *out, size_t cap)
{
    for (size_t n = 0; n + 1 < cap; n++) {
        if (!receive(out + n, 1)) return false;
        if (out[n] != '\n') continue;
        out[n] = '\0';
        return true;
    }
    return false;
}

static bool receive_text(cf_buf *out, size_t len)
{
    char *p = cf_mem_or_die(malloc(len + 1));
    bool ok = receive(p, len);
    if (ok && out) cf_buf_put(out, p, len);
    free(p);
    return ok;
}

/* ---------- the process ---------- */

void cf_py_stop(void)
{
    bool ours = py.pid > 0 && py.owner == getpid();
    if (py.line >= 0) close(py.line);
    if (ours) {
        kill(py.pid, SIGKILL);
        while (waitpid(py.pid, NULL, 0) < 0 && errno == EINTR) {}
    }
    free(py.command);
    py.pid = 0;
    py.line = -1;
    py.command = NULL;
}

static void become_python(const char *command, int line, pid_t parent)
{
    char text[400];
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would read the answer, and a block may run for long */
    if (getppid() != parent) _exit(127);
    dup2(line, STDIN_FILENO);
    dup2(line, STDOUT_FILENO);
    if (strcmp(command, "python3") == 0) execl("/usr/bin/env", "env", "python3", "-u", "-c", driver, (char *)NULL);
    snprintf(text, sizeof text, "exec %s -u -c \"$0\"", command);
    execl("/bin/sh", "sh", "-c", text, driver, (char *)NULL);
    _exit(127);
}

static bool start(const char *command)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return false;
    fflush(NULL);
    pid_t self = getpid();
    py.pid = fork();
    if (py.pid == 0) become_python(command, ends[1], self);
    close(ends[1]);
    py.line = ends[0];
    py.owner = getpid();
    py.command = cf_mem_str(command);
    return py.pid > 0;
}

/* ---------- the conversation ---------- */

static cf_py_verdict answer(cf_buf *printed, cf_buf *text, uint32_t *line)
{
    char head[HEADER_MAX];
    int status;
    unsigned at;
    unsigned long plen, tlen;
    if (!receive_line(head, sizeof head) || sscanf(head, "%d %u %lu %lu", &status, &at, &plen, &tlen) != 4)
        return CF_PY_NONE;
    if (!receive_text(printed, plen) || !receive_text(text, tlen)) return CF_PY_NONE;
    *line = at;
    return status ? CF_PY_FAILED : CF_PY_OK;
}

bool cf_py_begin(const char *command, char *why, size_t why_cap)
{
    uint32_t line;
    if (py.pid && (py.owner != getpid() || strcmp(py.command, command) != 0)) cf_py_stop();
    if ((py.pid || start(command)) && send_all("N\n", 2) && answer(NULL, NULL, &line) == CF_PY_OK) return true;
    cf_py_stop();
    snprintf(why, why_cap, "'%s' does not start", command);
    return false;
}

cf_py_verdict cf_py_block_run(const cf_py_block *b, cf_buf *printed, cf_buf *text, uint32_t *line)
{
    cf_buf q = {0};
    cf_buf_printf(&q, "B %u %zu %zu %zu\n%s%s%s", b->line, strlen(b->names), strlen(b->code), strlen(b->file), b->names,
                  b->code, b->file);
    bool sent = send_all(cf_buf_str(&q), q.len);
    cf_buf_free(&q);
    cf_py_verdict v = sent ? answer(printed, text, line) : CF_PY_NONE;
    if (v == CF_PY_NONE) cf_py_stop();
    return v;
}
