"""What speaks for and against a stretch of text being a person's name, as numbers that a model weighs.

Every place where a surname stands gives candidates of two to four characters; so does every place where the tagger
(lac.py) sees a name. Each gets the features below: how usual its characters are, how the dictionary and the tagger
cut there, and which words stand beside it. No feature is a word of the text itself, so that a model which learnt
on some sentence forms holds on others.
"""

import math
import re
from collections.abc import Iterator
from typing import NamedTuple

from kb.redaction import names as rules
from kb.redaction.analysis import Analysis, characters, tagger
from kb.redaction.lac import BODY, GROUPS, PERSON, PLACE, Marks
from kb.redaction.placeholders import LETTERS

_HAN = re.compile(r"[\u4e00-\u9fff]+")
#: Titles and kin stand behind a surname: titled.py knows them. Nor does a name end in what they end in.
_CALLED = re.compile(rf"{rules.TITLE_WORDS}|(?:{'|'.join(w for w in rules.KIN_WORDS if len(w) > 1)})")
_KIN_END = frozenset("哥叔婶嫂姐伯姨爹爷妈娘婆")
_NO_END = frozenset("归家遂撒拉籍姓")
#: Never in a name; other characters that hardly stand in one only speak against it.
_BREAK = frozenset("姓的了是不我你他她它们这那您吗呢吧啊呀哦嘛着某")
#: Between a role and a name: 主任和陈书记. Where they are surnames, the surname gives the candidate.
_LEAD = frozenset("和与跟同及或在到从向对把被将由给为于也都就又先再来去说称因要已未")
_LETTERS = frozenset(LETTERS)
_SIGNS = frozenset(rules.ENCLOSING)
_PIECE = re.compile(r"(?<![\u4e00-\u9fff·])[\u4e00-\u9fff]{2,4}(?![\u4e00-\u9fff·])")
#: What stands between a county and 乡 is no person: 南陵区高坪乡.
_TOWN = re.compile(r"[市县区旗][\u4e00-\u9fff]{2,3}[乡镇]")
_VERB_END = re.compile(r"[来去走拿到开过打骂跑][了过着]")
_PUNCTUATION = "，,。.；;：:、！!？?\n"
FEATURES = (
    "surname", "common", "rare", "wordy", "compound", "one", "two", "three",
    "given good", "given poor", "given unknown", "given never", "cut", "given", "around", "closed left", "closed right",
    "begin", "first inside", "least inside", "going on", "cut before", "cut behind", "cut within", "place", "body",
    *(f"before {g}" for g in GROUPS), *(f"behind {g}" for g in GROUPS),
    "dictionary person", "dictionary word", "dictionary half left", "dictionary half right",
    "begins dotted", "again", "longer", "shorter", "role before", "human behind", "place behind", "weak cut", "weak begin",
    "one begin", "one going on", "wordy around", "list", "in names", "least in names", "usual", "least usual", "word usual",
)  # fmt: skip


class Candidate(NamedTuple):
    """A stretch that may be a name, and its features in the order of FEATURES."""

    start: int
    end: int
    features: tuple[float, ...]


def candidates(analysis: Analysis, marks: Marks) -> list[Candidate]:
    """Return what may be names in a text; `again` and its like are counted over the whole text."""
    text = analysis.text
    cuts, begin = marks.begin.sum(axis=1), marks.begin[:, PERSON]
    # the middle of a word for sure: nobody's name begins here
    open_to = ((cuts > 0.01) & ((cuts > 0.05) | (begin > 0.01))).tolist()
    every = {s for s in _by_surname(analysis) if open_to[s[0]]} | set(_by_tagger(text, marks))
    every |= set(_by_place(analysis))
    spans = sorted(s for s in every if not _is_called(text, *s) and not _holds_letter(text[slice(*s)]))
    counts: dict[str, int] = {}
    for start, end in spans:
        counts[text[start:end]] = counts.get(text[start:end], 0) + 1
    longest: dict[str, int] = {}
    for word, count in counts.items():
        longest[word[:-1]] = max(longest.get(word[:-1], 0), count)
    table = _Table(analysis, marks)
    return [Candidate(a, b, table.features(a, b, counts, longest)) for a, b in spans]


def _holds_letter(name: str) -> bool:
    """Return whether this rather is a placeholder with a word beside it: 和乙, 甲说."""
    return bool(_LETTERS & set(name if len(name) == 2 else name[0]))


def _by_surname(analysis: Analysis) -> Iterator[tuple[int, int]]:
    text, never, inside = analysis.text, characters("not-given"), analysis.marks.inside[:, PERSON]
    for start in range(len(text) - 1):
        size, _ = rules.surname(text, start)
        if not size:
            token = analysis.starting.get(start)
            if not (token and token.tag == "nr" and len(token.word) == 1):
                continue
            size = 1
        for given in (1, 2, 3):
            part = text[start + size : start + size + given]
            if (
                len(part) < given
                or not _HAN.fullmatch(part)
                or part[-1] in _BREAK
                or (given == 3 and size > 1)
            ):
                break
            end = start + size + given
            if part[-1] in never and inside[end - 1] < 0.3 and text[end : end + 1] not in _SIGNS:
                continue
            yield start, start + size + given


def _by_place(analysis: Analysis) -> Iterator[tuple[int, int]]:
    """Yield what stands alone between signs, or behind a person's role, whether it has a surname or not."""
    text = analysis.text
    for match in _PIECE.finditer(text):
        token = analysis.starting.get(match.start())
        place = token is not None and token.tag == "ns"
        if not place and not _BREAK & set(match.group()) and not (token and token.end == match.end()):
            yield match.span()
    for token in analysis.tokens:
        if token.word in rules.ROLES:
            for end in (token.end + 2, token.end + 3):
                piece, first = text[token.end : end], analysis.starting.get(token.end)
                if first and (first.end == end or (first.tag == "ns" and len(first.word) > 1)):
                    continue  # a word, or a town: 兄弟|三人
                if len(piece) != end - token.end or piece[0] in _LEAD or _BREAK & set(piece):
                    continue
                if _HAN.fullmatch(piece):
                    yield token.end, end


def _by_tagger(text: str, marks: Marks) -> Iterator[tuple[int, int]]:
    begin, inside = marks.begin[:, PERSON], marks.inside[:, PERSON]
    for start in (begin[: len(text)] > 0.2).nonzero()[0].tolist():
        end = start + 1
        while end < len(text) and inside[end] > 0.35 and end - start < 6:
            end += 1
        for stop in range(start + 2, end + 1):
            if _HAN.fullmatch(text[start:stop]) and "某" not in text[start:stop]:
                yield start, stop


def _is_called(text: str, start: int, end: int) -> bool:
    """Return whether the stretch rather is a surname or a given name with a title, kin or a verb behind it."""
    size = rules.surname(text, start)[0]
    if (
        text[end - 1] in _NO_END
        or _TOWN.match(text, max(0, start - 1), end + 1)
        or _VERB_END.match(text, end - 1)
        or _CALLED.fullmatch(text[max(start, end - 2) : end])
    ):
        return True
    if size and (title := _CALLED.match(text, start + size)) and (end <= title.end() or end - start > 3):
        return True
    return text[end - 1] in _KIN_END and (not size or end - start - size >= 2)


def _logit(p: float) -> float:
    return max(-5.0, min(5.0, math.log((p + 1e-6) / (1 - p + 1e-6))))


class _Table:
    """The parts of features that don't depend on the candidate, looked up once for a text."""

    def __init__(self, analysis: Analysis, marks: Marks) -> None:
        self._analysis, self._text = analysis, analysis.text
        self._person_begin = marks.begin[:, PERSON].tolist()
        self._person_inside = marks.inside[:, PERSON].tolist()
        self._cuts = marks.begin.sum(axis=1).tolist()
        both = marks.begin + marks.inside
        self._groups = both.tolist()
        self._place, self._body = both[:, PLACE].tolist(), both[:, BODY].tolist()

    def features(
        self, start: int, end: int, counts: dict[str, int], longest: dict[str, int]
    ) -> tuple[float, ...]:
        text, analysis, name = self._text, self._analysis, self._text[start:end]
        size, weight = rules.surname(text, start)
        size = min(size, end - start - 1) if size < end - start else 0
        given = name[size:]
        weak = weight < 0.5
        good, poor, never = characters("given"), characters("poor-given"), characters("not-given")
        left, right = text[start - 1 : start], text[end : end + 1]
        closed_left = not left or left in rules.ENCLOSING
        closed_right = not right or right in rules.ENCLOSING
        first, last = analysis.covering(start), analysis.covering(end - 1)
        whole = first is not None and (first.start, first.end) == (start, end)
        cut = rules.cut(analysis, start, end, size or 1, weak)
        around = rules.around(analysis, start, end, weak)
        inside = self._person_inside[start + 1 : end]
        begin = _logit(self._person_begin[start])
        going = _logit(self._person_inside[end])
        before = text[max(0, start - 6) : start].rstrip("：: （(")
        role = any(before[-n:] in rules.ROLES for n in (2, 3, 4, 5, 1) if len(before) >= n)
        human = any(
            text[end : end + n] in rules.HUMAN or text[end : end + n] in rules.ROLES for n in (1, 2, 3)
        )
        nothing = [0.0] * len(GROUPS)
        count = counts[name]
        in_names, usual = [self._in_names(c) for c in given], [self._usual(c) for c in given]
        one = len(given) == 1 and size > 0
        return (
            float(size > 0), float(weight == 0.9), float(weight == 0.7), float(weight == 0.1), float(size >= 2),
            float(one), float(len(given) == 2), float(len(given) >= 3),
            sum(c in good for c in given) / len(given), sum(c in poor for c in given) / len(given),
            sum(c not in good and c not in poor for c in given) / len(given), float(any(c in never for c in given)),
            cut, rules.given(given), around, float(closed_left), float(closed_right),
            begin, _logit(inside[0]), _logit(min(inside)), going,
            _logit(self._cuts[start]), _logit(self._cuts[end]) if right and right not in _PUNCTUATION else 5.0,
            _logit(max(self._cuts[start + 1 : end])), max(self._place[start:end]), max(self._body[start:end]),
            *(self._groups[start - 1] if start and not closed_left else nothing),
            *(self._groups[end] if right and not closed_right else nothing),
            float(whole and first is not None and first.tag in rules.PERSONAL),
            float(whole and first is not None and first.tag not in rules.PERSONAL),
            float(first is not None and first.start < start), float(last is not None and last.end > end),
            float(left == "·" or right == "·"), math.log(count), math.log1p(longest.get(name, 0)) - math.log1p(count),
            math.log1p(counts.get(name[:-1], 0)) - math.log1p(count), float(role), float(human),
            float(rules.place_behind(analysis, end)), weak * cut, weak * begin, one * begin, one * going,
            weak * around, float((not left or left in rules.LISTING) and (not right or right in rules.LISTING)),
            sum(in_names) / len(in_names), min(in_names), sum(usual) / len(usual), min(usual),
            self._usual(name) if whole else 0.0,
        )  # fmt: skip

    def _in_names(self, char: str) -> float:
        return math.log1p(tagger().in_names[char])

    def _usual(self, char: str) -> float:
        return math.log1p(tagger().frequency(char))
