/* cells.h — which corners of the state machine a run has seen: feedback for the engine, and a table for people.
 *
 * A cell is a state and the class of a segment that arrives in it. Classes come from the order of checks in RFC 9293
 * 3.10.7.4: where the segment lies (outside the window, at RCV.NXT, ahead of it) times what it is (8 kinds): 24 classes
 * in each of 11 states. Without a connection, and before the peer's SYN is there, it is placed by the numbers that the
 * peer would use.
 *
 * The engine reads the counters of one input at a time. With FZ_CELLS=FILE in the environment everything that was seen
 * is written there when the process ends: "cell STATE CLASS" and "move FROM EVENT TO", separated by tabs. */
#ifndef FZ_ORACLE_CELLS_H
#define FZ_ORACLE_CELLS_H

#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"

enum { FZ_CELL_PLACES = 3, FZ_CELL_KINDS = 8, FZ_CELL_CLASSES = FZ_CELL_PLACES * FZ_CELL_KINDS };

/* The class of a segment with so many bytes of text; numbers are those of the connection, or what the peer takes for
 * them. Less than FZ_CELL_CLASSES. */
unsigned fz_cell_class(const rs_probe *numbers, const cf_tcp *in, uint32_t text);
const char *fz_cell_name(unsigned class);

void fz_cells_saw(rs_state state, unsigned class);
/* A change of state. */
void fz_cells_moved(const rs_event *ev);

#endif
