"""Split an article into paragraphs (款) and items (项), and recognise headings.

Paragraphs are counted as 立法技术规范 counts them: every line that is not an item opens a new 款;
items （一）（二） belong to the 款 above them.
"""

import re

from kb.model import Item, Paragraph
from kb.text.numerals import NUMBER, to_int

ITEM = re.compile(r"^[（(]([零一二三四五六七八九十百]+)[）)]")
_INLINE_ITEM = re.compile(r"(?<=[：:；;。])(?=[（(][一二三四五六七八九十]+[）)])")
_SUB_ITEM = re.compile(r"^\s*\d{1,2}\s*[.．、]")
HEADING = re.compile(rf"^第({NUMBER})(编|分编|章|节)(?:[\s　]+|(?=[^第条款项的规]))(.{{0,40}})$")
ARTICLE = re.compile(rf"^第({NUMBER})条(?:之({NUMBER}))?(?![、，,和及至款项的第])[\s　]*[:：]?[\s　]*")
_ANNEX = re.compile(r"^附(?:：|:|件|表|录)")


def split_paragraphs(text: str) -> list[Paragraph]:
    r"""Return the paragraphs of an article's text, numbered from 1, each with its items.

    An annex printed after the last article (附：…) stays in one piece with the last paragraph.

    >>> [len(p.items) for p in split_paragraphs("有下列情形之一的：\n（一）甲；\n（二）乙。\n前款不适用。")]
    [2, 0]
    """
    paragraphs: list[Paragraph] = []
    annex = False
    for line in _lines(text):
        annex = annex or (bool(paragraphs) and bool(_ANNEX.match(line)))
        item = ITEM.match(line)
        if item and paragraphs and not annex:
            paragraphs[-1].items.append(Item(number=to_int(item[1]), text=line))
            paragraphs[-1].text += "\n" + line
        elif paragraphs and (annex or _SUB_ITEM.match(line)):
            if paragraphs[-1].items and not annex:
                paragraphs[-1].items[-1].text += "\n" + line
            paragraphs[-1].text += "\n" + line
        else:
            paragraphs.append(Paragraph(number=len(paragraphs) + 1, text=line))
    return paragraphs


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for raw in text.splitlines():
        line = raw.strip()
        if not line:
            continue
        parts = _INLINE_ITEM.split(line)
        # only a list that starts at （一） is a list; "依照第五条第（一）项" is a reference
        if len(parts) > 2 and ITEM.match(parts[1]) and to_int(ITEM.match(parts[1])[1]) == 1:  # type: ignore[index]
            lines.extend(p for p in parts if p)
        else:
            lines.append(line)
    return lines
