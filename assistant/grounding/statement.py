"""What a claim says in its own words: without citations, what leads in to them, and what is quoted."""

import re

from assistant.grounding.compare import pairs
from assistant.grounding.quotes import Quotation

_LEAD_IN = re.compile(
    r"(?:根据|依据是?|依照?|按照?|参照|违反了?|适用|因为|由于|(?<!意)(?:详|参|可)?见|这是|写在)?[《〈]?\x00[》〉]?"
    r"(?:的|之)?(?:有关|相关|明确|还|也|又|同时)*(?:规定|要求|精神|内容|意思是?)?(?:如下|了)?"
    # 第十条里早就这么讲的, 第十条有交代: at the end of a clause they only say that it stands there
    r"(?:(?:里头?|上|中)?(?:就|都|早就?|也)?是?(?:这么|这样|怎么)?(?:说|讲|定|写|规定)(?:得很?(?:清楚|明白))?(?:的|着|了|过)?呢?(?=[，,：:。；]|$)"
    r"|(?:里头?)?(?:就|都|早就?|也)?(?:有(?:明确)?(?:规定|要求|交代|说法|这一?条)|管着呢?)(?=[，,：:。；]|$)"
    r"|(?:说|讲)(?:的是)?)?[，,：:]?"
)


#: Words that point at a provision and say nothing of it.
_POINTS = re.compile(
    r"(?:这件事|这个事)|请?看|原文(?:都|就)?(?:放|印|写|附)?在[^，。；]{1,4}|是这样(?:规定|写)的|有法可依|法律依据"
)
#: Fewer pairs of characters say nothing.
_SOMETHING = 3


def says_something(said: str) -> bool:
    """Return whether a claim's own words say more than where to look.

    >>> says_something("这件事，请看，原文放在文末"), says_something("狗主人要赔")
    (False, True)
    """
    return len(pairs(_POINTS.sub("，", said))) >= _SOMETHING


def statement(text: str, cited: list[tuple[int, int]], quoted: list[Quotation]) -> str:
    """Return the claim's own words: without citations, what leads in to them, and what is quoted."""
    # 本法第十四条 inside statute text is part of what is said
    cut = [(a, b, "\x00") for a, b in cited if not text[a:b].startswith(("本法", "本条例"))]
    cut += [(q.start, q.end, "") for q in quoted if q.marked]
    for start, end, mark in sorted(cut, reverse=True):
        text = text[:start] + mark + text[end:]
    text = re.sub(r"\x00(?:[、和及与或,，\s《》]*\x00)+", "\x00", text)
    return _LEAD_IN.sub("，", text).replace("\x00", "").strip("，。；：、（）() ")
