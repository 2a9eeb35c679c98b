"""The plain question and answer: opener, the law's words, what they mean, whom to ask."""

from assistant.publicity.formats.common import Text, case_note, ending, quoted, sentences_of, to_come
from assistant.publicity.material import Material
from assistant.publicity.questions import advice, meaning, pick
from kb.clock import today

QUOTE = 260
_OPENERS = [
    "先看法律原话。",
    "这个事，法律上有规定。",
    "照着条文来说。",
    "口说无凭，先把条文找出来。",
]


def write(material: Material) -> Text:
    """Return the draft; a case is told first, in at most two or three sentences, with its ending."""
    main = material.extracts[-1] if material.case is None else material.extracts[0]
    parts: list[str] = []
    if material.case:
        story = sentences_of(material.case.facts, 130)
        parts.append(f"【案情】{story}")
        parts.append(f"【结果】{ending(material.case, 120)}{case_note(material.case)}")
        parts.append("【法律怎么说】" + "\n".join(quoted(e, QUOTE) for e in material.extracts))
    else:
        parts.append(pick(_OPENERS, material.index) + "\n".join(quoted(e, QUOTE) for e in material.extracts))
    parts.append(meaning(main.address, main.text, material.index) + to_come(material, today()))
    parts.append(advice(material.topic, main.law, main.text))
    return Text(title=material.question.rstrip("？"), answer="\n".join(parts))
