"""Questions about a provision or a law by name: quote exactly that, or say why it can't be."""

import re
from dataclasses import dataclass
from datetime import date

from assistant.chat.types import AnswerCitation
from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution
from kb.text.numerals import NUMBER, to_chinese, to_int

MAX_QUOTED = 5
_DEEPER = re.compile(rf"^[那这]?么?[，, ]?第?({NUMBER})(款|项)(?:呢|是什么|怎么说|说什么|的内容)?[？?。]?$")
_NEXT = re.compile(
    rf"^[那这]?么?[，, ]?第({NUMBER})条(?:第({NUMBER})款)?(?:呢|是什么|怎么说|说什么|的内容)?[？?。]?$"
)
_TITLE = re.compile(r"《([^《》]{2,40}?(?:法|法典|条例|办法|规定))》")
_ABOUT_LAW = re.compile(
    r"(?:还)?(?:有效|有没有用|能用|废止|作废|失效|适用|取代|替代|代替|哪部法|改成|施行|生效|什么时候|还在用|还管用|算数)"
)


@dataclass(frozen=True)
class CitedAnswer:
    """The lines of the answer, what is quoted, whether anything could be quoted, and why not."""

    lines: list[str]
    citations: list[AnswerCitation]
    found: bool
    reason: str
    address: str


def expand(question: str, previous_address: str) -> str:
    """Return 「第二款呢」 with the article it continues; other questions unchanged.

    >>> expand("第二款呢", "民法典第一千零六十七条第一款")
    '民法典第一千零六十七条第二款'
    """
    if not previous_address:
        return question
    match = re.match(r"^(.*?)(第[^第款项]+条(?:之[^第款项]+)?)(第[^第项]+款)?", previous_address)
    if match is None:
        return question
    deeper = _DEEPER.match(question.strip())
    if deeper:
        try:
            number = to_chinese(to_int(deeper[1]))
        except ValueError:  # 第百十款
            return question
        if deeper[2] == "款":
            return f"{match[1]}{match[2]}第{number}款"
        return f"{match[1]}{match[2]}{match[3] or ''}第（{number}）项"
    following = _NEXT.match(question.strip())
    if following:
        return f"{match[1]}{question.strip()}"
    return question


def answer_cited(kb: KnowledgeBase, question: str, on: date) -> CitedAnswer | None:
    """Return the answer to a question that names provisions or a law; None when it names neither."""
    found = kb.cite(question, on)
    if found:
        return _provisions(kb, list({r.address: r for r in found}.values()), on)
    return _law(kb, question, on)


def _provisions(kb: KnowledgeBase, found: list[Resolution], on: date) -> CitedAnswer:
    lines: list[str] = []
    citations: list[AnswerCitation] = []
    reasons: list[str] = []
    for resolution in found[:MAX_QUOTED]:
        if not resolution.text:
            lines.append(_ended(resolution.message))
            reasons.append(resolution.message)
            continue
        state = "" if resolution.in_force else f"（{resolution.state_label}）"
        lines.append(f"《{resolution.law}》{_depth(resolution)}{state}是这样写的：\n「{resolution.text}」")
        citations.append(
            AnswerCitation(
                address=resolution.address,
                quote=resolution.text,
                verified=kb.quote_ok(resolution.address, resolution.text, on),
                state_label=resolution.state_label,
                note=resolution.message,
            )
        )
    if len(found) > MAX_QUOTED:
        lines.append(f"您一共问了{len(found)}条，这里先列前{MAX_QUOTED}条。")
    quoted = [r for r in found if r.text]
    return CitedAnswer(
        lines, citations, bool(quoted), "；".join(reasons), quoted[0].address if quoted else ""
    )


def _law(kb: KnowledgeBase, question: str, on: date) -> CitedAnswer | None:
    """Answer for a law named without an article: repealed, unknown, or asked whether it is in force."""
    named = [kb.names.canonical(m[1]) for m in kb.names.finditer(question)]
    titled = [kb.names.canonical(m[1]) for m in _TITLE.finditer(question)]
    for law in dict.fromkeys([*titled, *named]):
        if kb.names.known(law):
            if _ABOUT_LAW.search(question) and len(question) <= len(law) + 20:
                return _in_force(kb, law, on)
            continue
        resolution = kb.resolve(f"《{law}》第一条", on)
        if resolution.status in ("repealed_law", "no_such_law"):
            # a repealed title in passing must not hide the question behind it
            if resolution.status == "repealed_law" and not _ABOUT_LAW.search(question) and len(question) > 24:
                continue
            return _gone(kb, law, resolution, on)
    return None


def _gone(kb: KnowledgeBase, law: str, resolution: Resolution, on: date) -> CitedAnswer:
    """Say that a law is repealed, quoting the provision that repealed it, or that there is none of the name."""
    lines = [_ended(resolution.message)]
    repealed = kb.names.repealed.get(law)
    clause = kb.resolve(repealed.by_address, on) if repealed else None
    if clause is None or not clause.ok:
        return CitedAnswer(lines, [], False, resolution.message, "")
    lines.append(f"{clause.address}是这样写的：\n「{clause.text}」")
    quoted = AnswerCitation(
        address=clause.address,
        quote=clause.text,
        verified=kb.quote_ok(clause.address, clause.text, on),
        state_label=clause.state_label,
        note=clause.message,
    )
    return CitedAnswer(lines, [quoted], True, "", clause.address)


def _in_force(kb: KnowledgeBase, law: str, on: date) -> CitedAnswer | None:
    version = kb.catalog.version_on(law, on)
    versions = kb.catalog.versions(law)
    if not versions:
        return None
    if version is None:
        text = f"{on.isoformat()}这一天，库里没有正在施行的《{law}》。{versions[-1].until_reason}"
        return CitedAnswer([_ended(text)], [], False, text, "")
    text = f"《{law}》有效。现在用的是{version.version.isoformat()}公布的文本，自{version.effective_from.isoformat()}起施行"
    if version.effective_until:
        text += f"，到{version.effective_until.isoformat()}为止"
    if version.disputed:
        text += f"。请注意：{version.disputed}"
    return CitedAnswer([_ended(text)], [], True, "", "")


def _depth(resolution: Resolution) -> str:
    return resolution.address.removeprefix(resolution.law)


def _ended(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"
