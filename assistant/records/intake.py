"""From what a mediator writes to what may be found, and what has to be sealed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.accounts.permissions import village_scope
from assistant.records.types import TEXTS, RecordFacts, RecordTexts
from kb.model import MediationCase
from kb.redaction.pointed import redact_pointed


@dataclass(frozen=True)
class Hidden:
    """Texts without personal data, and placeholder to original: the latter is personal data itself."""

    texts: RecordTexts
    replaced: dict[str, str]


@dataclass(frozen=True)
class Originals:
    """What is sealed of a record: the texts as written, names pointed at, what each placeholder stands for."""

    texts: RecordTexts
    also: list[str]
    replaced: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return what `from_dict` takes."""
        return {"texts": self.texts.model_dump(), "also": self.also, "replaced": self.replaced}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Originals":
        """Return the originals that were sealed."""
        return cls(RecordTexts(**stored["texts"]), list(stored["also"]), dict(stored["replaced"]))


def hide(texts: RecordTexts, also: Sequence[str] = (), before: Mapping[str, str] | None = None) -> Hidden:
    """Redact all texts of a record at once, so that a person has one letter in all of them.

    Args:
        also: further names to hide.
        before: what placeholders stood for until now, so that letters stay who they were. Those that no
            text needs any more are dropped: nothing is kept about who isn't in the record.
    """
    written = [getattr(texts, field) for field in TEXTS] + list(texts.keywords)
    done = redact_pointed(written, also, before)
    shown = [one.text for one in done]
    fields: dict[str, Any] = dict(zip(TEXTS, shown, strict=False))
    hidden = RecordTexts.model_construct(**fields, keywords=shown[len(TEXTS) :])
    whole = "\n".join(shown)
    return Hidden(hidden, {word: original for word, original in done[0].mapping.items() if word in whole})


def case_of(
    record_id: str, place_id: str, texts: RecordTexts, facts: RecordFacts, cited: Sequence[str]
) -> MediationCase:
    """Return the case that the village's own people find; `texts` are redacted, `cited` are addresses."""
    return MediationCase(
        id=record_id,
        **texts.model_dump(),
        **facts.model_dump(),
        cited_addresses=list(cited),
        village=place_id,
        scope=village_scope(place_id),
        source=f"record:{record_id}",
    )


def facts_of(case: MediationCase) -> RecordFacts:
    """Return what of a case is no text."""
    return RecordFacts(**{name: getattr(case, name) for name in RecordFacts.model_fields})
