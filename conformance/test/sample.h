/* sample.h — a made-up set of results with one of every kind, for the tests of the reports. */
#ifndef CF_TEST_SAMPLE_H
#define CF_TEST_SAMPLE_H

#include "../report/report.h"

enum {
    SAMPLE_PASS,
    SAMPLE_FAIL,
    SAMPLE_FAIL_AGAIN,
    SAMPLE_NA,
    SAMPLE_ERROR,
    SAMPLE_KNOWN,
    SAMPLE_GOOD_NEWS,
    SAMPLE_DIFFERENT,
    SAMPLE_LAX,
    SAMPLE_UNSTEADY,
    SAMPLE_SEEN,
    SAMPLE_COUNT
};

/* The report with all entries; everything in it is static. Requirement tables are loaded. */
const cf_report *sample_report(void);
/* The same with only the passing entry. */
const cf_report *sample_green(void);
void sample_free(void);

#endif
