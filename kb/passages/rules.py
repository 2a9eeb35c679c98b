"""The passage of a village rule."""

from kb.model import Passage, Village, VillageRule, stable_id


def rule_passages(rule: VillageRule, village: Village) -> list[Passage]:
    """Return the one passage of a clause, found under its village."""
    return [
        Passage(
            id=stable_id("passage", rule.id, 0),
            parent_id=rule.id,
            kind="rule",
            address=rule.address,
            title=" ".join(filter(None, [f"{village.full_name}村规民约", rule.chapter])),
            text=rule.text,
            embed_text=" ".join(filter(None, [f"{rule.village_name}村规民约", rule.chapter, rule.text])),
            village=rule.village,
            sample=rule.sample,
            source=f"rules:{village.id}",
        )
    ]
