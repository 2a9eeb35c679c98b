"""Say why a hit was found: which words, which part, which way."""

from collections.abc import Sequence

from kb.model import Passage, Provision
from kb.search.types import Matched
from kb.text.numerals import to_chinese

#: Said where neither a whole word nor the meaning explains the hit: parts of words agree.
UNEXPLAINED = "用词相近"


def explain(
    passage: Passage,
    terms: Sequence[str],
    dense_rank: int | None,
    lexical_rank: int | None,
    provision: Provision | None = None,
    cited: bool = False,
) -> Matched:
    """Return the words of the query that stand in the passage, the 款 they stand in, and the ranks."""
    present = [term for term in terms if len(term) > 1 and term in passage.text]
    part = passage.part
    if provision is not None and not part and len(provision.paragraphs) > 1 and present:
        counts = [sum(term in p.text for term in present) for p in provision.paragraphs]
        best = max(counts)
        if counts.count(best) == 1:
            part = f"第{to_chinese(counts.index(best) + 1)}款"
    reasons = []
    if cited:
        reasons.append("就是所引的条文")
    if present:
        reasons.append("含有“" + "”“".join(present[:6]) + "”")
    if dense_rank is not None:
        reasons.append(f"意思相近（第{dense_rank}名）")
    if not reasons:
        reasons.append(UNEXPLAINED)
    return Matched(
        terms=present, part=part, dense_rank=dense_rank, lexical_rank=lexical_rank, reason="，".join(reasons)
    )
