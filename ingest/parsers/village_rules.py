"""Village rules (村规民约) → Village and VillageRule, one for each clause."""

import re
from datetime import date

from ingest.parsers.dates import first_date
from ingest.parsers.hints import Hints
from ingest.parsers.lines import lines_of, squeeze
from ingest.parsers.villages import split_place, unknown_id, village_named, village_of_file
from ingest.readers.base import Document
from ingest.readers.columns import table_records
from kb.catalog.incoming import Parsed
from kb.errors import UnreadableFile
from kb.model import Village, VillageRule, stable_id
from kb.text.clauses import Clause, split_clauses

_TITLE = re.compile(r"村规民约|居民公约|村民公约|自治公约")
_SAMPLE = re.compile(r"样本[（(]虚构[）)]")
_ADOPTED = re.compile(r"(?:通过|表决|制定)(?:日期|时间)\s*[：:]\s*")
_FILED = re.compile(r"备案(?:日期|时间)\s*[：:]\s*")
_HEAD_LINES = 12
_CHAPTER = re.compile(r"^(?:第.{1,4}[编章节]|[一二三四五六七八九十]{1,3}、|总则$|附则$)")
_COLUMNS = {
    "number": ("序号", "编号"),
    "label": ("条款", "条号", "条目", "条次"),
    "text": ("内容", "条款内容", "规约内容", "具体内容", "条文"),
}


def parse_village_rules(document: Document, hints: Hints | None = None) -> Parsed:
    """Return the village and its clauses, in order, labelled as printed.

    Files of corpora/villages.toml (by file name) take their village from there; others from the title,
    the place line and the dates near the top.

    Raises:
        UnreadableFile: no clause, or no way to tell the village.
    """
    warnings: list[str] = []
    village = _village(document, hints or Hints(), warnings)
    clauses = _from_table(document) or [clause for clause in split_clauses(document.text) if clause.text]
    if len(clauses) < 2 and not any(clause.label for clause in clauses):
        raise UnreadableFile(
            "没有找到村规民约的条款。", "每条应有编号，例如“第一条”“一、”“1.”；表格应有“条款”和“内容”两列。"
        )
    head = clauses[0].start
    clauses = [clause for clause in clauses if clause.label] if any(c.label for c in clauses) else clauses
    sample = village.sample or bool(_SAMPLE.search(document.text[: max(head, 400)]))
    rules = [
        VillageRule(
            id=stable_id("rule", village.id, index),
            village=village.id,
            village_name=village.name,
            index=index,
            label=_label(clause.label, index),
            chapter=clause.chapter,
            text=clause.text,
            adopted=village.adopted,
            filed=village.filed,
            sample=sample,
            source=document.path,
        )
        for index, clause in enumerate(clauses, 1)
    ]
    return Parsed(village=village.model_copy(update={"sample": sample}), rules=rules, warnings=warnings)


def _from_table(document: Document) -> list[Clause]:
    """Return the clauses of a worksheet with a column for the text; rows merged across it are headings."""
    found: list[Clause] = []
    for sheet in document.sheets if document.media in ("xlsx", "csv") else []:
        try:
            records = table_records(sheet, _COLUMNS, ("text",))
        except UnreadableFile:
            continue
        chapter = ""
        for record in records:
            label, text = squeeze(record["label"] or record["number"]), record["text"].strip()
            if text and record["number"] == text:  # a merged row: a chapter, or the signature
                chapter = text if _CHAPTER.match(text) else chapter
            elif text and label and len(label) <= 12:
                found.append(Clause(label, chapter, text, 0))
    return found


def _label(label: str, index: int) -> str:
    return squeeze(label) or str(index)


def _village(document: Document, hints: Hints, warnings: list[str]) -> Village:
    known = village_of_file(document.path)
    head = [line.text for line in lines_of(document.text)[:_HEAD_LINES]]
    place, name = _named_in(document, head)
    if known and name and name not in (known.name, ""):
        known = None  # a file that only bears the name of a shipped one
    if not known and hints.village:
        known = village_named(hints.village)
        if not known:
            hinted_place, hinted = split_place(hints.village)
            place, name = hinted_place or place, hinted or hints.village
    if not known and name:
        match = village_named("".join([*place, name]))
        known = match if match and (not place or match.place[-1:] == place[-1:]) and place else None
    adopted, filed = _dated(head, _ADOPTED), _dated(head, _FILED)
    if known:
        for what, printed, listed in (("通过", adopted, known.adopted), ("备案", filed, known.filed)):
            if printed and listed and printed != listed:
                warnings.append(
                    f"{known.name}：文中的{what}日期 {printed} 与登记的 {listed} 不一致，以登记的为准。"
                )
        return known
    if not name:
        raise UnreadableFile("看不出是哪个村的村规民约。", "标题请写明村名，例如“某某镇某某村村规民约”。")
    if not adopted:
        warnings.append(f"{name}：没有写明通过日期。")
    return Village(
        id=unknown_id(place, name), name=name, place=place, adopted=adopted, filed=filed, rules=document.path
    )


def _named_in(document: Document, head: list[str]) -> tuple[list[str], str]:
    """Return place and name: the fullest of the title, the place line and the file's own name."""
    best: tuple[list[str], str] = ([], "")
    for line in [document.title, *head]:
        for piece in re.split(r"[\t　\s，,；;]", line):
            piece = re.sub(r"^[-•*>\s]*(?:村名|村|地点)?[：:]", "", piece).strip("-•*> ")
            if len(piece) > 40:
                continue
            place, name = split_place(piece)
            if not name or name in ("本村", "全村", "我村"):
                continue
            if not best[1] or (name == best[1] and len(place) > len(best[0])):
                best = (place, name)
    return best


def _dated(head: list[str], pattern: re.Pattern[str]) -> date | None:
    for line in head:
        match = pattern.search(line)
        if match:
            return first_date(line[match.end() :])
    return None


def looks_like_rules(title: str, text: str) -> bool:
    """Return whether a text calls itself village rules near its top."""
    return bool(_TITLE.search(title) or _TITLE.search(text[:300]))
