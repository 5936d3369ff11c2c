"""The table of `mutants`: who notices which planted bug. One row for each bug, one column for each kind of judge. The
columns of the fuzzers are a chain (the committed corpus, so many seconds of CPU time from it, more of them), and what
one of them notices, those to the right of it notice too; those that begin with nothing are a chain of their own."""

import re

from judges import Verdict

CORE = re.compile(r"[A-N]\d\d")   # ids of the list of 90; others are ours
CHAINS = (("corpus", "fuzz"), ("empty",))


def chain_of(column):
    """The words that columns of the same chain begin with; (): it stands alone."""
    return next((chain for chain in CHAINS if column.startswith(chain)), ())


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
                                         verdict.finding or old.finding, verdict.doubt or old.doubt)

    def verdict(self, column):
        return self.by_column.get(column) or Verdict(self.mutant)

    def chained(self, column):
        """Whether it need not be asked here, because a fuzzer has noticed it already."""
        chain = chain_of(column)
        return bool(chain) and any(v.noticed() for c, v in self.by_column.items() if c.startswith(chain))

    def noticed(self, column=None):
        if column is None:
            return any(v.noticed() for v in self.by_column.values())
        chain = chain_of(column)
        if chain:
            columns = [c for c in self.by_column if c.startswith(chain)]
            upto = columns[:columns.index(column) + 1] if column in columns else columns
            return any(self.by_column[c].noticed() for c in upto)
        return column in self.by_column and self.by_column[column].noticed()

    def word(self, column):
        """What stands in the column: how many scripts, or which fuzzer by which oracle; = as the column before; ? what
        the sound stack does too."""
        verdict = self.by_column.get(column)
        if verdict is None:
            return "=" if self.noticed(column) else "-"
        if not verdict.noticed():
            return f"? {verdict.doubt}" if verdict.doubt else "-"
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


def name_of(mutant):
    return f"{mutant.name}: {mutant.cannot}" if mutant.cannot else mutant.name


def text(row, columns):
    cells = [f"{row.word(column):<{width}}" for column, width in zip(columns, widths(columns))]
    return " ".join([f"{row.mutant.id:<4}", f"{row.outcome():<7}", *cells, name_of(row.mutant)])


def planted(rows):
    return [row for row in rows if not row.mutant.neutral and not row.mutant.cannot]


def score(rows, column=None):
    real = planted(rows)
    legal = [row for row in rows if row.mutant.neutral and not row.mutant.cannot]
    return (f"killed {sum(row.noticed(column) for row in real)} of {len(real)}, "
            f"neutral alarms {sum(row.noticed(column) for row in legal)} of {len(legal)}")


def closing(rows):
    """The last line of `mutants`: machines read it."""
    return score(rows)


def summary(rows, columns):
    """One line for each column and one for all of them together; how many of the list of 90, if there are others."""
    lines = []
    core = [row for row in planted(rows) if CORE.fullmatch(row.mutant.id)]
    for column in [*columns, None]:
        percent = f" ({100 * sum(row.noticed(column) for row in core) / len(core):.1f} %)" if core else ""
        others = len(core) != len(planted(rows))
        part = f"; of the 90: {sum(row.noticed(column) for row in core)} of {len(core)}" if others else ""
        lines.append(f"{column or 'union':<22} {score(rows, column)}{part}{percent}")
    return lines


def tsv(rows, columns, stories):
    """The table as a file. stories: {id: witness.Story} of findings that were reduced."""
    lines = ["\t".join(["id", "name", "union", *columns, "operations", "script", "test"])]
    for row in rows:
        story = stories.get(row.mutant.id)
        told = "", "", ""
        if story and story.steps is None:
            told = "", story.text, "no"
        elif story:
            told = str(story.steps), "reproduces" if story.good else "does not reproduce", "yes" if story.test else "no"
        lines.append("\t".join([row.mutant.id, name_of(row.mutant), row.outcome(),
                                *(row.word(column) for column in columns), *told]))
    return "\n".join([*lines, *(f"# {line}" for line in summary(rows, columns))]) + "\n"
