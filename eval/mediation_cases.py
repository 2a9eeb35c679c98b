"""Reader of published mediation cases: their facts, their cause, and the articles that they cite."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kb.citation.names import LawNames
from kb.citation.parser import parse
from kb.errors import BadRequest
from kb.text.numerals import article_label

_KEYWORDS = re.compile(r"[\s、，,；;]+")
#: A citation that names the version of the law is left out: the corpus has one version, and doesn't say which.
_OF_VERSION = re.compile(r"[（(]\d{4}[^（）()]*[）)]》")
_ARTICLE = re.compile(r"《.+》\s*第")
_HINT = "每行应为一个 JSON 对象：关键词、基本案情、引用法条。"


@dataclass(frozen=True)
class Case:
    """A mediation case: its facts (基本案情), its cause ('' where the keywords name none), what it cites."""

    facts: str
    cause: str
    citations: tuple[str, ...]


def load_cases(path: Path) -> list[Case]:
    """Return the cases of a .jsonl file, in its order.

    Raises:
        BadRequest: the file is missing, empty, or a line isn't a case, with the line's number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"读不了案例文件 {path}", "请用 --cases 指向一个 UTF-8 的 jsonl 文件。") from error
    found = [_case(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise BadRequest(f"案例文件 {path.name} 是空的", _HINT)
    return found


def _case(path: Path, number: int, line: str) -> Case:
    try:
        row = json.loads(line)
        facts, keywords, citations = row["基本案情"], row["关键词"] or "", row["引用法条"] or []
    except (ValueError, TypeError, KeyError) as error:
        raise BadRequest(f"{path.name} 第 {number} 行不是一个案例", _HINT) from error
    if not isinstance(facts, str) or not facts.strip() or not isinstance(keywords, str):
        raise BadRequest(f"{path.name} 第 {number} 行没有案情，或关键词不是文字", _HINT)
    if not isinstance(citations, list):
        raise BadRequest(f"{path.name} 第 {number} 行的引用法条不是列表", _HINT)
    return Case(facts, cause_of(keywords), tuple(map(str, citations)))


def cause_of(keywords: str) -> str:
    """Return the first keyword that names a dispute; '' where none does.

    >>> cause_of("民事 劳动合同纠纷、涉老年人纠纷"), cause_of("民事 上门调解")
    ('劳动合同纠纷', '')
    """
    words = _KEYWORDS.split(keywords)
    return next((w for w in words if "纠纷" in w or "争议" in w), "")


def cited_addresses(citations: Iterable[str], names: LawNames) -> set[str]:
    """Return the addresses of the whole articles cited; documents and named versions of laws are left out.

    >>> sorted(cited_addresses(["《中华人民共和国民法典》第509条第二款", "《某意见》（法〔2019〕11号）"],
    ...     LawNames(["民法典"])))
    ['民法典第五百零九条']
    """
    plain = [c for c in citations if _ARTICLE.match(c) and not _OF_VERSION.search(c)]
    return {f"{x.law}{article_label(x.article, x.suffix)}" for c in plain for x in parse(c, names)}
