"""The tree as the rules see it: files by relative path, lines, C code without comments and strings, settings."""

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

# Not ours to judge: what git and builds leave behind, and the fixtures, which are bad on purpose.
SKIPPED_FOLDERS = {".git", "build", "__pycache__", ".pytest_cache", "fixtures", ".cache"}
# Bytes, not text: inputs for fuzzers and recorded captures.
BINARY_FOLDERS = ("corpus/seed/", "corpus/grown/", "corpus/regress/", "corpus/pcap/")
C_ENDINGS = {".c", ".h", ".def"}


@dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    what: str
    fix: str

    def text(self):
        return f"{self.path}:{self.line}: {self.what}: {self.fix}"


@dataclass
class File:
    path: str   # relative to the root, with /
    data: str

    @cached_property
    def pure(self):
        return PurePosixPath(self.path)

    @property
    def folder(self):
        return str(self.pure.parent)

    @property
    def ending(self):
        return self.pure.suffix

    @property
    def is_c(self):
        return self.ending in C_ENDINGS

    @property
    def is_test(self):
        return "/test/" in self.path

    @cached_property
    def lines(self):
        return self.data.split("\n")[:-1] if self.data.endswith("\n") else self.data.split("\n")

    @cached_property
    def code(self):
        """C text with comments, strings and character constants blanked; lines stay where they are."""
        return TOKENS.sub(lambda m: blank(m.group(0)), self.data)

    @cached_property
    def code_lines(self):
        return self.code.split("\n")

    @cached_property
    def comments(self):
        """[(line, text)] of every C comment."""
        return [(self.data.count("\n", 0, m.start()) + 1, m.group(0))
                for m in TOKENS.finditer(self.data) if m.group(0).startswith(("/*", "//"))]


TOKENS = re.compile(r"""/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'""", re.S)


def blank(token):
    kept = token[0] if token[0] in "\"'" else " "
    return kept + re.sub(r"[^\n]", " ", token[1:-1]) + (kept if len(token) > 1 else "")


class Tree:
    def __init__(self, root):
        self.root = Path(root).resolve()
        self.files = [File(path, self.read(path)) for path in self.walk()]
        self.by_path = {file.path: file for file in self.files}

    def walk(self):
        found = []
        for path in self.root.rglob("*"):
            relative = path.relative_to(self.root)
            if path.is_file() and not SKIPPED_FOLDERS & set(relative.parts[:-1]):
                name = relative.as_posix()
                if not name.startswith(BINARY_FOLDERS):
                    found.append(name)
        return sorted(found)

    def read(self, path):
        return (self.root / path).read_bytes().decode("utf-8", errors="replace")

    def settings(self, name):
        """One of the .toml files: the tree's own if it has it, else the one beside this program (for fixtures)."""
        own = self.root / "tools/tidy" / name
        path = own if own.exists() else Path(__file__).parent / name
        return tomllib.loads(path.read_text(encoding="utf-8"))

    def c_files(self):
        return [file for file in self.files if file.is_c]
