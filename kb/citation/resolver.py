"""Look a citation up: which provision, which 款 and 项, in force on which day, and if not, why not."""

import re
from datetime import date

from kb.catalog.catalog import Catalog
from kb.citation.names import LawNames
from kb.citation.parser import Citation
from kb.citation.resolution import Resolution, VersionInfo
from kb.model import STATUS_LABELS, LawVersion, Provision
from kb.text.day import printed
from kb.text.numerals import article_label, to_chinese

#: What an address has behind its article.
_DEEPER = re.compile(r"(第[^第]+条(?:之[^第]+)?)第.*")


def format_address(law: str, article: str, paragraph: int | None = None, item: int | None = None) -> str:
    """Return the canonical address.

    >>> format_address("民法典", "第一千零六十七条", 2, 1)
    '民法典第一千零六十七条第二款第（一）项'
    """
    deep = f"第{to_chinese(paragraph)}款" if paragraph else ""
    return f"{law}{article}{deep}" + (f"第（{to_chinese(item)}）项" if item else "")


def article_of(address: str) -> str:
    """Return a canonical address without 款 and 项.

    >>> article_of("民法典第一千零六十七条第二款"), article_of("刑法第一百三十三条之一第一款第（二）项")
    ('民法典第一千零六十七条', '刑法第一百三十三条之一')
    """
    return _DEEPER.sub(r"\1", address)


class Resolver:
    """Resolves citations against the catalog.

    Args:
        catalog: where the texts are.
        names: the names known, for suggestions and repealed titles.
    """

    def __init__(self, catalog: Catalog, names: LawNames) -> None:
        self.catalog = catalog
        self.names = names

    def resolve(self, citation: Citation, on: date) -> Resolution:
        """Return what the citation is on the day `on`. Never raises: `status` says why not."""
        label = article_label(citation.article, citation.suffix) if citation.article else "全文"
        address = format_address(citation.law, label, citation.paragraph, citation.item)
        base = Resolution(
            raw=citation.raw, status="ok", on=on, address=address, law=citation.law, article=label,
            paragraph=citation.paragraph, item=citation.item,
        )  # fmt: skip
        if not citation.law:
            return base.model_copy(
                update={
                    "status": "no_law_named",
                    "message": f"“{citation.raw}”没有写明是哪部法律，请补上法律名称",
                }
            )
        versions = self.catalog.versions(citation.law)
        if not versions:
            return self._unknown_law(base)
        base.versions = [version_info(v, on) for v in versions]
        version, found = self._choose(versions, citation, on)
        if found is None:
            last = max((p.number for p in self.catalog.provisions(version.id)), default=0)
            other = [v for v in versions if v.id != version.id and self._article(v, citation)]
            where = f"；{printed(other[0].version)}的版本有这一条" if other else ""
            count = f"全文到第{to_chinese(last)}条为止，" if citation.article > last > 0 else ""
            return base.model_copy(
                update={
                    "status": "no_such_article",
                    "version": version.version,
                    "message": f"《{citation.law}》{count}没有{label}{where}",
                }
            )
        return self._at_depth(base, version, found, on)

    def _unknown_law(self, base: Resolution) -> Resolution:
        repealed = self.names.repealed.get(base.law)
        if repealed and base.on < repealed.since:
            return base.model_copy(
                update={
                    "status": "no_such_law",
                    "replaced_by": repealed.by_law,
                    "message": f"当日《{base.law}》尚未废止（自{printed(repealed.since)}起由《{repealed.by_law}》废止），"
                    "但知识库里没有它的文本，请查当时的原文",
                }
            )
        if repealed:
            return base.model_copy(
                update={
                    "status": "repealed_law",
                    "state": "repealed",
                    "state_label": STATUS_LABELS["repealed"],
                    "replaced_by": repealed.by_law,
                    "message": f"《{base.law}》已自{printed(repealed.since)}起由《{repealed.by_law}》废止"
                    f"（{repealed.by_address}），请查《{repealed.by_law}》的相应规定",
                }
            )
        suggestions = self.names.suggestions(base.law)
        near = "，是否指" + "、".join(f"《{s}》" for s in suggestions) if suggestions else ""
        return base.model_copy(
            update={
                "status": "no_such_law",
                "suggestions": suggestions,
                "message": f"知识库里没有《{base.law}》{near}；请核对名称，或先把它的文本入库",
            }
        )

    def _choose(
        self, versions: list[LawVersion], citation: Citation, on: date
    ) -> tuple[LawVersion, Provision | None]:
        """Prefer the version in force on the day, then the last before it, then the first to come."""
        current = [v for v in versions if v.in_force(on)]
        past = [v for v in versions if v.effective_from <= on]
        version = current[-1] if current else past[-1] if past else versions[0]
        return version, self._article(version, citation)

    def _article(self, version: LawVersion, citation: Citation) -> Provision | None:
        return self.catalog.article(version.id, citation.article, citation.suffix)

    def _at_depth(self, base: Resolution, version: LawVersion, found: Provision, on: date) -> Resolution:
        state = found.status(on)
        result = base.model_copy(
            update={
                "version": version.version,
                "article": found.article,
                "address": format_address(base.law, found.article, base.paragraph, base.item),
                "text": found.text,
                "in_force": found.in_force(on),
                "state": state,
                "state_label": STATUS_LABELS[state],
                "effective_from": version.effective_from,
                "effective_until": version.effective_until,
                "provision": found,
                "replaced_by": version.replaced_by if state in ("superseded", "repealed") else "",
                "message": remark(version, found, on),
            }
        )
        if not result.in_force:
            result.status = "not_in_force"
        if base.paragraph is None and base.item is None:
            return result
        number = base.paragraph or 1
        paragraphs = found.paragraphs
        if base.paragraph is None:  # 第…条第（二）项, where the article has one list only
            listed = [p for p in paragraphs if p.items]
            if len(listed) == 1:
                number = listed[0].number
        if number > len(paragraphs):
            result.status, result.text = "no_such_paragraph", ""
            result.message = f"{found.address}只有{len(paragraphs)}款，没有第{to_chinese(number)}款"
            return result
        paragraph = paragraphs[number - 1]
        result.text = paragraph.text
        if base.item is None:
            return result
        item = next((i for i in paragraph.items if i.number == base.item), None)
        if item is None:
            has = f"只有{len(paragraph.items)}项" if paragraph.items else "没有分项"
            where = f"{found.address}第{to_chinese(number)}款" if len(paragraphs) > 1 else found.address
            result.status, result.text = "no_such_item", ""
            result.message = f"{where}{has}，没有第（{to_chinese(base.item)}）项"
            return result
        result.text = item.text
        return result


def version_info(version: LawVersion, on: date) -> VersionInfo:
    """Return a version's line in a list of versions."""
    state = version.status(on)
    note = "；".join(filter(None, [version.disputed, version.until_reason, version.note]))
    return VersionInfo(
        law_id=version.id, version=version.version, effective_from=version.effective_from,
        effective_until=version.effective_until, in_force=version.in_force(on), status=state,
        status_label=STATUS_LABELS[state], approximate=version.approximate, note=note,
    )  # fmt: skip


def remark(version: LawVersion, provision: Provision, on: date) -> str:
    """Return what a reader of the provision must know on the day `on`; '' when nothing."""
    state = provision.status(on)
    if state == "not_yet":
        if version.first_effective and version.first_effective <= on:
            return f"这是{printed(version.version)}修改后的文本，自{printed(version.effective_from)}起施行；当日适用更早的文本，数据中没有"
        return f"这一版本自{printed(version.effective_from)}起施行，当日尚未施行"
    if state in ("superseded", "repealed"):
        return f"当日已不再施行：{version.until_reason}"
    if state == "amended":
        return f"本条文字自{printed(provision.amended_from)}起已被{provision.amended_by}修改，引用前请核对修改后的文字"
    return version.disputed
