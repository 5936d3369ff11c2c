"""What was judged is kept beside the mutant, so that a run of `mutants` that was cut goes on where it was. A verdict
holds as long as the row, the sources of the stack, the judge's program and what it plays are the same."""

import hashlib
import json
import re
import threading
from pathlib import Path

from plant import OUT

SOUND = "sound"   # the folder of what judges say of the stack as it is


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


class Shelf:
    """keys: {name of judge: what its mutants are made of}."""

    def __init__(self, keys):
        self.keys, self.taken, self.lock = keys, 0, threading.Lock()

    def path(self, mutant, name):
        return OUT / (mutant.id if mutant else SOUND) / "verdicts" / f"{slug(name)}.json"

    def get(self, path, key):
        """What was written for this key, or None; what cannot be read is judged anew."""
        if not path.exists():
            return None
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            return None
        return kept if isinstance(kept, dict) and kept.pop("key", None) == key else None

    def put(self, path, key, values):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")   # a run that is cut leaves no half of a verdict
        part.write_text(json.dumps({"key": key, **values}), encoding="utf-8")
        part.replace(path)

    def key(self, mutant, judge):
        of = (mutant.edits if mutant else None, self.keys[judge.name], judge.name, judge.plays())
        return hashlib.sha256(repr(of).encode()).hexdigest()

    def verdict(self, mutant, judge, make):
        """What the judge says of the mutant; make() makes its program, if that has to be asked."""
        path, key = self.path(mutant, judge.name), self.key(mutant, judge)
        kept = self.get(path, key)
        if kept is not None and (not kept["finding"] or Path(kept["finding"]).exists()):
            with self.lock:
                self.taken += 1
            return judge.said(mutant, kept)
        verdict = judge.judge(mutant, make())
        self.put(path, key, verdict.values())
        return verdict
