/* check.h — beliefs of the stack about itself.
 *
 * rs_check(c) states that c cannot be false whatever the peer or the user does; it stays on in every build. When it
 * fails, the process-wide hook of rs_on_broken() (refstack/stack.h) is called with the place and the text, and whatever
 * the hook does, control does not come back: without a hook, or when it returns, the program traps. Mistakes of the
 * caller are an rs_status, nonsense from the peer is a verdict; neither is ever an rs_check. */
#ifndef RS_BASE_CHECK_H
#define RS_BASE_CHECK_H

#define rs_check(c) ((c) ? (void)0 : rs_broken_at(__FILE__, __LINE__, #c))

/* Reports a broken belief to the hook; does not return. */
_Noreturn void rs_broken_at(const char *file, int line, const char *what);

#endif
