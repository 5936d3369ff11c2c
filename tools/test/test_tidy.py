"""The house rules: a good tree has no finding, a bad one has each, and this tree's own settings are sound."""

import subprocess
import sys
from pathlib import Path

import pytest
import tidy
from rules import floors, lengths
from tree import File, Tree

TIDY = Path(tidy.__file__)
FIXTURES = TIDY.parent / "fixtures"

# (path, line, words of the finding) that the bad tree must have, and nothing else.
BAD = """
crash-0f00 1 crash-0f00 at the root
conformance/README.md 1 no README
conformance/packet/README.md 1 no README
conformance/packet/decode.c 1 no build compiles
conformance/packet/decode.c 1 no test
conformance/packet/decode.c 2 must not know the stack's wire code
stack/README.md 1 does not say what the folder must not know
stack/README.md 3 2 titles
stack/base/README.md 1 does not say what the folder must not know
stack/base/low.c 1 must not know TCP
stack/base/low.c 2 freestanding and string headers only
stack/base/low.c 3 which is not there
stack/base/low.c 7 banned: strcpy(
stack/base/low.c 7 space at the end
stack/base/low.c 7 tab
stack/base/low.c 8 banned: atoi(
stack/base/low.c 9 banned: printf(
stack/base/low.c 9 banned: rand(
stack/base/low.c 10 banned: goto elsewhere
stack/sock/README.md 1 no README
stack/sock/lost.c 1 no build compiles
stack/sock/lost.c 1 no test
stack/sock/lost.c 2 no newline
stack/tcp/README.md 1 no README
stack/tcp/free.h 1 no include guard
stack/tcp/free.h 1 nobody includes
stack/tcp/high.h 5 empty comment
stack/tcp/huge.c 600 602 lines
stack/tcp/long.c 1 no test
stack/tcp/long.c 4 rs_long() has 63 lines
stack/tcp/long.c 68 opens on its head's line
stack/tcp/long.c 74 banned: .raw < b
stack/tcp/long.c 74 line of 136 columns
stack/tcp/same.h 1 is also that of
stack/test/README.md 1 no README
stack/test/test_low.c 1 without a TEST
stack/test/test_low.c 2 empty line at the end
tools/README.md 1 no README
tools/forgotten_tool.py 1 carriage return
tools/forgotten_tool.py 1 nobody mentions
tools/forgotten_tool.py 2 empty comment
tools/tidy/exceptions.toml 1 "stack/gone/*.c" matches no source
tools/tidy/exceptions.toml 1 "stack/tcp/huge.c" has no reason
tools/tidy/exceptions.toml 1 nobody mentions
""".strip().splitlines()


def test_a_good_tree_has_no_findings():
    tree, findings = tidy.run(FIXTURES / "good")
    assert [finding.text() for finding in findings] == []
    assert len(tree.files) > 5


def test_a_bad_tree_has_each_finding_with_its_place():
    _, findings = tidy.run(FIXTURES / "bad")
    missing = [row for row in BAD if not any(
        f.path == row.split()[0] and f.line == int(row.split()[1]) and row.split(None, 2)[2] in f"{f.what}: {f.fix}"
        for f in findings)]
    assert missing == []
    assert len(findings) == len(BAD)


def test_markers_and_paths_of_a_machine_are_found(tmp_path):
    marker, later, home = "TO" + "DO", "for " + "now", "/home/" + "somebody/tree"
    (tmp_path / "README.md").write_text(f"# x\n\n{marker}: more\n{home}\n{later} fine\n")
    _, findings = tidy.run(tmp_path)
    assert [(f.line, f.what) for f in findings] == [(3, f'"{marker}"'), (4, "a path of one machine"), (5, f'"{later}"')]


def test_python_that_does_not_parse_is_a_finding(tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "README.md").write_text("# x\n\ntest_broken.py is broken\n")
    (tools / "test_broken.py").write_text("def f(:\n")
    _, findings = tidy.run(tmp_path)
    assert [(f.path, f.line, f.what) for f in findings] == [("tools/test_broken.py", 1, "not Python")]


def test_a_path_above_the_checkout_is_found(tmp_path):
    tree = Tree(tmp_path)
    top = tree.root.parts[1]
    (tmp_path / "README.md").write_text(f"# x\n\n/{top}/there\n")
    _, findings = tidy.run(tmp_path)
    found = [f.what for f in findings]
    assert found == ([] if top in ("tmp", "var") else ["a path of one machine"])


def test_the_command_says_path_line_what_and_how(tmp_path):
    (tmp_path / "README.md").write_text("# a\n# b\n")
    done = subprocess.run([sys.executable, TIDY, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "README.md:2: 2 titles: a page has one line that starts with #"
    assert done.stdout.splitlines()[-1] == "tidy: 1 files, 1 findings"


def test_an_empty_tree_is_an_error(tmp_path):
    done = subprocess.run([sys.executable, TIDY, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2


@pytest.mark.parametrize("source, expected", [
    ("int f(int a,\n      int b)\n{\n    return a;\n}\n", [(1, "f", 5)]),
    ("static int one(void) { return 1; }\n\nvoid g(void)\n{\n}\n", [(3, "g", 3)]),
    ("struct s {\n    int a;\n};\nenum { A, B };\nint t[] = {\n    1,\n};\n", []),
    ("TEST(a_name)\n{\n    if (x) {\n    }\n}\n", [(1, "a_name", 5)]),
    ("#define M(x) \\\n    do {\\\n    } while (0)\n\nint h(void)\n{\n    return 0;\n}\n", [(5, "h", 4)]),
    ("int (*table[3])(void);\nstatic const struct row rows[] = {\n    {f(1)},\n};\nvoid k(void)\n{\n}\n",
     [(5, "k", 3)]),
])
def test_functions_are_found_with_their_length(source, expected):
    assert lengths.c_functions(File("a.c", source)) == expected


def test_comments_and_strings_are_no_code():
    file = File("a.c", 'int a; /* strcpy( */ // gets(\nchar *s = "goto x; /*"; int b;\n')
    assert "strcpy" not in file.code and "gets" not in file.code and "goto" not in file.code
    assert "int b;" in file.code and len(file.code_lines) == len(file.data.split("\n"))


def test_every_floor_of_this_tree_names_a_folder_that_exists():
    root = TIDY.parents[2]
    table = Tree(FIXTURES / "good").settings("floors.toml")["floor"]
    missing = [name for name in table if "*" not in name and not (root / name).exists()]
    assert missing == []


def test_the_row_that_names_a_file_wins():
    table = {"a": {}, "a/b": {}, "a/b/c*": {}}
    assert floors.floor_of("a/b/cd.c", table) == "a/b/c*"
    assert floors.floor_of("a/b/x.c", table) == "a/b"
    assert floors.floor_of("a/x.c", table) == "a"
    assert floors.floor_of("z.c", table) is None
