"""What the routes answer with, where the knowledge base's own types don't say it all."""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, Field, computed_field

from kb.base import KnowledgeBase
from kb.citation.resolution import Resolution, VersionInfo
from kb.model import STATUS_LABELS, LawVersion, Paragraph, Provision, Status, Village, VillageRule


class ArticleRef(BaseModel):
    """One article in a chapter tree or beside another; text only where it was asked for."""

    id: str
    address: str
    article: str
    number: int
    suffix: int
    text: str | None = None
    paragraphs: list[Paragraph] | None = None
    status: Status = "in_force"
    status_label: str = ""


class ProvisionView(Resolution):
    """A citation looked up, with where it stands and what stands beside it."""

    path: list[str] = Field(
        default_factory=list, description="编, 章, 节 that hold the article, outermost first"
    )
    neighbours: list[ArticleRef] = Field(default_factory=list, description="articles around it, with text")


class LawView(VersionInfo):
    """A law version and its state on the day asked."""

    law: str = Field(description="short title, without 中华人民共和国")
    full_title: str
    doc_type: str
    department: str = ""
    issuer: str = ""
    first_effective: date | None = None
    source_status: str = Field("", description="the status word of the source; shown, never decisive")
    disputed: str = Field("", description="why sources disagree, in Chinese")
    until_reason: str = Field("", description="what ended it, in Chinese")
    basis: str = Field("", description="where effective_from comes from, in Chinese")


class Division(BaseModel):
    """One 编, 章 or 节: what it holds, in order. Articles above the first heading have level 正文."""

    level: str = Field(description="编, 章, 节 or 正文")
    title: str
    divisions: list["Division"] = Field(default_factory=list)
    articles: list[ArticleRef] = Field(default_factory=list)


class LawTree(BaseModel):
    """A law's text as a tree, and its versions, oldest first."""

    law: LawView
    on: date
    versions: list[LawView]
    tree: list[Division]
    articles: int = Field(description="how many articles the version has")


class VillageView(Village):
    """A village, its full name and how many clauses its rules have."""

    clause_count: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def full_name(self) -> str:
        """Return place and name in one string."""
        return "".join([*self.place, self.name])


class VillageDetail(VillageView):
    """A village with the clauses of its rules."""

    clauses: list[VillageRule]


def article_ref(provision: Provision, on: date, with_text: bool) -> ArticleRef:
    """Return the article as listed, with its state on a day."""
    status = provision.status(on)
    return ArticleRef(
        id=provision.id,
        address=provision.address,
        article=provision.article,
        number=provision.number,
        suffix=provision.suffix,
        text=provision.text if with_text else None,
        paragraphs=provision.paragraphs if with_text else None,
        status=status,
        status_label=STATUS_LABELS[status],
    )


def provision_view(kb: KnowledgeBase, resolution: Resolution) -> ProvisionView:
    """Return a resolution with path and neighbours, where an article was found."""
    view = ProvisionView(**resolution.model_dump())
    provision = resolution.provision
    if provision is not None:
        view.path = [p for p in (provision.book, provision.chapter, provision.section) if p]
        around = kb.catalog.neighbours(provision)
        view.neighbours = [article_ref(p, resolution.on, with_text=True) for p in around]
    return view


def law_view(version: LawVersion, on: date) -> LawView:
    """Return a law version with its state on a day."""
    status = version.status(on)
    shared = version.model_dump(include=set(LawView.model_fields))
    return LawView(
        **shared,
        law_id=version.id,
        in_force=version.in_force(on),
        status=status,
        status_label=STATUS_LABELS[status],
    )


def tree_of(provisions: Iterable[Provision], on: date, with_text: bool) -> list[Division]:
    """Group articles by 编, 章 and 节, keeping their order."""
    roots: list[Division] = []
    for provision in provisions:
        level = roots
        holder: Division | None = None
        for name, title in (("编", provision.book), ("章", provision.chapter), ("节", provision.section)):
            if not title:
                continue
            if not level or (level[-1].level, level[-1].title) != (name, title):
                level.append(Division(level=name, title=title))
            holder = level[-1]
            level = holder.divisions
        if holder is None:
            if not roots or roots[-1].level != "正文":
                roots.append(Division(level="正文", title=""))
            holder = roots[-1]
        holder.articles.append(article_ref(provision, on, with_text))
    return roots


def village_view(village: Village, clause_count: int) -> VillageView:
    """Return a village as listed."""
    return VillageView(**village.model_dump(), clause_count=clause_count)
