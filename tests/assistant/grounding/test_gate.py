"""What the gate lets pass, and what it takes out."""

from assistant.grounding.gate import gate
from kb.base import KnowledgeBase

SUPPORT = "民法典第一千零六十七条第二款"


def test_what_stands_is_kept_with_its_source_and_the_rest_is_removed_with_a_reason(kb: KnowledgeBase) -> None:
    quote = kb.resolve(SUPPORT).text
    true = f"{SUPPORT}规定：“{quote}”"
    found = gate(
        kb, f"{true}\n根据《邻里纠纷处理法》第三条，邻居要赔三倍。根据《婚姻法》第二十一条，子女要养父母。"
    )
    assert [(p.text, p.addresses) for p in found.passed] == [(true, [SUPPORT])]
    assert found.claims == 3 and len(found.removed) == 2
    assert "邻里纠纷处理法" in found.removed[0].text and all(r.reason for r in found.removed)
