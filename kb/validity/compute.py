"""Compute between which days each law version is in force.

effective_from, first rule that answers: (0) a correction; (1) the amending decision of the same
version, where the catalog holds it; (2) the date that the source states, if it isn't older than the
version itself; (3) the day the version was adopted, marked approximate: a text can't bind earlier.
effective_until: the day before the next version, or before the act whose clause repeals the law.
The status word of the source decides nothing; where it contradicts the dates, that is said.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kb.text.day import printed
from kb.validity.corrections import AmendedArticle, Corrections
from kb.validity.repeals import RepealClause

_DAY = timedelta(days=1)
_REPEALED_WORDS = ("已废止", "废止", "失效")
_OLD_WORDS = ("历史版本",)


@dataclass(frozen=True)
class VersionFacts:
    """What the sources say of one law version."""

    id: str
    law: str
    version: date
    stated_effective: date | None
    doc_type: str
    source_status: str


@dataclass
class Validity:
    """The answer for one law version; words in Chinese."""

    effective_from: date
    effective_until: date | None = None
    approximate: bool = False
    basis: str = ""
    until_reason: str = ""
    replaced_by: str = ""
    disputed: str = ""
    note: str = ""
    amended: list[AmendedArticle] = field(default_factory=list)


def effective_from(facts: Sequence[VersionFacts], corrections: Corrections) -> dict[str, Validity]:
    """Return the first day of every version, by id, with where it comes from."""
    decisions = [
        f for f in facts if f.doc_type in ("修改决定", "修正案") or ("修改" in f.law and "决定" in f.law)
    ]
    result: dict[str, Validity] = {}
    for fact in facts:
        key = (fact.law, fact.version)
        amending = [
            d for d in decisions
            if d.id != fact.id and d.version == fact.version and d.stated_effective
            and d.stated_effective >= d.version and _amends(d.law, fact.law)
        ]  # fmt: skip
        if key in corrections.effective:
            day, source = corrections.effective[key]
            found = Validity(day, basis=source)
        elif amending and amending[0].stated_effective:
            found = Validity(amending[0].stated_effective, basis=f"《{amending[0].law}》所定施行日期")
        elif fact.stated_effective and fact.stated_effective >= fact.version:
            found = Validity(fact.stated_effective, basis="数据来源所载施行日期")
        else:
            found = Validity(
                fact.version, approximate=True, basis="以本次修改通过日为最早施行日，确切日期数据中没有"
            )
        if found.effective_from == date.min:  # how a text without any date comes in
            found.basis = "文本没有写明日期"
            found.disputed = "文本没有写明通过、公布或施行日期，是否有效无法判断，使用前请核实"
        found.note = corrections.notes.get(key, "")
        found.amended = corrections.amended.get(key, [])
        result[fact.id] = found
    return result


def _amends(decision: str, law: str) -> bool:
    if decision.startswith(f"{law}修正案"):
        return True
    inner = decision.replace("中华人民共和国", "")
    return any(f"{left}{law}{right}" in inner for left, right in ("《》", "〈〉"))


def close_versions(
    facts: Sequence[VersionFacts],
    validity: dict[str, Validity],
    repeals: Sequence[RepealClause],
    corrections: Corrections,
) -> None:
    """Set the last day, its reason, and what is disputed, in place."""
    by_law: dict[str, list[VersionFacts]] = defaultdict(list)
    for fact in facts:
        by_law[fact.law].append(fact)
    first_repeal: dict[str, RepealClause] = {}
    for clause in repeals:
        if clause.law not in first_repeal or clause.since < first_repeal[clause.law].since:
            first_repeal[clause.law] = clause
    for law, versions in by_law.items():
        ordered = sorted(versions, key=lambda f: (validity[f.id].effective_from, f.version))
        for i, fact in enumerate(ordered):
            mine = validity[fact.id]
            if i + 1 < len(ordered):
                following = ordered[i + 1]
                start = validity[following.id].effective_from
                mine.effective_until = start - _DAY
                mine.replaced_by = law
                mine.until_reason = f"{printed(following.version)}通过的新版本自{printed(start)}起施行"
            repeal = first_repeal.get(law)
            if repeal and mine.effective_from < repeal.since <= (mine.effective_until or date.max):
                mine.effective_until = repeal.since - _DAY
                mine.replaced_by = repeal.by_law
                mine.until_reason = (
                    f"自{printed(repeal.since)}起由《{repeal.by_law}》废止（{repeal.address}）"
                )
            key = (fact.law, fact.version)
            if key in corrections.repealed:
                until, by, source = corrections.repealed[key]
                mine.effective_until, mine.replaced_by = until, by
                mine.until_reason = f"自{printed(until + _DAY)}起由《{by}》废止（{source}）"
            _compare_with_source(fact, mine)


def _compare_with_source(fact: VersionFacts, mine: Validity) -> None:
    word = fact.source_status
    open_ended = mine.effective_until is None
    if open_ended and (word in _REPEALED_WORDS or word in _OLD_WORDS):
        what = "废止它的法律或替代它的新法" if word in _REPEALED_WORDS else "取代它的新版本"
        mine.disputed = (
            f"数据来源标为“{word}”，但数据中没有{what}；按日期仍在施行期内，使用前请向司法行政部门核实"
        )
    elif word == "现行有效" and not open_ended:
        mine.note = " ".join(
            filter(None, [mine.note, f"数据来源标为“现行有效”，按日期施行到{printed(mine.effective_until)}"])
        )
