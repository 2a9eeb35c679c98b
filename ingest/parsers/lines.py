"""The lines of a text, without what isn't text: comments, front matter, Markdown marks."""

import re
from dataclasses import dataclass

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A\s*---\n.*?\n---\n", re.DOTALL)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_HEADING = re.compile(r"^(#{1,6})\s*(.*?)\s*#*$")
#: The archive's mark between what is said about a law and the law.
END_OF_HEADER = re.compile(r"<!--\s*INFO END\s*-->")


@dataclass(frozen=True)
class Line:
    """One line; `level` is that of a Markdown heading, 0 for text."""

    text: str
    level: int = 0


def lines_of(text: str) -> list[Line]:
    r"""Return the lines that hold text, stripped; Markdown headings by their level.

    >>> lines_of("# 甲法\n\n**第一条**　乙 <!-- 丙 -->")
    [Line(text='甲法', level=1), Line(text='第一条 乙', level=0)]
    """
    text = _INVISIBLE.sub("", _COMMENT.sub("", _FRONT_MATTER.sub("", text))).replace(
        "笫", "第"
    )  # a look-alike
    lines = []
    for raw in text.replace("\r\n", "\n").split("\n"):
        plain = raw.strip(" \t　\xa0\r")
        heading = _HEADING.match(plain)
        level = len(heading[1]) if heading else 0
        plain = heading[2] if heading else plain
        plain = re.sub(r"\*\*(.+?)\*\*[ \t　]*", r"\1 ", plain) if "**" in plain else plain
        plain = plain.removeprefix("> ").strip(" \t　\xa0")
        if plain:
            lines.append(Line(plain, level))
    return lines


def squeeze(text: str) -> str:
    """Return the text without blanks, for comparing titles."""
    return re.sub(r"[\s　]+", "", text)
