"""Whatever way an address is written, it is found and resolves back to the same text."""

import random
from collections.abc import Callable
from datetime import date

import pytest

from kb.catalog.catalog import Catalog
from kb.citation.names import LawNames
from kb.citation.parser import parse
from kb.citation.resolver import Resolver, format_address
from kb.model import LawVersion, Provision
from kb.text.numerals import to_chinese

TODAY = date(2026, 11, 21)
_FULL = str.maketrans("0123456789", "０１２３４５６７８９")

Write = Callable[[LawVersion, Provision, int | None, int | None], str]


def _canonical(law: LawVersion, p: Provision, paragraph: int | None, item: int | None) -> str:
    return format_address(law.law, p.article, paragraph, item)


def _suffix(p: Provision, number: Callable[[int], str]) -> str:
    return f"之{number(p.suffix)}" if p.suffix else ""


# 之11款 would be read as 之11, so that the way without 第 writes 之一1款
def _styled(
    name: Callable[[LawVersion], str],
    number: Callable[[int], str],
    di: str = "第",
    item: str = "第（{}）项",
    gap: str = "",
) -> Write:
    def write(law: LawVersion, p: Provision, paragraph: int | None, at: int | None) -> str:
        parts = [name(law), f"{di}{number(p.number)}条{_suffix(p, number if di else to_chinese)}"]
        if paragraph:
            parts.append(f"{di}{number(paragraph)}款")
        if at:
            parts.append(item.format(number(at)))
        return gap.join(parts)

    return write


WAYS: dict[str, Write] = {
    "canonical": _canonical,
    "brackets, Arabic": _styled(lambda v: f"《{v.law}》", str),
    "full title in brackets": _styled(lambda v: f"《{v.full_title}》", to_chinese),
    "bare full title": _styled(lambda v: v.full_title, to_chinese),
    "bare, Arabic": _styled(lambda v: v.law, str),
    "no 第": _styled(lambda v: v.law, str, di="", item="（{}）项"),
    "full width": _styled(lambda v: f"《{v.law}》", lambda n: str(n).translate(_FULL)),
    "blanks": _styled(lambda v: f"《{v.law}》", str, gap=" "),
    "item without brackets": _styled(lambda v: v.law, to_chinese, item="第{}项"),
    "half-width brackets": _styled(lambda v: f"《{v.law}》", to_chinese, item="第({})项"),
    "in a sentence": lambda v, p, a, b: f"依照《{v.law}》的规定，{_tail(p, a, b)}，应当赔偿三百元。",
    "after 以下简称": lambda v, p, a, b: f"《{v.full_title}》（以下简称“{v.law}”）{_tail(p, a, b)}",
}


def _tail(p: Provision, paragraph: int | None, item: int | None) -> str:
    return format_address("", p.article, paragraph, item)


def _samples(laws: Catalog) -> list[tuple[LawVersion, Provision, int | None, int | None]]:
    """600 addresses at every depth: every 之n article in force, and a seeded choice of the rest."""
    chance = random.Random(20261121)
    versions = [v for v in laws.laws(limit=1000) if v.in_force(TODAY)]
    everything = [(v, p) for v in versions for p in laws.provisions(v.id) if p.number]
    with_suffix = [(v, p) for v, p in everything if p.suffix]
    assert len(with_suffix) >= 50  # the amended articles of the criminal code
    listed = [(v, p) for v, p in everything if any(x.items for x in p.paragraphs)]
    several = [(v, p) for v, p in everything if len(p.paragraphs) > 1]
    found: list[tuple[LawVersion, Provision, int | None, int | None]] = [
        (v, p, None, None) for v, p in with_suffix + chance.sample(everything, 250)
    ]
    found += [(v, p, chance.choice(p.paragraphs).number, None) for v, p in chance.sample(several, 150)]
    for version, provision in chance.sample(listed, 150):
        paragraph = chance.choice([x for x in provision.paragraphs if x.items])
        found.append((version, provision, paragraph.number, chance.choice(paragraph.items).number))
    return found


def _text(p: Provision, paragraph: int | None, item: int | None) -> str:
    if paragraph is None:
        return p.text
    whole = p.paragraphs[paragraph - 1]
    return whole.text if item is None else next(i.text for i in whole.items if i.number == item)


def test_every_way_resolves_back(laws: Catalog, names: LawNames, resolver: Resolver) -> None:
    samples = _samples(laws)
    assert len(samples) >= 500
    resolved: dict[object, object] = {}
    wrong = []
    for version, provision, paragraph, item in samples:
        address = format_address(version.law, provision.article, paragraph, item)
        for way, write in WAYS.items():
            text = write(version, provision, paragraph, item)
            found = parse(text, names)
            if len(found) != 1:
                wrong.append((way, text, [c.raw for c in found]))
                continue
            key = (found[0].law, found[0].article, found[0].suffix, found[0].paragraph, found[0].item)
            if key not in resolved:
                resolved[key] = resolver.resolve(found[0], TODAY)
            result = resolved[key]
            if (result.address, result.text, result.status) != (
                address,
                _text(provision, paragraph, item),
                "ok",
            ):
                wrong.append((way, text, result.address, result.status))
    assert not wrong, (len(wrong), wrong[:10])


@pytest.mark.parametrize("way", ["canonical", "no 第"])
def test_no_title_or_number_is_misread(laws: Catalog, names: LawNames, resolver: Resolver, way: str) -> None:
    """The parser alone, over every law in force."""
    wrong = []
    for version in laws.laws(limit=1000):
        if not version.in_force(TODAY):
            continue
        for provision in laws.provisions(version.id)[::11]:
            if not provision.number:
                continue
            text = WAYS[way](version, provision, None, None)
            found = parse(text, names)
            meant = [(version.law, provision.number, provision.suffix)]
            if [(c.law, c.article, c.suffix) for c in found] != meant:
                wrong.append((text, [c.raw for c in found]))
    assert not wrong, (len(wrong), wrong[:10])
