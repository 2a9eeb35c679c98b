"""Names that a person points at, because redaction missed them, hidden like those it finds itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kb.redaction.placeholders import LETTERS, free
from kb.redaction.redact import redact_all
from kb.redaction.types import Kind, Redacted


def redact_pointed(
    texts: Sequence[str], names: Sequence[str], mapping: Mapping[str, str] | None = None
) -> list[Redacted]:
    """Return what `redact_all` does, with these names hidden wherever they stand.

    A name that is part of one which is found anyway (建国 of 王建国) gets that person's letter.

    Args:
        texts: of one case, all at once.
        names: as they stand in the texts; blank ones are ignored.
        mapping: of earlier texts of the same case.

    The spans are left empty: they would be offsets into a text that nobody has.
    """
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if not wanted:
        return redact_all(texts, mapping)
    base, words = dict(mapping or {}), {original: word for word, original in (mapping or {}).items()}
    whole = "\n".join(texts)
    found = {o: w for w, o in redact_all(texts, mapping)[0].mapping.items() if w[0] in LETTERS}
    for name in wanted:
        # longest first: who is found under a longer name stays that person
        longer = sorted((o for o in found if name in o and o in whole), key=len, reverse=True)
        for original in longer:
            base[words.setdefault(original, found[original])] = original
        if name not in words:
            same = {found[o] for o in longer}
            words[name] = same.pop() if len(same) == 1 else free(_kind(name), base.keys(), whole, name)
            base.setdefault(words[name], name)
    pattern = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))

    def hidden(match: re.Match[str]) -> str:
        # a digit right behind would read as the placeholder's number
        return words[match.group()] + (" " if re.match(r" *\d", match.string[match.end() :]) else "")

    done = redact_all([pattern.sub(hidden, text) for text in texts], base)
    return [replace(one, spans=()) for one in done]


def _kind(name: str) -> Kind:
    return Kind.VILLAGE if name.endswith("村") else Kind.NAME
