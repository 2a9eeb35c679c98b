"""Traditional characters to simplified ones: the shelves are written in the latter."""

import re
from functools import lru_cache

_HAN = re.compile(r"[\u3400-\u9fff]")


@lru_cache
def _converter():  # type: ignore[no-untyped-def]
    import opencc

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Return the text in simplified characters.

    >>> simplified("鄰居家的狗咬了我，誰賠？")
    '邻居家的狗咬了我，谁赔？'
    """
    return str(_converter().convert(text)) if _HAN.search(text) else text
