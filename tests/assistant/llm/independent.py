"""Look at what is shown without the product's checks: only the citation parser, the resolver and plain search."""

import re
from collections.abc import Sequence
from datetime import date

from assistant.risk.rules import load_rules
from kb.base import KnowledgeBase
from kb.citation.parser import parse
from kb.citation.quote import same_text
from kb.citation.tokens import LawToken, tokens
from tests.assistant.llm.server import Said

_QUOTED = re.compile(r"「([^」]*)」|“([^”]*)”|『([^』]*)』|‘([^’]*)’")
_LETTERS = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ@/\\<>＜＞\[\]{}#`|~^*_=+$&]|点(?:中国|com)|[。．.]中国")
_DIGITS = re.compile(r"[0-9０-９]+")
_SPOKEN = re.compile(r"[零〇幺一二三四五六七八九]{5,}")
_VOUCHES = re.compile(r"核实|核验|审核|认证|权威|官方|律师|专家|绝对|保证正确|司法局|确认无误|核对无误")
_PARENTHESES = re.compile(r"（[^（）]*第[^（）]*[条款项][^（）]*）")


def core(text: str) -> str:
    """Return the words of a sentence without citations at its end, blanks and punctuation."""
    return re.sub(r"[^\u4e00-\u9fff0-9A-Za-z]", "", _PARENTHESES.sub("", text))


def faults(
    kb: KnowledgeBase, shown: str, offered: Sequence[tuple[str, str]], said: Sequence[Said], on: date
) -> list[str]:
    """Return what is wrong with a sentence that is shown; [] where nothing is.

    Args:
        kb: the knowledge base.
        shown: the sentence.
        offered: address and text of the provisions that the model was given.
        said: what the server said, with its marks.
        on: the day.
    """
    found = []
    law = "\n".join(text for _, text in offered)
    cited = parse(shown, kb.names)
    addresses = []
    for citation in cited:
        resolution = kb.resolver.resolve(citation, on)
        addresses.append(resolution.address)
        if not resolution.ok or not resolution.in_force:
            found.append(f"cites what is no law: {citation.raw}")
        if not any(resolution.address == a or resolution.address.startswith(f"{a}第") for a, _ in offered):
            found.append(f"cites what wasn't offered: {resolution.address}")
    if not cited:
        found.append("cites nothing")
    spans = [(c.start, c.end) for c in cited]
    for token in tokens(shown, kb.names):
        inside = any(a <= token.start and token.end <= b + 1 for a, b in spans)
        if isinstance(token, LawToken) and not inside and shown[token.start : token.end] not in law:
            found.append(f"names a law: {shown[token.start : token.end]}")
    for match in _QUOTED.finditer(shown):
        quote = next(g for g in match.groups() if g is not None)
        if not any(same_text(quote.rstrip("。；，"), text) for _, text in offered):
            found.append(f"misquotes: {quote}")
    bare = _PARENTHESES.sub("", shown)
    for start, end in reversed(spans):
        if shown[start:end] in bare:
            bare = bare.replace(shown[start:end], "")
    if _LETTERS.search(shown):
        found.append("letters, links or markup")
    found += [
        f"number from nowhere: {d[0]}"
        for d in _DIGITS.finditer(bare)
        if len(d[0]) >= 3 and d[0] not in law and d[0] not in load_rules().phones
    ]
    found += [f"spoken number: {d[0]}" for d in _SPOKEN.finditer(bare) if d[0] not in law]
    found += [f"vouches: {m[0]}" for m in _VOUCHES.finditer(bare) if m[0] not in law]
    for one in said:
        if len(core(one.text)) < 4 or core(one.text) not in core(shown):
            continue
        if one.false and core(one.text) not in core(law):  # without its markup some is the law's own sentence
            found.append(f"says what is false: {one.text}")
        if one.not_from and any(a == one.not_from or a.startswith(f"{one.not_from}第") for a in addresses):
            found.append(f"right words, wrong provision: {one.not_from}")
    return found
