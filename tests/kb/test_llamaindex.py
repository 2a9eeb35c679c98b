"""The search as a LlamaIndex retriever, through LlamaIndex's own interface."""

from datetime import date

from kb.base import KnowledgeBase
from kb.llamaindex import FengqiaoRetriever


def test_nodes_carry_address_and_dates(kb: KnowledgeBase) -> None:
    nodes = FengqiaoRetriever(kb, kinds=["provision"], on=date(2026, 11, 21), limit=5).retrieve(
        "商标法第四条"
    )
    assert len(nodes) == 5
    first = nodes[0].node
    assert first.metadata["address"] == "商标法第四条"
    assert first.metadata["effective_until"] == "2026-12-31"
    assert first.get_content() == kb.resolve("商标法第四条", date(2026, 11, 21)).text


def test_the_day_decides(kb: KnowledgeBase) -> None:
    later = FengqiaoRetriever(kb, kinds=["provision"], on=date(2027, 2, 1), limit=1).retrieve("商标法第四条")
    assert later[0].node.metadata["effective_from"] == "2027-01-01"
