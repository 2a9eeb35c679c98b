"""The village broadcast: short spoken sentences, one a line, no brackets, everything in words."""

import re

from assistant.publicity.citations import SPOKEN
from assistant.publicity.extracts import Extract, spoken
from assistant.publicity.formats.common import Text, ending, sentences_of, to_come
from assistant.publicity.material import Material
from assistant.publicity.questions import advice, meaning, pick
from kb.clock import today

QUOTE = 150
_HELLO = ["乡亲们，大家好。", "各位乡亲，普法小广播又和大家见面了。", "父老乡亲们，耽误大家几分钟。"]
_BYE = [
    "今天就说到这里，咱们下回再见。",
    "记不住不要紧，想问随时到村委会来。",
    "一人学法，全家受益，谢谢收听。",
]
_DIGITS = dict(zip("0123456789", "零幺二三四五六七八九", strict=True))


def write(material: Material) -> Text | None:
    """Return the draft; None where no sentence of the law can be read out without its brackets."""
    main = material.extracts[-1] if material.case is None else material.extracts[0]
    if re.search(r"[（()）]", main.law):
        return None
    law = [lines for e in material.extracts[:2] if (lines := _read_out(e))]
    if not law:
        return None
    said = [pick(_HELLO, material.index)]
    case = material.case
    if case:
        said += ["先讲一件真事。" if not case.sample else "先讲一个编写的例子。", "里头的人都是化名。"]
        said += _lines(sentences_of(case.facts, 120))
        said += _lines(ending(case))
    said += ["有人问：", _aloud(material.question)]
    said += [line for lines in law for line in lines]
    said += ["原文念完了。"]
    said += _lines(meaning(main.address, main.text, material.index))
    said += _lines(to_come(material, today()))
    said += _lines(_numbers(advice(material.topic, main.law, main.text)))
    said.append(pick(_BYE, material.index))
    subject = material.topic.name if material.topic else material.subject.rstrip("？?")
    return Text(title=f"村广播稿：{subject[:40]}", answer="\n".join(said))


def _read_out(extract: Extract) -> list[str]:
    lines = spoken(extract, QUOTE)
    if not lines:
        return []
    address = extract.address.split("第（")[0]
    return [f"{address}是这样规定的。"] + [
        f"{SPOKEN}{'，' + label if label else ''}：{words}" for label, words in lines
    ]


def _lines(text: str) -> list[str]:
    """Return a text as spoken lines, a sentence each, without brackets and titles' marks."""
    return [s for s in re.split(r"(?<=[。！？；])(?!”)", _aloud(text)) if s.strip()]


def _aloud(text: str) -> str:
    without = re.sub(r"[（(][^（()）]*[）)]", "", text)
    return re.sub(r"[《》〈〉【】\[\]「」]", "", without)


def _numbers(text: str) -> str:
    """Write telephone numbers as they are spoken: 12348 → 幺二三四八."""
    return re.sub(r"\d{3,5}", lambda m: "".join(_DIGITS[d] for d in m[0]), text)
