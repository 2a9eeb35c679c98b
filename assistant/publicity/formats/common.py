"""What the formats share: dates, quotation lines, the story of a case."""

import re
from dataclasses import dataclass
from datetime import date

from assistant.publicity.extracts import Extract, fit
from assistant.publicity.material import Material
from kb.model import MediationCase
from kb.text.day import printed

#: Said under every case that was written as a sample.
SAMPLE_NOTE = "（案例为编写的示例，人物均为化名。）"
CASE_NOTE = "（案例中的人物均为化名。）"
_SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’]?|[^。！？]+$")


@dataclass(frozen=True)
class Text:
    """A written draft."""

    title: str
    answer: str


def quoted(extract: Extract, limit: int) -> str:
    """Return `《…》第…条规定：「…」`, the words of the law in whole sentences up to `limit` characters."""
    quote, cut = fit(extract.text, limit)
    tail = "（条文较长，这里是节录。）" if cut else ""
    return f"{extract.cited}规定：「{quote}」{tail}"


def to_come(material: Material, today: date) -> str:
    """Return a sentence that says when the law takes effect, if that is still to come."""
    starts = {e.effective_from for e in material.extracts if e.effective_from and e.effective_from > today}
    return f"请注意：这一规定自{printed(min(starts))}起施行。" if starts else ""


def sentences_of(text: str, limit: int) -> str:
    """Return whole sentences from the start of a text up to `limit` characters; at least one."""
    kept = ""
    for sentence in _SENTENCE.findall(text.replace("「", "“").replace("」", "”").replace("\n", "")):
        if kept and len(kept) + len(sentence) > limit:
            break
        kept += sentence
    return kept.strip()


def ending(case: MediationCase, limit: int = 0) -> str:
    """Return how the case ended: outcome, result up to `limit` characters, whether it was kept."""
    how = {
        "达成协议": "经过调解，双方达成了协议。",
        "部分达成协议": "经过调解，双方就一部分事情达成了协议。",
        "未达成协议": "这件事最后没有调成。",
        "撤回申请": "后来申请人撤回了调解申请。",
        "不予受理": "这件事不属于人民调解的范围，没有受理。",
        "转交处理": "这件事转交给了有权处理的部门。",
        "未知": "",
    }[case.outcome]
    kept = {"已履行": "协议已经履行。", "部分履行": "协议只履行了一部分。", "未履行": "协议没有履行。"}
    result = sentences_of(case.result, limit) if limit else ""
    return how + result + ("" if "履行" in result else kept.get(case.kept, ""))


def case_note(case: MediationCase) -> str:
    """Return the line that says what kind of story this is."""
    return SAMPLE_NOTE if case.sample else CASE_NOTE
