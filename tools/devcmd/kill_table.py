"""The table of `mutants`: who notices which planted bug. One row for each bug, one column for each kind of judge; the
columns of the fuzzers are one chain (the committed corpus, so many seconds of CPU time from it, more of them), and what
one of them notices, those to the right of it notice too."""

import re

from judges import CHAIN, Verdict

CORE = re.compile(r"[A-N]\d\d")   # ids of the list of 90; others are ours


class Row:
    """One mutant and what became of it, by column."""

    def __init__(self, mutant):
        self.mutant, self.by_column = mutant, {}

    def add(self, column, verdict):
        old = self.by_column.get(column)
        if old is None:
            self.by_column[column] = verdict
            return
        self.by_column[column] = Verdict(self.mutant, old.killers + verdict.killers, old.trouble + verdict.trouble,
                                         verdict.finding or old.finding)

    def chained(self):
        """Whether a fuzzer has noticed it already."""
        return any(v.noticed() for column, v in self.by_column.items() if column.startswith(CHAIN))

    def noticed(self, column=None):
        if column is None:
            return any(v.noticed() for v in self.by_column.values())
        if column.startswith(CHAIN):
            columns = [c for c in self.by_column if c.startswith(CHAIN)]
            upto = columns[:columns.index(column) + 1] if column in columns else columns
            return any(self.by_column[c].noticed() for c in upto)
        return column in self.by_column and self.by_column[column].noticed()

    def word(self, column):
        """What stands in the column: how many scripts, or which fuzzer by which oracle; = as the column before."""
        verdict = self.by_column.get(column)
        if verdict is None:
            return "=" if self.noticed(column) else "-"
        if not verdict.noticed():
            return "-"
        if column == "scripts":
            return str(len(verdict.killers)) if verdict.killers else verdict.trouble
        return verdict.killers[0]

    def outcome(self):
        if self.mutant.cannot:
            return "n/a"
        if self.mutant.neutral:
            return "ALARM" if self.noticed() else "legal"
        return "killed" if self.noticed() else "ALIVE"


def widths(columns):
    return [max(8 if column == "scripts" else 22, len(column)) for column in columns]


def head(columns):
    cells = [f"{column:<{width}}" for column, width in zip(columns, widths(columns))]
    return " ".join([f"{'id':<4}", f"{'union':<7}", *cells, "name"])


def text(row, columns):
    cells = [f"{row.word(column):<{width}}" for column, width in zip(columns, widths(columns))]
    name = f"{row.mutant.name}: {row.mutant.cannot}" if row.mutant.cannot else row.mutant.name
    return " ".join([f"{row.mutant.id:<4}", f"{row.outcome():<7}", *cells, name])


def share(rows, column=None):
    killed = sum(row.noticed(column) for row in rows)
    percent = f" ({100 * killed / len(rows):.1f} %)" if rows else ""
    return f"{killed} of {len(rows)}{percent}"


def summary(rows, columns):
    """One line for each column: of the list of 90, of all, and the alarms."""
    real = [row for row in rows if not row.mutant.neutral and not row.mutant.cannot]
    core = [row for row in real if CORE.fullmatch(row.mutant.id)]
    legal = [row for row in rows if row.mutant.neutral and not row.mutant.cannot]
    lines = []
    for column in [*columns, None]:
        alarms = sum(row.noticed(column) for row in legal)
        lines.append(f"{column or 'union':<22} of the 90: {share(core, column)}; of all: {share(real, column)}; "
                     f"neutral alarms {alarms} of {len(legal)}")
    return lines
