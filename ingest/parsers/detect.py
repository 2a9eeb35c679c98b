"""What a document holds, by its content first and its path second."""

import re
from pathlib import PurePath

from ingest.parsers.case_fields import KEYS
from ingest.parsers.header import group_of
from ingest.parsers.hints import DocumentKind
from ingest.parsers.lines import lines_of
from ingest.parsers.village_rules import looks_like_rules
from ingest.readers.base import Document
from kb.errors import UnreadableFile

#: Files of archives that say nothing: folder indexes, read-mes, templates.
_SKIPPED = re.compile(
    r"^(?:_index|readme(?:[.-].*)?|contributing|license|requirements|法律法规模版|模[版板])$", re.I
)
_GUIDE = re.compile(r"攻略|指南$|教程|手册$")
_ARTICLE = re.compile(
    r"^[#*\s]*第[零〇一二三四五六七八九十百千\d]{1,8}条(?:之[一二三四五六七八九十]+)?[\s　*：:]", re.M
)
_FACTS = re.compile(
    r"^[#*\s【\[（(一二三四五六七八九十、.\d）)]*(?:基本案情|案情回顾|简要案情|案情简介|案情介绍|纠纷简介)",
    re.M,
)
_LAW_TITLE = re.compile(
    r"(?:法|法典|条例|规定|办法|决定|解释|规则|批复|意见|通知|答复|解答|修正案|细则|安排|标准|命令|方案|令)(?:[（(].{1,12}[）)])*$"
)
_EXPECTED = (
    "可以导入：法律法规（有标题和“第一条……”）、村规民约（标题里有“村规民约”）、"
    "调解案例（有“基本案情”“处理结果”等小标题或列）、法律数据库 laws.db。"
)


def detect(document: Document) -> DocumentKind:
    """Return what a document holds; skip for files that belong to an archive but are no text of it.

    Raises:
        UnreadableFile: none of what is known, saying what was expected.
    """
    if document.media == "laws":
        return "laws"
    if document.records:
        return _records(document)
    name = PurePath(document.path.replace("\\", "/")).stem
    if _SKIPPED.match(name) or (not lines_of(document.text) and document.media == "md"):
        return "skip"
    if _GUIDE.search(document.title) and not _ARTICLE.search(document.text):
        return "skip"
    if looks_like_rules(document.title, document.text) and not _LAW_TITLE.search(document.title):
        return "rules"
    if _sheet_of_cases(document) or _FACTS.search(document.text) or group_of(document.path) == "案例":
        return "cases"
    if _LAW_TITLE.search(document.title) or len(_ARTICLE.findall(document.text)) >= 2:
        return "statute"
    head = [line.text for line in lines_of(document.text)[:4]]
    if any(len(line) <= 80 and _LAW_TITLE.search(line) for line in head):
        return "statute"
    raise UnreadableFile("看不出这份文件是法律、村规民约还是调解案例。", _EXPECTED)


def _records(document: Document) -> DocumentKind:
    known = {name for names in KEYS.values() for name in names}
    keys = {str(key) for record in document.records[:20] for key in record}
    if len(keys & known) >= 2 or "基本案情" in keys:
        return "cases"
    shown = "、".join(sorted(keys)[:8]) or "无"
    wanted = "、".join(names[0] for names in KEYS.values())
    raise UnreadableFile(f"数据里的项不是调解案例的项：{shown}。", f"每行应有这些项：{wanted}。")


def _sheet_of_cases(document: Document) -> bool:
    facts = set(KEYS["facts"])
    return any(facts & {cell.strip() for cell in row} for sheet in document.sheets for row in sheet.rows[:10])
