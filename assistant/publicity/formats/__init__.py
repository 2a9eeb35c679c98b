"""The formats that publicity staff publish in: one module each, and the limits that each keeps."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.publicity.formats import article, led, qa, radio, video
from assistant.publicity.formats.common import Text
from assistant.publicity.formats.led import LINE as LED_LINE
from assistant.publicity.material import Material
from assistant.publicity.types import DraftFormat


@dataclass(frozen=True)
class Format:
    """How a format is written and what it must keep to; lengths in characters."""

    write: Callable[[Material], Text | None]
    longest: int
    line: int = 0
    lines: int = 0


FORMATS: dict[DraftFormat, Format] = {
    "qa": Format(qa.write, 1200),
    "article": Format(article.write, 4000),
    "led": Format(led.write, 200, line=LED_LINE, lines=4),
    "video": Format(video.write, 1500),
    "radio": Format(radio.write, 1500),
}

_READ_ALOUD_BRACKETS = re.compile(r"[（()）《》〈〉【】\[\]「」]")


def too_long(format_: DraftFormat, answer: str) -> list[str]:
    """Return what about a text does not fit its format, in Chinese."""
    rules = FORMATS[format_]
    found: list[str] = []
    if len(answer) > rules.longest:
        found.append(f"全文{len(answer)}字，超过了{rules.longest}字的上限")
    lines = [line for line in answer.splitlines() if line.strip()]
    if rules.line:
        found.extend(
            f"第{i}行有{len(line)}字，屏幕每行最多{rules.line}字"
            for i, line in enumerate(lines, 1)
            if len(line) > rules.line
        )
    if rules.lines and len(lines) > rules.lines:
        found.append(f"共{len(lines)}行，屏幕最多{rules.lines}行")
    if format_ == "radio" and (bracket := _READ_ALOUD_BRACKETS.search(answer)):
        found.append(f"广播稿里有符号“{bracket[0]}”，播音员没法念，请去掉；法条原文写在“请听法律原文：”后面")
    return found
