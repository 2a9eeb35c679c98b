"""What parsers hand to the catalog: texts as found, before validity is computed."""

from dataclasses import dataclass, field
from datetime import date

from kb.model import MediationCase, Village, VillageRule


@dataclass(frozen=True)
class ArticleText:
    """One article as found. `label` is canonical: 第一百二十条之一; `number` is 0 when it has none."""

    label: str
    text: str
    number: int = 0
    suffix: int = 0
    book: str = ""
    chapter: str = ""
    section: str = ""


@dataclass(frozen=True)
class LawText:
    """One text of one law, as found in one document.

    `version` is the day on which this text was adopted, amended or promulgated last. `stated_effective`
    is the commencement date that the source states, which may be that of an older version.
    """

    title: str
    version: date
    articles: tuple[ArticleText, ...]
    doc_type: str = "法律"
    department: str = ""
    issuer: str = ""
    stated_effective: date | None = None
    source_status: str = ""


@dataclass
class Parsed:
    """Everything one document yields."""

    laws: list[LawText] = field(default_factory=list)
    village: Village | None = None
    rules: list[VillageRule] = field(default_factory=list)
    cases: list[MediationCase] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Return whether nothing was found."""
        return not (self.laws or self.rules or self.cases)
