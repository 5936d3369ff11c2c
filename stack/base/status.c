#include "status.h"

#include "../include/refstack/stack.h"

const char *rs_status_name(int code)
{
    switch (code) {
    case 0: return "OK";
#define S(name, number, text)                                                                                          \
    case number: return #name;
#include "../include/refstack/status.def"
#undef S
    default: return "?";
    }
}

const char *rs_status_text(int code)
{
    switch (code) {
    case 0: return "success";
#define S(name, number, text)                                                                                          \
    case number: return text;
#include "../include/refstack/status.def"
#undef S
    default: return "?";
    }
}
