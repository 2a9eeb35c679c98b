"""Cases told in a document under headings: mediators' write-ups and published court cases."""

import re
from dataclasses import dataclass, field
from pathlib import PurePath

from ingest.parsers.case_fields import KEYS
from ingest.parsers.case_record import case_from, citations_written
from ingest.parsers.case_types import FOLDERS, guess_type
from ingest.parsers.hints import Hints
from ingest.parsers.lines import END_OF_HEADER, Line, lines_of
from ingest.parsers.villages import village_id
from ingest.readers.base import Document
from kb.catalog.incoming import Parsed
from kb.errors import UnreadableFile
from kb.model import MediationCase, stable_id

#: Headings of published court cases → the field that holds what stands under them, and a lead-in when it shares it.
COURT_HEADINGS: dict[str, tuple[str, str]] = {
    "案情回顾": ("facts", ""), "案情介绍": ("facts", ""), "案件事实": ("facts", ""),
    "原告诉讼请求": ("facts", "原告诉讼请求："), "申请人请求": ("facts", "申请人请求："),
    "裁判结果": ("result", ""), "法院裁判": ("result", ""), "处理结果": ("result", ""), "裁判": ("result", ""),
    "裁判理由": ("basis", "裁判理由："), "司法解释相关法条": ("basis", "相关条文："),
    "司法解释相关条文": ("basis", "相关条文："), "相关法条": ("basis", "相关条文："),
    "典型意义": ("gist", ""), "案例分析": ("gist", ""), "法官解读": ("gist", ""), "适用解析": ("gist", ""),
    "裁判要旨": ("gist", ""), "裁判要点": ("gist", ""), "法官说法": ("gist", ""),
}  # fmt: skip
_MEDIATION = {
    name: (key, "") for key, names in KEYS.items() for name in names if key != "name" and name != "村"
}
HEADINGS = {**_MEDIATION, **COURT_HEADINGS}
_NUMBER = r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、．.]\s*)?"
_INLINE = re.compile(
    _NUMBER + r"[【\[]?(" + "|".join(sorted(HEADINGS, key=len, reverse=True)) + r")[】\]]?\s*[：:]?\s*(.*)$"
)
_CASE_NUMBER = re.compile(r"^(?:案例|案件)\s*[一二三四五六七八九十\d]{1,3}\s*[：:、.]?\s*")
_COURT = re.compile(r"法院|仲裁|判决|裁定|原告|被告|上诉")


@dataclass
class _Told:
    title: str = ""
    name: str = ""
    parts: dict[str, list[str]] = field(default_factory=dict)

    def text(self, key: str) -> str:
        return "\n".join(self.parts.get(key, [])).strip()


def cases_in_text(document: Document, hints: Hints) -> Parsed:
    """Return the cases of a document, told under 基本案情, 处理结果 and the like.

    Court cases come with outcome 未知: they were decided, not mediated.

    Raises:
        UnreadableFile: no 基本案情 under any name.
    """
    body = END_OF_HEADER.split(document.text)
    lines = lines_of(body[-1])
    head = lines_of(body[0]) if len(body) > 1 else []
    title = _clean(head[0].text) if head else ""
    found = [told for told in _told(lines, title) if told.text("facts")]
    if not found:
        raise UnreadableFile(
            "没有找到案例的“基本案情”。",
            "文档里的每个案例应有标题和这些小标题：基本案情、处理方式方法、处理结果、解纷依据、解纷要旨。",
        )
    parsed = Parsed()
    parts = PurePath(document.path.replace("\\", "/")).parts
    folder = next((FOLDERS[part] for part in parts if part in FOLDERS), None)
    for number, told in enumerate(found, 1):
        name = (
            told.name
            or told.title
            or (document.title if len(found) == 1 else f"{document.title}（{number}）")
        )
        decided = _COURT.search(told.text("result") + told.text("facts")) or "案例" in parts
        if told.text("handling") or not decided:
            record = {KEYS[key][0]: told.text(key) for key in told.parts}
            parsed.cases.append(
                case_from({"name": name, **record}, f"第 {number} 个案例", document.path, hints)
            )
            continue
        facts = told.text("facts")
        keywords = (
            re.split(r"[\s、，。]+", told.text("keywords").strip("。 ")) if told.text("keywords") else []
        )
        if not keywords and told.name and told.title:
            keywords = [told.title]  # the archive's headline says what the case is about
        everything = "\n".join("\n".join(part) for part in told.parts.values())
        parsed.cases.append(
            MediationCase(
                id=stable_id("case", name, facts),
                name=name,
                keywords=keywords,
                facts=facts,
                focus=told.text("focus"),
                result=told.text("result"),
                basis=told.text("basis"),
                gist=told.text("gist"),
                cited=citations_written(everything),
                dispute_type=folder or guess_type(f"{name} {' '.join(keywords)}", facts[:300]),
                village=village_id(hints.village),
                scope=hints.scope,
                source=document.path,
            )
        )
    return parsed


def _told(lines: list[Line], title: str) -> list[_Told]:
    """Cut the lines at the headings; a new title, or 基本案情 met again, opens the next case."""
    cases = [_Told(title=title)]
    key, loose = "", list[str]()
    for line in lines:
        heading = _heading(line)
        if heading:
            key, lead, rest = heading
            if key == "facts" and not lead and cases[-1].text("facts"):
                cases.append(_Told(title=title))
                if loose:
                    cases[-1].name = loose[-1]
            loose = []
            part = cases[-1].parts.setdefault(key, [])
            part.extend([lead + rest] if lead + rest else [])
            continue
        name = _name(line, first=not cases[-1].parts)
        if name and (not cases[-1].parts or cases[-1].text("facts")):
            if cases[-1].parts:
                cases.append(_Told(title=title))
            cases[-1].name, key, loose = name, "", [name]
        elif key:
            part = cases[-1].parts[key]
            if part and part[-1].endswith("：") and len(part[-1]) < 10:
                part[-1] += line.text
            else:
                part.append(line.text)
    return cases


def _heading(line: Line) -> tuple[str, str, str] | None:
    match = _INLINE.match(line.text)
    if not match:
        return None
    key, lead = HEADINGS[match[1]]
    rest = match[2]
    marked = line.level or re.search(rf"{match[1]}[】\]]?\s*[：:]|[【\[]{match[1]}", line.text)
    if rest and not marked:
        return None
    return key, lead, rest


def _clean(title: str) -> str:
    return re.sub(r"[\s　]+", " ", title).strip("《》 *")


def _name(line: Line, *, first: bool) -> str:
    """Return the case's name when the line is one: a title, 案例一：…, or …案 standing alone."""
    text = line.text
    numbered = _CASE_NUMBER.match(text)
    if numbered and len(text) <= 80:
        return _clean(text[numbered.end() :]) or _clean(text)
    short = len(text) <= 60 and not re.search(r"[。；，：]$", text)
    if short and (line.level or first) and (text.endswith("案") or line.level or "纠纷" in text):
        return _clean(text)
    return ""
