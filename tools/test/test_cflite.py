"""ClusterFuzzLite and OSS-Fuzz: build.sh with the variables that the base image sets, and what it makes."""

import os
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".clusterfuzzlite"
# What is built here; TCPROVE_CFLITE_TARGETS="fuzz_parse fuzz_pcap" asks for others (all: every file of fuzz/target).
TARGETS = os.environ.get("TCPROVE_CFLITE_TARGETS", "fuzz_opt fuzz_seg").split()
SANITIZE = "-fsanitize=address -fsanitize-address-use-after-scope"
COMMON = "-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
FLAGS = f"{COMMON} {SANITIZE} -fsanitize=fuzzer-no-link"


@pytest.fixture(scope="module", name="built")
def fixture_built(tmp_path_factory):
    """(OUT, WORK) after one run of build.sh."""
    folders = {name: tmp_path_factory.mktemp(name) for name in ("src", "out", "work")}
    (folders["src"] / "tcprove").symlink_to(ROOT)
    env = {"PATH": os.environ["PATH"], "CC": "clang-19", "CXX": "clang++-19", "CFLAGS": FLAGS, "CXXFLAGS": FLAGS,
           "LIB_FUZZING_ENGINE": "-fsanitize=fuzzer", "FUZZING_ENGINE": "libfuzzer", "SANITIZER": "address",
           "ARCHITECTURE": "x86_64", "SRC": str(folders["src"]), "OUT": str(folders["out"]),
           "WORK": str(folders["work"]), "TARGETS": " ".join([*TARGETS, "fuzz_canary"])}
    done = subprocess.run([HOME / "build.sh"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folders["out"], folders["work"]


def run(program, *words):
    return subprocess.run([program, *words], capture_output=True, text=True, errors="replace", check=False,
                          cwd=program.parent, timeout=60)


def test_every_target_comes_with_corpus_and_options_and_the_canary_stays_behind(built):
    out, work = built
    names = {file.name for file in out.iterdir()}
    wanted = {name + end for name in TARGETS for end in ("", "_seed_corpus.zip", ".options")}
    wanted |= {f"{name}.dict" for name in TARGETS if (ROOT / f"fuzz/dict/{name}.dict").exists()}
    assert names == wanted
    assert (work / "fuzz_canary").exists()
    assert all(re.fullmatch(r"[\w-]+", name) for name in TARGETS)
    for name in TARGETS:
        with zipfile.ZipFile(out / f"{name}_seed_corpus.zip") as archive:
            files = archive.namelist()
        there = sum(1 for kind in ("seed", "grown", "regress") for f in (ROOT / "corpus" / kind / name).glob("*"))
        assert len(files) == there > 10 and not any("/" in file for file in files)


def test_every_target_runs_over_its_corpus(built, tmp_path):
    out, _ = built
    for name in TARGETS:
        with zipfile.ZipFile(out / f"{name}_seed_corpus.zip") as archive:
            archive.extractall(tmp_path / name)
        done = run(out / name, "-runs=2000", "-seed=1", "-timeout=25", f"-artifact_prefix={tmp_path}/", tmp_path / name)
        assert done.returncode == 0, done.stderr[-3000:]
        assert "cov: " in done.stderr


def test_the_canary_is_found_by_the_engine_and_names_its_oracle(built, tmp_path):
    _, work = built
    done = run(work / "fuzz_canary", "-runs=200000", "-seed=1", f"-artifact_prefix={tmp_path}/")
    assert done.returncode != 0
    assert "O00 canary: the host sends a FIN" in done.stderr
    assert list(tmp_path.glob("crash-*"))


def test_no_sanitizer_and_no_compiler_is_chosen_here():
    text = "".join(line for line in (HOME / "build.sh").open() if not line.startswith("#"))
    assert "-fsanitize" not in text and "clang" not in text and "gcc" not in text


def test_the_workflows_use_every_mode():
    modes = set()
    for file in (ROOT / ".github/workflows").glob("cflite_*.yml"):
        text = file.read_text()
        assert "language: c\n" in text and "\t" not in text, file.name
        modes |= set(re.findall(r"^ +mode: (\S+)$", text, re.M))
    assert modes == {"code-change", "batch", "prune", "coverage"}
