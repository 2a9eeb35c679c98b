"""The scrolling screen: one sentence of the law that really fits, or a slogan, and the source."""

from assistant.publicity.extracts import Extract, sentences
from assistant.publicity.formats.common import Text
from assistant.publicity.material import Material, overlap
from assistant.publicity.questions import pick, words

#: Characters in a line of a village LED screen, marks included.
LINE = 28


def write(material: Material) -> Text | None:
    """Return quotation and source, or slogan and source; None where the source line can't fit.

    Drafts alternate between the law's words and slogans, so that the staff have both to choose from.
    """
    main = material.extracts[-1] if material.case is None else material.extracts[0]
    source = _source(main)
    if source is None:
        return None
    fitting = sentences(main, LINE - 2)
    own = material.topic.slogans if material.topic else []
    slogans = [*sorted(own, key=lambda slogan: -overlap(slogan, main.text)), *words().slogans["any"]]
    options = [f"「{s}」" for s in fitting] + slogans
    line = pick(options, material.index)
    subject = material.topic.name if material.topic else material.subject
    return Text(title=f"LED标语：{subject[:20]}", answer="\n".join([line, *source]))


def _source(extract: Extract) -> list[str] | None:
    address = extract.cited.split("第（")[0]
    one = f"——{address}"
    if len(one) <= LINE:
        return [one]
    law, article = address.split("》", 1)
    two = [f"——{law}》", article]
    return two if all(len(line) <= LINE for line in two) else None
