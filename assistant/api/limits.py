"""Checks of what people send that depend on settings or on what is in the catalog."""

import difflib

from kb.base import KnowledgeBase
from kb.errors import BadRequest
from kb.model import DISPUTE_TYPES
from kb.search.types import SearchRequest
from kb.text.visible import visible


def require_text(text: str, limit: int, name: str) -> None:
    """Refuse blank and overlong text.

    Raises:
        BadRequest: naming the limit, in characters.
    """
    if not text.strip():
        raise BadRequest(f"{name}是空的", f"请填写{name}")
    if len(text) > limit:
        raise BadRequest(
            f"{name}有 {len(text):,} 字，超过上限 {limit:,} 字",
            f"请缩短到 {limit:,} 字以内，或分几次提交",
        )


def canonical_law(kb: KnowledgeBase, written: str) -> str:
    """Return the canonical title of a law in the catalog.

    Raises:
        BadRequest: when there is none, with the nearest titles, or with what replaced a repealed one.
    """
    law = kb.names.canonical(written)
    if kb.names.known(law):
        return law
    gone = kb.names.repealed.get(law)
    if gone is not None:
        raise BadRequest(
            f"《{law}》自 {gone.since:%Y-%m-%d} 起已废止，库里没有它的条文",
            f"见{gone.by_address}；可改查《{gone.by_law}》",
        )
    near = kb.names.suggestions(law)
    hint = f"是不是：{'、'.join(f'《{n}》' for n in near)}？" if near else "全部法律见 GET /api/v1/laws"
    raise BadRequest(f"库里没有名为“{law[:60]}”的法律", hint)


def require_village(kb: KnowledgeBase, village: str) -> None:
    """Refuse a village that isn't known.

    Raises:
        BadRequest: with the villages whose name or id is nearest.
    """
    if not village or kb.catalog.village(village) is not None:
        return
    villages = kb.catalog.villages()
    near = [v for v in villages if village in v.full_name]
    near += [
        v for v in villages if v not in near and difflib.SequenceMatcher(None, village, v.id).ratio() > 0.6
    ]
    hint = f"村请用编号，例如 {'、'.join(f'{v.id}（{v.name}）' for v in (near or villages)[:3])}"
    raise BadRequest(f"没有编号为“{village[:60]}”的村", hint + "；全部见 GET /api/v1/villages")


def require_dispute_type(dispute_type: str) -> None:
    """Refuse a dispute type outside the fifteen.

    Raises:
        BadRequest: listing them.
    """
    if dispute_type and dispute_type not in DISPUTE_TYPES:
        raise BadRequest(f"没有“{dispute_type[:40]}”这种纠纷类型", f"可填：{'、'.join(DISPUTE_TYPES)}")


def checked_search(kb: KnowledgeBase, request: SearchRequest) -> SearchRequest:
    """Return the request with its law canonical and its query as it is seen; the search checks query and village.

    Raises:
        BadRequest: for an unknown or repealed law or an unknown dispute type.
    """
    require_dispute_type(request.dispute_type)
    request = request.model_copy(update={"query": visible(request.query)})
    if request.law:
        return request.model_copy(update={"law": canonical_law(kb, request.law)})
    return request
