/* fail.h — how an oracle says that something is wrong.
 *
 * The message names the oracle (O23), what was seen and the rule. Then the process stops in a function of its own, so
 * that a fuzzer's stack traces tell oracle failures from crashes. Tests of the oracles catch the message instead. */
#ifndef FZ_PROG_FAIL_H
#define FZ_PROG_FAIL_H

/* Prints and stops; returns only if a catcher is installed (then the caller goes on, and further failures are ignored).
 */
void fz_fail(const char *oracle, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Called once before stopping: tells the story that led here. */
typedef void fz_story_fn(void *ctx);
void fz_on_fail(fz_story_fn *story, void *ctx);

/* For tests: failures are counted and the first oracle's name is kept instead of stopping. fz_caught ends catching and
 * gives that name, or NULL. */
void fz_catch(void);
const char *fz_caught(void);

#endif
