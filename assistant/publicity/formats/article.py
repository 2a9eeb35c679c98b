"""The article for the office's public account: title, story, question, answer, law box, hotline."""

from assistant.publicity.formats.common import Text, case_note, ending, quoted, sentences_of, to_come
from assistant.publicity.material import Material
from assistant.publicity.questions import advice, meaning, pick
from kb.clock import today
from kb.text.day import printed

#: At the head, so that a reader knows that every claim can be looked up.
LABEL = "依据见文末"
QUOTE = 420
_TITLES = ["{subject}：法律这样说", "说说{subject}那些事", "{subject}，这条法律用得上"]
_SCENES = [
    "村口的大树下、调解室的长凳上，常有人说起这样的事：{lead}。说着说着，就有人问——",
    "不少乡亲打听过：{lead}，心里没底，不知道该听谁的。",
    "{lead}，这样的事谁家都可能碰上。今天不说谁对谁错，先看法律怎么写。",
]


def write(material: Material) -> Text:
    """Return the draft in Markdown headings."""
    main = material.extracts[-1] if material.case is None else material.extracts[0]
    lines = [f"（{LABEL}）", "", "## 故事", _story(material), "", "## 问", material.question, "", "## 答"]
    lines.append(_short_answer(material))
    lines += ["", "## 该怎么做", advice(material.topic, main.law, main.text)]
    lines += ["", "## 法律依据"]
    for extract in material.extracts:
        since = f"（自{printed(extract.effective_from)}起施行）" if extract.effective_from else ""
        lines.append(f"> {quoted(extract, QUOTE)}{since}")
    return Text(title=_title(material), answer="\n".join(lines))


def _title(material: Material) -> str:
    if material.case:
        return f"以案释法：{material.question.rstrip('？')}"
    subject = material.topic.name if material.topic else material.subject.rstrip("？?")
    return pick(_TITLES, material.index).format(subject=subject)


def _story(material: Material) -> str:
    lead = pick(material.topic.lead, material.index) if material.topic else material.subject.rstrip("？?。")
    case = material.case or material.story
    if case is None:
        return pick(_SCENES, material.index).format(lead=lead)
    told = [
        sentences_of(case.facts, 260),
        sentences_of(case.handling, 200),
        ending(case, 160),
        case_note(case),
    ]
    return "\n\n".join(part for part in told if part)


def _short_answer(material: Material) -> str:
    main = material.extracts[-1] if material.case is None else material.extracts[0]
    said = meaning(main.address, main.text, material.index)
    lesson = ""
    if material.case and material.case.gist:
        lesson = "调解员的体会：" + sentences_of(material.case.gist, 120)
    where = f"这件事，看{main.cited}，原文放在文末。"
    return "\n\n".join(part for part in [where, said + to_come(material, today()), lesson] if part)
