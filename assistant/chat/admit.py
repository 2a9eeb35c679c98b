"""What a sentence of a model must be, besides what the grounding gate asks of any sentence.

The gate judges whether law supports a claim. A sentence of a person may hold a telephone number, a law that is
only mentioned, a word of comfort; one of a model may not: it says what the provisions named say, in characters
and numbers that these have, and nothing else. What is refused costs little, for the provisions are quoted anyway.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.chat.abridge import departs
from assistant.grounding.compare import pairs, swapped, widened
from assistant.grounding.numbers import missing
from assistant.grounding.quotes import matches
from assistant.llm.prompt import Offered
from kb.base import KnowledgeBase
from kb.citation.parser import Citation, parse
from kb.citation.tokens import LawToken, tokens
from kb.text.numerals import to_int
from kb.text.visible import closed_up, visible

#: Fewer pairs of characters besides the citation say nothing that could be compared.
MIN_PAIRS = 4
_HALF = str.maketrans({chr(0xFF10 + n): chr(0x30 + n) for n in range(10)} | {"％": "%", "．": "."})
_CHINESE = str.maketrans(
    {",": "，", ";": "；", ":": "：", "!": "！", "?": "？", "(": "（", ")": "）", "\n": "，"}
)
_MARKUP = re.compile(r"\*\*|__|`+|^\s*(?:[-*•·#>]+|\d{1,2}[.、)）])\s*")
_STRANGE = re.compile(r"[^\u3400-\u4dbf\u4e00-\u9fff0-9，。；：！？、（）《》〈〉「」『』“”‘’—…·%.]")
_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_QUOTED = re.compile(r"“([^“”]*)”|「([^「」]*)」|『([^『』]*)』|‘([^‘’]*)’")
_QUOTES = "“”「」『』‘’"
_REFERENCE = re.compile(r"第[^，。；、]{1,12}?[条款项]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?|[零〇○一二两三四五六七八九十百千万亿廿卅]+")
#: Numerals that count nothing.
_NO_NUMBER = re.compile(
    r"万一|十分|百姓|千万(?=[不别要])|第[一二三]人?(?=[，：、]|是)|一一|统一|再三|不三不四"
)
#: Words of somebody who calls, sells, vouches or plays a part; they may be said only where the provisions say them.
_FOREIGN = re.compile(
    r"电话|热线|拨打|致电|微信|公众号|扫码|二维码|网址|网站|官网|链接|点击|登录|下载|客服|转账|汇款|账号|账户|验证码|"
    r"点(?:中国|公司|网络|康|抗)|核实|核验|审核|审定|认证|权威|官方|绝对|包赢|必胜|胜诉|律师|专家|"
    r"我|咱|俺|本院|本庭|提示词|系统提示|指令|语言模型|人工智能|机器人|助手|扮演|遵命|忽略|资料里|编号"
)
_ASKS = "？"
_ITEM = re.compile(r"\s*[（(][一二三四五六七八九十]+[)）]")


class NotAdmitted(Exception):
    """The sentence may not be said; the reason is Chinese, for whoever looks at what was removed."""


@dataclass(frozen=True)
class Admitted:
    """A sentence with its citations written out, and the addresses cited, in order."""

    text: str
    addresses: list[str]


def tidy(text: str) -> str:
    """Return a sentence as it is seen, without markup, with Chinese punctuation.

    >>> tidy("**应当**赡养\u200b父母(第１款),见下")
    '应当赡养父母（第1款），见下'
    """
    plain = closed_up(_MARKUP.sub("", visible(text).strip()))
    return plain.translate(_HALF).translate(_CHINESE).replace("，，", "，").strip("，、 ")


def admit(kb: KnowledgeBase, text: str, named: Sequence[Offered], on: date) -> Admitted:
    """Return a tidy sentence with the citations of the sources that it names.

    Args:
        kb: the knowledge base.
        text: one sentence, as `tidy` returns it.
        named: the sources that it names, of those offered.
        on: the day.

    Raises:
        NotAdmitted: it names no source, cites something else, or holds what no source has.
    """
    if not named:
        raise NotAdmitted("没有写依据")
    if _STRANGE.search(text) or _DOT.search(text):
        raise NotAdmitted("有不该出现的字符")
    cited = _citations(kb, text, named, on)
    law = "\n".join(s.text for s in named)
    bare = _without(text, [c for c, _ in cited])
    _check_laws(kb, bare, law)
    _check_quotes(text, named)
    _check_words(bare, law)
    carrying = _carrying(bare, named)
    for _, source in cited:
        _carrying(bare, [source])
    return _written(text, [(c, s.address) for c, s in cited], carrying)


def _carrying(bare: str, named: Sequence[Offered]) -> list[Offered]:
    """Return those of the sources of which one 款 alone has what the sentence says.

    The condition of one rule and the consequence of another, put together, are words of the law, and no law.

    Raises:
        NotAdmitted: none has.
    """
    why = ""
    found = []
    for source in named:
        reasons = [_lacks(bare, part) for part in _parts(source.text)]
        if not all(reasons):
            found.append(source)
        why = why or reasons[0]
    if not found:
        raise NotAdmitted(why)
    return found


def _parts(law: str) -> list[str]:
    """Return the 款 of a provision, each with its 项."""
    parts: list[str] = []
    for line in law.split("\n"):
        if parts and _ITEM.match(line):
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    return parts


def _lacks(bare: str, law: str) -> str:
    """Return in Chinese what the sentence has that this part of the law hasn't; '' for nothing."""
    return (
        _strange_number(bare, law)
        or _turned(bare, law)
        or departs(_QUOTED.sub(lambda m: m[0][1:-1], bare), law)
    )


def _citations(
    kb: KnowledgeBase, text: str, named: Sequence[Offered], on: date
) -> list[tuple[Citation, Offered]]:
    """Return the citations in the text with the provision that each stands for."""
    found: list[tuple[Citation, Offered]] = []
    for citation in parse(text, kb.names):
        resolution = kb.resolver.resolve(citation, on)
        if not resolution.ok:
            raise NotAdmitted("引用的法条当日不是有效的法律")
        deeper = [s for s in named if _within(s.address, resolution.address)]
        if any(_within(resolution.address, s.address) for s in named):
            found.append((citation, Offered(resolution.address, resolution.text, resolution.law)))
        elif len(deeper) == 1:  # the article for its paragraph: the paragraph was offered
            found.append((citation, deeper[0]))
        else:
            raise NotAdmitted("引用了没有提供的法条")
    return found


def _within(address: str, outer: str) -> bool:
    """Return whether an address is the other or lies in it; 第十条之一 doesn't lie in 第十条."""
    return address == outer or (address.startswith(outer) and address[len(outer)] == "第")


def _without(text: str, cited: Sequence[Citation]) -> str:
    for citation in sorted(cited, key=lambda c: c.start, reverse=True):
        text = f"{text[: citation.start]}\x00{text[citation.end :]}"
    return re.sub(r"[（《]*\x00[》）、，和及与\x00《]*", "", text)


def _check_laws(kb: KnowledgeBase, bare: str, law: str) -> None:
    for token in tokens(bare, kb.names):
        if isinstance(token, LawToken) and bare[token.start : token.end].strip("《》") not in law:
            raise NotAdmitted("提到了没有提供的法律")
    if any(m[0] not in law for m in _REFERENCE.finditer(bare)) or re.search(r"《(?!》)", bare):
        raise NotAdmitted("写了没有法律名称的条号，或者别的文件")


def _check_quotes(text: str, named: Sequence[Offered]) -> None:
    for match in _QUOTED.finditer(text):
        quote = next(group for group in match.groups() if group is not None)
        if not matches(quote, [s.text for s in named]):
            raise NotAdmitted("引文与原文不符")
    if any(mark in _QUOTED.sub("", text) for mark in _QUOTES):
        raise NotAdmitted("引号不成对")


def _check_words(bare: str, law: str) -> None:
    if any(m[0] not in law for m in _FOREIGN.finditer(bare)):
        raise NotAdmitted("说了法条之外的话")
    if bare.rstrip("。！").endswith(_ASKS):
        raise NotAdmitted("是问句")
    if len(pairs(bare)) < MIN_PAIRS:
        raise NotAdmitted("没有说出什么")


def _turned(bare: str, law: str) -> str:
    """Return what is wrong where 被侵权人 has become 侵权人, or what holds has come to hold always; '' where nothing is."""
    for role in swapped(bare, law):
        return f"把“被{role}”和“{role}”弄混了"
    return next((f"法条没有说“{word}”" for word in widened(bare, law)), "")


def _strange_number(bare: str, law: str) -> str:
    counted = _NO_NUMBER.sub("", bare)
    values = {_value(m[0]) for m in _NUMBER.finditer(law)}
    strange = any(
        m[0] != "一" and m[0] not in law and _value(m[0]) not in values for m in _NUMBER.finditer(counted)
    ) or missing(counted, law)
    return "有法条里没有的数" if strange else ""


def _value(written: str) -> float | str:
    """Return the value of a numeral; what can't be read is only like itself."""
    try:
        return float(written) if written[0].isascii() else float(to_int(written.replace("两", "二")))
    except ValueError:
        return written


def _written(text: str, cited: Sequence[tuple[Citation, str]], named: Sequence[Offered]) -> Admitted:
    """Return the sentence with canonical citations, those of sources that it names and doesn't cite at its end."""
    for citation, address in sorted(cited, key=lambda c: c[0].start, reverse=True):
        start, end = citation.start, citation.end
        if text[start : start + 1] != "《" and text[start - 1 : start] == "《":
            start -= 1
        if text[end : end + 1] == "》" and "《" not in text[end - 40 : end].partition("》")[0]:
            end += 1
        text = text[:start] + marked(address, named) + text[end:]
    addresses = [address for _, address in cited]
    missing = [s.address for s in named if not any(_within(a, s.address) for a in addresses)]
    if missing:
        text = text.rstrip("。！；，、…") + f"（{'、'.join(marked(a, named) for a in missing)}）"
    return Admitted(
        text if text.endswith(("。", "！")) else f"{text}。", list(dict.fromkeys([*addresses, *missing]))
    )


def marked(address: str, named: Sequence[Offered]) -> str:
    """Return an address with its law in 书名号: 《民法典》第一千零六十七条第二款."""
    law = next((s.law for s in named if s.law and address.startswith(s.law)), "")
    return f"《{law}》{address[len(law) :]}" if law and not re.search(r"[《〈]", law) else address
