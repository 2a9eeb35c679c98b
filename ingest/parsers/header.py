"""What stands before the text of a law: title, part, adoption, commencement, issuer; and what kind of law it is."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath

from ingest.parsers.dates import find_dates
from ingest.parsers.lines import END_OF_HEADER, Line, lines_of, squeeze
from kb.text.structure import ARTICLE, HEADING

#: Folder names that say what kind of text is in them.
LAW_GROUPS = (
    "宪法相关法", "民法商法", "民法典", "行政法", "经济法", "社会法", "刑法", "诉讼与非诉讼程序法", "宪法",
)  # fmt: skip
TYPE_GROUPS = {"行政法规": "行政法规", "司法解释": "司法解释", "部门规章": "部门规章", "其他": "其他"}
_ADOPTED = re.compile(r"通过|修订|修正|修改|公布|发布|颁布|批准|令|公告|印发|会议")
_EFFECTIVE = re.compile(r"^\s*[）)]?\s*起?\s*(?:正式)?(?:施行|实施|生效|执行)")
_ON_PUBLICATION = re.compile(r"自?(?:公布|发布|颁布|印发)之日起?(?:施行|实施|生效|执行)|公布施行|发布施行")
_LAST_ARTICLE = re.compile(r"(?:施行|实施|生效|执行)")
_COURTS = re.compile(
    r"^((?:最高人民法院|最高人民检察院)(?:[、 ]?最高人民(?:检察院|法院))?(?:[、 ][一-龥]{2,10}部)*)"
)
_BODIES = (
    (re.compile(r"全国人民代表大会常务委员会"), "全国人民代表大会常务委员会"),
    (re.compile(r"第[一二三四五六七八九十]+届全国人民代表大会第|全国人民代表大会公告"), "全国人民代表大会"),
)
_PUBLISHED_BY = re.compile(r"([一-龥、]{2,40}?)(?:令|公告)?\s*(?:公布|发布|颁布)")
_MEETING = re.compile(r"(国务院|中共中央)(?:第\d+次常务会议|政治局)")
_SKIPPED_HEADER_LINES = 14


@dataclass
class Header:
    """What the head of a document says. `part` is the book that a file of a split code holds."""

    title: str
    part: str = ""
    version: date | None = None
    published: date | None = None
    effective: date | None = None
    effective_on_publication: bool = False
    issuer: str = ""
    doc_type: str = "法律"
    department: str = ""
    warnings: list[str] = field(default_factory=list)


def group_of(path: str) -> str:
    """Return the folder of a path that names a kind of law, or ''."""
    known = {*LAW_GROUPS, *TYPE_GROUPS, "案例"}
    return next((part for part in PurePath(path.replace("\\", "/")).parts[:-1] if part in known), "")


def split_header(text: str) -> tuple[list[Line], list[Line]]:
    """Return the lines before the law's text and those of the text."""
    mark = END_OF_HEADER.search(text)
    if mark:
        return lines_of(text[: mark.start()]), lines_of(text[mark.end() :])
    lines = lines_of(text)
    for index, line in enumerate(lines):
        body = bool(HEADING.match(line.text) or ARTICLE.match(line.text)) or squeeze(line.text) in (
            "目录",
            "序言",
        )
        numbered = re.match(r"^[一1][、.．]", line.text)
        sentence = index and re.search(r"[。：:]$", line.text) and not next(find_dates(line.text), None)
        if (body or numbered or sentence) and index:
            return lines[:index], lines[index:]
        if index > _SKIPPED_HEADER_LINES:
            break
    return lines[:1], lines[1:]


def read_header(lines: list[Line], path: str, fallback_title: str = "") -> Header:
    """Read title, part, dates and issuer. The version is the last date of adoption, amendment or promulgation.

    A date in the file name, 契税法(2020-08-11).md, counts: archives cut long headers short.
    """
    title, part, rest = _title(lines, fallback_title)
    header = Header(title=title, part=part)
    adopted: list[date] = []
    for line in rest:
        _read_line(line.text, header, adopted)
    stem = PurePath(path.replace("\\", "/")).name
    named = [found.day for found in find_dates(re.sub(r"[（(）)]", " ", stem))]
    header.version = max([*adopted, *named], default=None)
    if named and adopted and max(adopted) > named[-1]:
        header.warnings.append(f"文件名的日期 {named[-1]} 早于文内的最后日期 {max(adopted)}，取后者。")
    text = "\n".join(line.text for line in rest)
    group = group_of(path)
    header.issuer = issuer_of(title, text) or _issuer_by_folder(path, group)
    header.doc_type = doc_type_of(title, text, header.issuer, group)
    header.department = group if group in LAW_GROUPS else ""
    return header


def _issuer_by_folder(path: str, group: str) -> str:
    """Return the issuer that archives say by folder: 行政法规/…, 部门规章/公安部/…."""
    if group == "行政法规":
        return "国务院"
    parts = PurePath(path.replace("\\", "/")).parts
    inner = parts[parts.index(group) + 1] if group == "部门规章" else ""
    return inner if inner != parts[-1] else ""


def _title(lines: list[Line], fallback: str) -> tuple[str, str, list[Line]]:
    headings = [line for line in lines if line.level == 1]
    if headings:
        title = clean_title(headings[0].text)
        part = squeeze(headings[1].text) if len(headings) > 1 else ""
        return title, part, [line for line in lines if not line.level]
    texts = [line.text for line in lines]
    title, used = (texts[0], 1) if texts else (fallback, 0)
    ends = r"(?:法|法典|条例|规定|办法|决定|解释|规则|批复|意见|通知|修正案|细则|安排|[）)])$"
    while used < min(len(texts), 4) and not re.search(ends, title):
        following = texts[used]
        if re.match(r"[（(\d]|第|目", following) or len(following) > 40 or re.search(r"[。；]", following):
            break
        title, used = title + following, used + 1
    return clean_title(title or fallback), "", lines[used:]


def clean_title(title: str) -> str:
    """Return the title without 《》 around it and blanks in it.

    >>> clean_title("《中华人民共和国 民法典》"), clean_title("关于适用《民法典》的解释")
    ('中华人民共和国民法典', '关于适用《民法典》的解释')
    """
    plain = squeeze(title).strip("*_")
    if plain.startswith("《") and plain.endswith("》") and plain.count("《") == 1:
        plain = plain[1:-1]
    return plain


def history_in_body(lines: list[Line]) -> int:
    """Return how many first lines of the text still belong to the header: （…年…月…日…通过 …修正）.

    The title printed once more, over one or more lines, counts too.
    """
    count = 0
    for line in lines[:4]:
        text = line.text
        history = text.startswith(("（", "(")) and next(find_dates(text), None) and _ADOPTED.search(text)
        if line.level or not history:
            break
        count += 1
    return count


def _read_line(text: str, header: Header, adopted: list[date]) -> None:
    quoted = [(m.start(), m.end()) for m in re.finditer(r"[《〈<][^》]*》", text)]
    for found in find_dates(text):
        if any(start <= found.start < end for start, end in quoted):
            continue
        if _EFFECTIVE.match(text[found.end :]):
            header.effective = found.day
            continue
        if _ADOPTED.search(text) or not re.sub(r"[（()）\s]", "", text[: found.start] + text[found.end :]):
            adopted.append(found.day)
            if header.published is None or re.search(r"公布|发布|颁布|印发", text):
                header.published = found.day
    if _ON_PUBLICATION.search(text):
        header.effective_on_publication = True


def effective_stated(header: Header, last_texts: list[str]) -> date | None:
    """Return the commencement date stated in the header, else in one of the last articles, else None.

    「公布之日」 means the day of promulgation in the header; it may be that of an older version.
    """
    if header.effective:
        return header.effective
    if header.effective_on_publication and header.published:
        return header.published
    for text in reversed(last_texts):
        for found in reversed(list(find_dates(text))):
            if _EFFECTIVE.match(text[found.end :]) and "自" in text[max(0, found.start - 3) : found.start]:
                return found.day
        if _ON_PUBLICATION.search(text):
            return header.published or header.version
    return None


def issuer_of(title: str, text: str) -> str:
    """Return who issued it, from the title and the header, or ''."""
    court = _COURTS.match(title)
    if court:
        return re.sub(r"(?<=法院)[ 、]?(?=最高)|(?<=检察院)[ 、]?(?=最高)", "、", court[1])
    first = text.split("\n", 1)[0]
    for pattern, name in _BODIES:
        if pattern.search(first) or title.startswith(name):
            return name
    plain = re.sub(
        r"\d+年\d+月\d+日|《[^》]*》|修订|(?:令)?第\s?[\d一二三四五六七八九十]+\s?号(?:令)?", " ", text
    )
    published = _PUBLISHED_BY.search(re.sub(r"(?<=[会局部委])\s*、\s*(?=[一-龥])", "、", plain))
    if published and "全国人民代表大会" not in published[1]:
        return published[1].strip("、").removeprefix("经").removeprefix("中华人民共和国")
    for pattern, name in _BODIES:
        if pattern.search(text):
            return name
    meeting = _MEETING.search(text)
    if meeting:
        return meeting[1]
    courts = [name for name in ("最高人民法院", "最高人民检察院") if name in text]
    return "、".join(courts) or ("国务院" if title.startswith("国务院") or "国务院" in text else "")


def doc_type_of(title: str, text: str, issuer: str, group: str) -> str:
    """Return 宪法, 法律, 修正案, 立法解释, 修改决定, 行政法规, 司法解释, 部门规章, 地方性法规 or 其他."""
    if re.search(r"修正案(?:[（(].{1,6}[）)])?$", title):
        return "修正案"
    if group in TYPE_GROUPS:
        return TYPE_GROUPS[group]
    if re.search(r"关于修改.*的决定$", title) and issuer.startswith("全国人民代表大会"):
        return "修改决定"
    if title.startswith("全国人民代表大会常务委员会关于") and title.endswith("的解释"):
        return "立法解释"
    if title == "中华人民共和国宪法":
        return "宪法"
    if group in LAW_GROUPS or issuer.startswith("全国人民代表大会"):
        return "法律"
    if issuer.startswith(("最高人民法院", "最高人民检察院")):
        return "司法解释"
    if issuer.startswith(("国务院", "中共中央")) or "国务院令" in text or title.startswith("国务院"):
        return "行政法规"
    if re.search(r"(?:省|自治区|市|州|县).{0,8}人民代表大会", text) or re.match(
        r"^.{2,12}(?:省|自治区|市|州).*条例", title
    ):
        return "地方性法规"
    if issuer.endswith(("部", "委员会", "总局", "局", "署", "银行", "办公室")):
        return "部门规章"
    return "法律" if title.startswith("中华人民共和国") and title.endswith(("法", "法典")) else "其他"
