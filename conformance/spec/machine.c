#include "machine.h"

#include <ctype.h>

#include "../text/mem.h"

bool cf_machine_load(cf_machine *m, const char *dir, char *why, size_t why_cap)
{
    memset(m, 0, sizeof *m);
    char *path = cf_mem_fmt("%s/state-machine.tsv", dir);
    bool ok = cf_tsv_read(&m->table, path, why, why_cap);
    free(path);
    if (!ok) return false;
    m->count = m->table.rows;
    m->items = cf_mem_zero(m->count, sizeof *m->items);
    for (uint32_t i = 0; i < m->count; i++)
        m->items[i] = (cf_move){
            .from = cf_tsv_cell(&m->table, i, "from_state"),
            .event = cf_tsv_cell(&m->table, i, "event"),
            .guard = cf_tsv_cell(&m->table, i, "guard"),
            .action = cf_tsv_cell(&m->table, i, "action"),
            .to = cf_tsv_cell(&m->table, i, "to_state"),
            .section = cf_tsv_cell(&m->table, i, "section"),
        };
    return true;
}

void cf_machine_free(cf_machine *m)
{
    free(m->items);
    cf_tsv_free(&m->table);
    memset(m, 0, sizeof *m);
}

static bool same_state(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        char x = *a == '_' ? '-' : (char)toupper((unsigned char)*a),
             y = *b == '_' ? '-' : (char)toupper((unsigned char)*b);
        if (x != y) return false;
    }
    return *a == *b;
}

const char *cf_machine_state(const cf_machine *m, const char *word)
{
    for (uint32_t i = 0; i < m->count; i++)
        if (same_state(m->items[i].from, word)) return m->items[i].from;
    return NULL;
}
