"""Records of disputes with personal data at known places: sentence forms filled with invented people and numbers.

The forms (sets/redaction-templates.txt) are of many styles: minutes, statements in dialect, chats, tables, calls,
contracts, reports. Those of the hands t, k, p, m, z, y, a and b are for development (tf, pf: sentences without people between them),
those of hand w are held out, filled from lists of their own (redaction_pools.py), without sentences between, and only
reported on.
"""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from eval import redaction_words as words
from eval.redaction_pools import Pool, pools
from kb.redaction.types import Kind, Span

TEMPLATES = Path(__file__).with_name("sets") / "redaction-templates.txt"
_MARK = re.compile(r"⟦(\w+):([^⟦⟧]*)⟧")
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_KEPT = ("amount", "law", "body", "body2", "org", "org2", "hotline")
#: Whose forms are for development; cross-validation leaves one hand out at a time. And whose are held out.
HANDS = ("t", "k", "p", "m", "z", "y", "a", "b")
HELD_OUT = "w"
_BETWEEN_HAN = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")


@dataclass(frozen=True)
class Record:
    """A text, the personal data in it, and words that must survive."""

    id: str
    text: str
    spans: tuple[Span, ...]
    keep: tuple[str, ...] = ()


def parse_marked(id: str, marked: str, keep: Iterable[str] = ()) -> Record:
    """Return the record that a text with ⟦kind:…⟧ marks describes.

    Raises:
        ValueError: a kind isn't one.

    >>> parse_marked("a", "找⟦name:王建国⟧要钱").spans[0][:2]
    (1, 4)
    """
    out, spans, at, size = [], [], 0, 0
    for match in _MARK.finditer(marked):
        out.append(marked[at : match.start()])
        size += match.start() - at
        spans.append(Span(size, size + len(match[2]), Kind(match[1])))
        out.append(match[2])
        size += len(match[2])
        at = match.end()
    out.append(marked[at:])
    return Record(id, "".join(out), tuple(spans), tuple(keep))


@lru_cache
def forms(mark: str) -> tuple[tuple[str, ...], ...]:
    """Return the forms with this mark, by style."""
    styles = []
    for block in TEMPLATES.read_text(encoding="utf-8").split("\n\n"):
        lines = [line.split("\t", 1)[1] for line in block.splitlines() if line.startswith(f"{mark}\t")]
        if lines:
            styles.append(tuple(line.replace("\\n", "\n").replace("\\t", "\t") for line in lines))
    return tuple(styles)


def generate(
    count: int, seed: int, held_out: bool, names: Sequence[Pool] = (), hands: Sequence[str] = HANDS
) -> list[Record]:
    """Return records; the same arguments give the same records.

    Args:
        held_out: from the forms that rules weren't tuned on.
        names: what they are filled with, one of these each, if not with the forms' own lists.
        hands: for development, only from forms of these hands.
    """
    rng = random.Random(seed)  # noqa: S311 -- records, not secrets
    found = names or pools(held_out)
    writers = (HELD_OUT,) if held_out else hands
    styles = [style for hand in writers for style in forms(hand)]
    fillers = [line for hand in writers for style in forms(f"{hand}f") for line in style]
    return [_record(rng, f"g{n + 1}", styles, fillers, rng.choice(found)) for n in range(count)]


def _record(
    rng: random.Random, id: str, styles: Sequence[Sequence[str]], fillers: Sequence[str], names: Pool
) -> Record:
    style = rng.choice(styles)
    forms = rng.sample(style, min(len(style), rng.choice((1, 2, 2, 3))))
    for _ in range(rng.choice((0, 1, 1, 2)) if fillers else 0):
        forms.insert(rng.randrange(len(forms) + 1), rng.choice(fillers))
    people = {letter: words.person(rng, names) for letter in "ABCD"}
    fixed = words.fixed(rng, names)
    keep: list[str] = []
    parts = [_SLOT.sub(lambda m: _fill(rng, m, people, fixed, keep), form) for form in forms]
    marked = ("\n" if any("\n" in f for f in forms) or rng.random() < 0.3 else "").join(parts)
    if rng.random() < 0.03:  # as text recognition leaves it
        blank = " " if rng.random() < 0.5 else ""
        scanned = _BETWEEN_HAN.sub(lambda _: blank or (" " if rng.random() < 0.5 else ""), marked)
        return parse_marked(id, scanned)
    return parse_marked(id, _habit(rng, marked), keep)


def _fill(
    rng: random.Random,
    slot: re.Match[str],
    people: dict[str, words.Person],
    fixed: dict[str, str],
    keep: list[str],
) -> str:
    name, form = slot[1], slot[2]
    if name in people:
        return _named(rng, people[name], form)
    makers = {
        "id": words.id_number, "phone": words.phone, "bank": words.bank, "plate": words.plate,
        "wechat": words.handle, "birth": words.birth,
    }  # fmt: skip
    if name in makers:
        return f"⟦{name}:{makers[name](rng)}⟧"
    if name in ("detail", "room"):
        return f"⟦address:{getattr(words, name)(rng)}⟧"
    value = words.amount(rng) if name == "amount" else fixed[name]
    if name in _KEPT:
        keep.append(value)
    kind = {"road": "address"}.get(name, name)
    return f"⟦{kind}:{value}⟧" if kind in ("village", "community", "address", "qq", "email") else value


def _named(rng: random.Random, who: words.Person, form: str | None) -> str:
    if form == "kin":
        return f"⟦name:{words.nickname(rng, who)}⟧"
    if form == "title" and who.surname:
        return f"⟦name:{who.surname}⟧{words.title(rng)}"
    if form == "sur" and who.surname:
        return f"⟦name:{who.surname}⟧"
    if form == "given" and who.surname and len(who.given) == 2:
        return f"⟦name:{who.given}⟧"
    return f"⟦name:{who.full}⟧"


def _habit(rng: random.Random, marked: str) -> str:
    """Return the text punctuated as its writer does."""
    draw = rng.random()
    if draw < 0.12:
        return marked.replace("，", ",").replace("。", ".").replace("：", ":")
    if draw < 0.2:
        return marked.replace("，", " ").replace("。", " ")
    return marked.replace("，", "、") if draw < 0.23 else marked
