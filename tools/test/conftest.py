"""Makes the tools importable: they are programs, not packages."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
for folder in ("tools/tidy", "tools/devcmd", "tools/seed", "tools/peer"):
    sys.path.insert(0, str(ROOT / folder))
