/* refstack.h — everything a user of the reference TCP needs: include this one. Read stack.h first. */
#ifndef REFSTACK_H
#define REFSTACK_H

#include "config.h"
#include "probe.h"
#include "socket.h"
#include "stack.h"
#include "trace.h"
#include "types.h"

#endif
