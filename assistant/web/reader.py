"""What the law reader shows: the version, the chapter tree and the articles with their anchors."""

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote, urlencode

from kb.catalog.catalog import Catalog
from kb.model import STATUS_LABELS, LawVersion, Provision, Status
from kb.text.numerals import NUMBER, to_chinese, to_int

#: A law with more articles than this is shown a chapter at a time: an old phone can't hold 1,260.
WHOLE_LAW = 130
_LABEL = re.compile(rf"^第?({NUMBER})条?(?:(?:之|-)({NUMBER}))?")


@dataclass
class Line:
    """One printed line of an article: a 款, or a 项 within it, with its anchor and citation."""

    anchor: str
    text: str
    cite: str
    paragraph: int
    item: int = 0

    @property
    def mark(self) -> str:
        """Return what stands in the margin: 2 for a paragraph, nothing for an item (it prints its own)."""
        return "" if self.item else str(self.paragraph)

    @property
    def label(self) -> str:
        """Return the spoken name of the line: 第二款第一项."""
        name = f"第{to_chinese(self.paragraph)}款"
        return name + (f"第{to_chinese(self.item)}项" if self.item else "")


@dataclass
class Article:
    """One article as shown."""

    provision: Provision
    anchor: str
    chosen: bool
    lines: list[Line]
    status: Status
    section: str = ""

    @property
    def status_label(self) -> str:
        """Return the Chinese name of the state."""
        return STATUS_LABELS[self.status]


@dataclass
class Chapter:
    """A run of articles under one 编 and 章."""

    index: int
    book: str
    title: str
    first: str
    last: str
    provisions: list[Provision] = field(default_factory=list, repr=False)
    sections: list[tuple[str, str]] = field(default_factory=list)
    current: bool = False
    href: str = ""


@dataclass
class Edition:
    """One version in the list beside the text."""

    law: LawVersion
    status: Status
    href: str
    shown: bool

    @property
    def status_label(self) -> str:
        """Return the Chinese name of the state."""
        return STATUS_LABELS[self.status]


@dataclass
class Reading:
    """Everything the reader page needs."""

    law: LawVersion
    on: date
    status: Status
    editions: list[Edition]
    chapters: list[Chapter]
    articles: list[Article]
    total: int
    whole: bool
    chosen: Article | None
    before: Chapter | None
    after: Chapter | None

    @property
    def status_label(self) -> str:
        """Return the Chinese name of the state of the version."""
        return STATUS_LABELS[self.status]


def article_key(written: str) -> tuple[int, int] | None:
    """Return number and suffix of an article as a link or a person writes it, or None.

    >>> article_key("1067"), article_key("120-1"), article_key("第一百二十条之一"), article_key("x")
    ((1067, 0), (120, 1), (120, 1), None)
    """
    match = _LABEL.match(written.strip())
    if not match:
        return None
    try:
        return to_int(match[1]), to_int(match[2]) if match[2] else 0
    except ValueError:
        return None


def law_path(law: str, article: str = "", on: date | None = None, fragment: str = "") -> str:
    """Return the address of the reader page; `law` is percent-encoded by the browser and by us alike."""
    query = {k: v for k, v in (("article", article), ("on", on.isoformat() if on else "")) if v}
    tail = f"?{urlencode(query)}" if query else ""
    return f"/law/{quote(law, safe='')}{tail}{f'#{fragment}' if fragment else ''}"


def choose_version(catalog: Catalog, law: str, on: date, version: date | None = None) -> LawVersion | None:
    """Return the version named, else the one in force on the day, else the last one before it.

    A law with no version in force that day still has a text to read; before its first, that is the first.
    """
    versions = catalog.versions(law)
    if version is not None:
        return next((v for v in versions if v.version == version), None)
    earlier = [v for v in versions if v.effective_from <= on]
    return catalog.version_on(law, on) or next(iter(earlier[-1:] or versions[:1]), None)


def read(
    catalog: Catalog, law: LawVersion, on: date, article: str = "", chapter: int | None = None
) -> Reading:
    """Lay out a law version for reading.

    Args:
        catalog: where the texts are.
        law: the version to show.
        on: the day for which states are given.
        article: the article to show and mark, as `article_key` reads it; may be unknown.
        chapter: index of the chapter to show where the law is shown a chapter at a time.
    """
    provisions = catalog.provisions(law.id)
    chapters = _chapters(provisions)
    key = article_key(article) if article else None
    wanted = next((p for p in provisions if key and (p.number, p.suffix) == key), None)
    whole = len(provisions) <= WHOLE_LAW
    if wanted is not None:
        at = next(c.index for c in chapters if any(p.id == wanted.id for p in c.provisions))
    else:
        at = min(chapter or 0, len(chapters) - 1) if chapters else 0
    for part in chapters:
        part.current = not whole and part.index == at
        day = urlencode({"on": on.isoformat(), "chapter": part.index})
        part.href = f"#c{part.index}" if whole else f"{law_path(law.law)}?{day}#c{part.index}"
    shown = provisions if whole else (chapters[at].provisions if chapters else [])
    articles = [_article(p, on, chosen=wanted is not None and p.id == wanted.id) for p in shown]
    return Reading(
        law=law,
        on=on,
        status=law.status(on),
        editions=_editions(catalog, law, on, article),
        chapters=chapters,
        articles=articles,
        total=len(provisions),
        whole=whole,
        chosen=next((a for a in articles if a.chosen), None),
        before=chapters[at - 1] if not whole and at > 0 else None,
        after=chapters[at + 1] if not whole and at + 1 < len(chapters) else None,
    )


def _chapters(provisions: list[Provision]) -> list[Chapter]:
    chapters: list[Chapter] = []
    for p in provisions:
        last = chapters[-1] if chapters else None
        full = last is not None and not p.chapter and not p.book and len(last.provisions) >= WHOLE_LAW
        if last is None or (last.book, last.title) != (p.book, p.chapter) or full:
            last = Chapter(len(chapters), p.book, p.chapter, p.article, p.article)
            chapters.append(last)
        last.provisions.append(p)
        last.last = p.article
        if p.section and (not last.sections or last.sections[-1][1] != p.section):
            last.sections.append((f"s{p.position}", p.section))
    return chapters


def _article(provision: Provision, on: date, chosen: bool) -> Article:
    own = f"a{provision.number}" + (f"-{provision.suffix}" if provision.suffix else "")
    anchor = own if provision.number else f"n{provision.position}"
    prefix = "" if chosen else f"{anchor}-"
    several = len(provision.paragraphs) > 1
    name = f"《{provision.law}》{provision.article}"
    lines: list[Line] = []
    for paragraph in provision.paragraphs:
        at = f"{prefix}p{paragraph.number}"
        cite = name + (f"第{to_chinese(paragraph.number)}款" if several else "")
        body = paragraph.text
        for item in paragraph.items:
            body = body.split(item.text, 1)[0] if item is paragraph.items[0] else body
        lines.append(Line(at, body.strip(), cite, paragraph.number))
        lines += [
            Line(
                f"{at}-i{i.number}",
                i.text,
                f"{cite}第（{to_chinese(i.number)}）项",
                paragraph.number,
                i.number,
            )
            for i in paragraph.items
        ]
    return Article(provision, anchor, chosen, lines, provision.status(on), provision.section)


def _editions(catalog: Catalog, shown: LawVersion, on: date, article: str) -> list[Edition]:
    editions = []
    for version in reversed(catalog.versions(shown.law)):
        href = law_path(shown.law, article, version.effective_from)
        chosen = catalog.version_on(shown.law, version.effective_from)
        if chosen is None or chosen.id != version.id:  # overlapping dates: only its own date names it
            href += f"&version={version.version.isoformat()}"
        editions.append(Edition(version, version.status(on), href, version.id == shown.id))
    return editions
