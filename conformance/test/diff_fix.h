/* diff_fix.h — one comparison with a difference of each kind, for the tests of its texts. */
#ifndef CF_TEST_DIFF_FIX_H
#define CF_TEST_DIFF_FIX_H

#include "../capture/diff.h"

/* Rules are lent until sample_diff_free. */
void sample_diff(cf_diff *d);
void sample_diff_free(cf_diff *d);

#endif
